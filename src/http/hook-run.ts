import type { PluginEvent } from "../core/plugin/request.ts";
import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import { fill, fillText } from "../core/template/fill.ts";
import { logError } from "../edge/log.ts";
import { type JsonObject, jsonDepth } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { utf8Length } from "../lang/text.ts";
import { durationMs, type EpochMs, hours, minutes, rfc3339 } from "../lang/time.ts";
import { BODY_BYTES_MAX, TOO_DEEP } from "./body.ts";
import type { Call } from "./call.ts";
import type { Arrival, Hook } from "./hook-arrival.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import { type StartedRun, startRun, type WantedRun } from "./run-job.ts";

/** A delivery may come again for a day, and the sender's clock is not ours (ADR 0019). */
const KEPT_MS = durationMs(hours(24) + minutes(5));

/** Starts what a hook is there for, with what came; the same delivery again is the same job. */
export async function startHook(
  call: Call,
  hook: Hook,
  { arrival, until }: { readonly arrival: Arrival; readonly until: EpochMs },
): Promise<Result<StartedRun, Problem>> {
  const id = arrival.deliveryId ?? crypto.randomUUID();
  const about = aboutOf(call, hook, { arrival, id });
  if (!about.ok) return about;
  const { plugin, command } = hook.settings.run;
  const isKnownAgain = arrival.deliveryId !== null;
  const started = await startRun(call, {
    plugin,
    command,
    ...about.value,
    // Apart from each other, so that no sender can give its delivery the name of one that has none.
    name: isKnownAgain ? `hook:${hook.name}:${id}` : `hook-once:${hook.name}:${id}`,
    submittedBy: `webhook:${hook.name}`,
    callbacks: [],
    keptMs: isKnownAgain ? KEPT_MS : durationMs(0),
    until,
  });
  return started.ok ? started : refuse(forSender(hook, started.reason));
}

type About = Pick<WantedRun, "payload" | "event">;

/** What the job is given of what came. */
function aboutOf(
  call: Call,
  { name, settings }: Hook,
  { arrival, id }: { readonly arrival: Arrival; readonly id: string },
): Result<About, Problem> {
  const { content, scope } = arrival;
  const template = settings.run.payload;
  const filled = template === null ? null : fill(template, scope).value;
  if (settings.event === null) return withinBounds({ payload: filled ?? content, event: null });

  const type = fillText(settings.event, scope);
  const [missing] = type.missing;
  if (missing !== undefined) {
    const message = `Has no ${missing}, which its type is made of`;
    return refuse(invalidRequest([{ path: "event", message }]));
  }
  const event: PluginEvent = {
    type: type.value,
    payload: content,
    source: `webhook:${name}`,
    timestamp: rfc3339(call.receivedAt),
    event_id: id,
  };
  return withinBounds({ payload: filled ?? {}, event });
}

/** What is small when it comes may be large when a template has it twice, or when its numbers are written out. */
function withinBounds(about: About): Result<About, Problem> {
  const parts = [about.payload, about.event?.payload ?? {}];
  const problem = parts.map(problemOf).find((found) => found !== null);
  return problem === undefined ? ok(about) : refuse(problem);
}

function problemOf(part: JsonObject): Problem | null {
  const text = JSON.stringify(part);
  if (jsonDepth(text) > JSON_DEPTH_MAX) return TOO_DEEP;
  if (utf8Length(text) <= BODY_BYTES_MAX) return null;
  const detail = `The job would be given more than ${BODY_BYTES_MAX} bytes of JSON`;
  return { code: "body_too_large", detail };
}

/** A hook that starts what is not there is no fault of its sender's: it may send it again later. */
function forSender({ name, settings: { run } }: Hook, problem: Problem): Problem {
  if (problem.code !== "unknown_plugin" && problem.code !== "unknown_command") return problem;
  logError("hook.starts_nothing", new Error(problem.detail), {
    hook: name,
    plugin: run.plugin,
    command: run.command,
  });
  return { code: "plugin_unavailable", detail: "What this hook starts is not there at present" };
}
