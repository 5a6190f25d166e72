import * as z from "zod/mini";
import { type Fault, faultsOf } from "../config/fault.ts";
import { readArtifacts } from "../core/artifact/given.ts";
import { WHY_NOT_KEPT } from "../core/artifact/on-keep-artifact.ts";
import { STATE_BYTES_MAX } from "../core/lane/state.ts";
import type { Outcome } from "../core/plugin/outcome.ts";
import { PROTOCOL } from "../core/plugin/request.ts";
import { readResponse } from "../core/plugin/response.ts";
import {
  OUTPUT_BYTES_MAX,
  OUTPUT_BYTES_MAX_IN_ALL,
  PROGRESS_MESSAGE_BYTES_MAX,
} from "../core/plugin/side-call.ts";
import { JobNotFoundFault } from "../edge/job/job-client.ts";
import type { NotTaken } from "../edge/job/outside-calls.ts";
import { OverloadedFault } from "../edge/object-call.ts";
import { isJsonObject, type Json } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { utf8Length } from "../lang/text.ts";
import { jsonResponse } from "./answer.ts";
import { attemptTokenOf, STALE_TOKEN } from "./attempt-token.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { jobOf } from "./jobs.ts";
import { numberFaultsOf } from "./number-faults.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";

const ProgressBody = z
  .strictObject({
    percent: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
    message: z.optional(Text(PROGRESS_MESSAGE_BYTES_MAX)),
    text: z.optional(Text(OUTPUT_BYTES_MAX)),
  })
  .check(z.refine((said) => Object.keys(said).length > 0, "Give percent, message or text"));

/** `POST /jobs/{id}/progress`: an attempt says how far it is, with the token that it was given. */
export async function takeProgress(call: Call): Promise<Response> {
  const token = attemptTokenOf(call);
  if (!token.ok) return problemResponse(call.origin, token.reason);
  const job = jobOf(call);
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const said = ProgressBody.safeParse(body.value);
  if (!said.success) {
    const faults = faultsOf(said.error, () => Object.keys(ProgressBody.shape));
    return problemResponse(call.origin, invalidRequest(faults));
  }
  const { percent = null, message = null, text = "" } = said.data;
  const progress = percent === null && message === null ? null : { percent, message };
  const told = await job.call((object) => object.tell(token.value, { progress, text }));
  return told.ok ? jsonResponse(200, told.value) : refused(call, told.reason);
}

/** `POST /jobs/{id}/complete`: an attempt ends with a plugin response, whoever brings it. */
export async function completeJob(call: Call): Promise<Response> {
  const token = attemptTokenOf(call);
  if (!token.ok) return problemResponse(call.origin, token.reason);
  const job = jobOf(call);
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const outcome = readCompletion(body.value);
  if (!outcome.ok) return problemResponse(call.origin, outcome.reason);
  const completed = await job.call((object) => object.complete(token.value, outcome.value));
  return completed.ok ? jsonResponse(200, completed.value) : refused(call, completed.reason);
}

/** A plugin response by the types of its parts: to name all that is wrong, where something is. */
const Completion = z.looseObject({
  protocol: z.literal(PROTOCOL),
  status: z.enum(["ok", "error"]),
  text: z.nullish(z.string()),
  error: z.nullish(z.looseObject({})),
  retry: z.optional(z.boolean()),
  retry_after_ms: z.nullish(z.number().check(z.minimum(0))),
  state_updates: z.nullish(z.looseObject({})),
  state_replace: z.optional(z.boolean()),
});

/** What breaks the protocol is refused and changes nothing: whoever sent it can mend it, and send again. */
function readCompletion(body: Json): Result<Outcome, Problem> {
  const tooLarge = numberFaultsOf(body, "body");
  if (tooLarge.length > 0) return refuse({ ...invalidRequest(tooLarge), code: "invalid_response" });
  const outcome = readResponse(JSON.stringify(body));
  if (outcome.kind === "accepted") {
    const detail = "The work is taken on already: complete it with a result or an error";
    return refuse({ code: "invalid_response", detail });
  }
  const isBroken =
    outcome.kind === "failure" &&
    (outcome.reason === "protocol_fault" || outcome.code === "not_supported_yet");
  if (!isBroken) return ok(outcome);
  const typed = Completion.safeParse(body);
  const artifacts = readArtifacts(isJsonObject(body) ? body["artifacts"] : null);
  const errors: readonly Fault[] = [
    ...(typed.success ? [] : faultsOf(typed.error)),
    ...(artifacts.ok ? [] : artifacts.reason),
  ];
  const { message: detail } = outcome;
  return refuse({ code: "invalid_response", detail, ...(errors.length === 0 ? {} : { errors }) });
}

function refused({ origin }: Call, { code }: NotTaken): Response {
  if (code === "job_not_found") throw new JobNotFoundFault();
  if (code === "overloaded") {
    throw new OverloadedFault("The plugin's state, or the store of artifacts, is away at present");
  }
  return problemResponse(origin, {
    code: code === "state_not_declared" ? "invalid_response" : code,
    detail: WHY[code] ?? "It was not taken",
  });
}

const WHY: { readonly [code: string]: string } = {
  state_not_declared: "It has state_updates, but the command's manifest does not say state: true",
  stale_attempt: STALE_TOKEN,
  output_too_long: `An attempt can output at most ${OUTPUT_BYTES_MAX_IN_ALL} bytes in all`,
  ...WHY_NOT_KEPT,
  artifact_exists: "The attempt has kept another artifact by one of these names: choose others",
  state_too_large: `A plugin's state can have at most ${STATE_BYTES_MAX} bytes of JSON`,
};

/** For strings whose bytes count. */
function Text(bytesMax: number) {
  return z.string().check(
    z.refine((text) => utf8Length(text) <= bytesMax, {
      error: `Must be at most ${bytesMax} bytes`,
    }),
  );
}
