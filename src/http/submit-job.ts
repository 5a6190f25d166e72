import type { Fault } from "../config/fault.ts";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";
import { findTarget } from "./target.ts";
import { triggerPipeline, triggerTarget } from "./trigger.ts";
import { TriggerBody } from "./trigger-schema.ts";

/** What a body says of where it goes. */
const PLACES = ["plugin", "command", "pipeline"] as const;

/** `metadata` is a chat payload's own; as an option it goes by query. */
const OPTIONS = Object.keys(TriggerBody.shape).filter((key) => key !== "metadata");

/** A body taken apart: where it goes, and what it says there. */
type Taken = {
  readonly params: Call["params"];
  /** As a trigger has it. */
  readonly body: JsonObject;
  /** The payload stood in the body itself, so that is where its faults are. */
  readonly isNative: boolean;
};

/**
 * `POST /jobs` (contract, section 8): a chat payload as it is, with who is to be told of the job beside
 * it. It submits what the settings say, or the plugin's command that the body names.
 */
export async function submitJob(call: Call): Promise<Response> {
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const taken = takenApart(isJsonObject(body.value) ? body.value : null, call);
  if (!taken.ok) return problemResponse(call.origin, taken.reason);
  const { params, body: trigger, isNative } = taken.value;
  const directed = { ...call, params };
  if (params["name"] !== undefined) return triggerPipeline(directed);
  const target = await findTarget(directed);
  if (!target.ok) return problemResponse(call.origin, target.reason);
  const started = await triggerTarget(directed, target.value, trigger);
  if (started.ok) return started.value;
  return problemResponse(call.origin, isNative ? asGiven(started.reason) : started.reason);
}

function takenApart(body: JsonObject | null, { settings }: Call): Result<Taken, Problem> {
  if (body === null) {
    return refuse(invalidRequest([{ path: "body", message: "Must be an object" }]));
  }
  const faults = placeFaults(body);
  if (faults.length > 0) return refuse(invalidRequest(faults));
  const { plugin, command, pipeline, ...rest } = body;
  const [defaultPlugin = "", defaultCommand = ""] = settings.jobs.default.split("/");
  const params: Call["params"] =
    typeof pipeline === "string"
      ? { name: pipeline }
      : {
          plugin: typeof plugin === "string" ? plugin : defaultPlugin,
          command: typeof command === "string" ? command : defaultCommand,
        };
  // Whoever says `payload` writes a trigger's body; whoever does not writes the payload itself.
  if (rest["payload"] !== undefined) return ok({ params, body: rest, isNative: false });
  const entries = Object.entries(rest);
  const isOption = ([key]: readonly [string, unknown]) => OPTIONS.includes(key);
  const options = Object.fromEntries(entries.filter(isOption));
  const payload = Object.fromEntries(entries.filter((entry) => !isOption(entry)));
  return ok({ params, body: { ...options, payload }, isNative: true });
}

function placeFaults(body: JsonObject): readonly Fault[] {
  const { plugin, command, pipeline } = body;
  const notText = PLACES.filter((key) => body[key] !== undefined && typeof body[key] !== "string");
  if (notText.length > 0) return notText.map((path) => ({ path, message: "Must be a string" }));
  if (pipeline !== undefined && (plugin ?? command) !== undefined) {
    return [{ path: "pipeline", message: "Give pipeline, or plugin and command, not both" }];
  }
  if ((plugin === undefined) === (command === undefined)) return [];
  const path = plugin === undefined ? "plugin" : "command";
  return [{ path, message: "Is required: plugin and command go together" }];
}

/** The faults, where the caller wrote what has them. */
function asGiven(problem: Problem): Problem {
  const { errors } = problem;
  if (errors === undefined) return problem;
  const given = errors.map(({ path, message }) => ({ path: withoutPayload(path), message }));
  return { ...problem, errors: given };
}

function withoutPayload(path: string): string {
  if (path === "payload") return "body";
  return path.startsWith("payload.") ? path.slice("payload.".length) : path;
}
