import type { Submission } from "../core/job/command.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { pluginCatalog } from "../edge/plugin/plugin-catalog.ts";
import { didYouMean } from "../lang/closest.ts";
import { unreachable } from "../lang/invariant.ts";
import type { Json } from "../lang/json.ts";
import { ok, type Result } from "../lang/result.ts";
import { after, epochMs } from "../lang/time.ts";
import { type AdmittedJob, admittedJob } from "./admitted-job.ts";
import { acceptedResponse, endResponse, jsonResponse } from "./answer.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { defaultCallbacks } from "./callback-options.ts";
import { attachAll } from "./callbacks.ts";
import { endOf, type Held, streamOf, watchForHangUp } from "./held-trigger.ts";
import type { KeyedJob } from "./idempotency-key.ts";
import { immediateResponse } from "./immediate.ts";
import { wantsStream } from "./job-events.ts";
import { type Problem, problemResponse } from "./problem.ts";
import { submissionOf } from "./submission.ts";
import { findTarget, type Target } from "./target.ts";
import { appliedPreference, readTriggerOptions, type TriggerOptions } from "./trigger-options.ts";
import { enterLine, type Leave } from "./waiter-caps.ts";

/** `POST /trigger/{plugin}/{command}` (contract, section 2). Nothing is stored before all is checked. */
export async function triggerCommand(call: Call): Promise<Response> {
  const target = await findTarget(call);
  if (!target.ok) return problemResponse(call.origin, target.reason);
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const started = await triggerTarget(call, target.value, body.value);
  return started.ok ? started.value : problemResponse(call.origin, started.reason);
}

/** The answer to a trigger whose body is this, or what is wrong with it. */
export async function triggerTarget(
  call: Call,
  target: Target,
  body: Json,
): Promise<Result<Response, Problem>> {
  const options = readTriggerOptions(body, call, target.spec);
  if (!options.ok) return options;
  const answer = target.spec.timing === "immediate" ? immediateResponse : submit;
  return ok(await answer(call, target, options.value));
}

/** `POST /trigger/{pipeline}`: there are none yet, so the name can only be a mistake. */
export async function triggerPipeline({
  env,
  settings,
  waitUntil,
  params,
  origin,
}: Call): Promise<Response> {
  const { name = "" } = params;
  const plugins = await pluginCatalog(env, settings, { background: waitUntil, wanted: name });
  const plugin = plugins.find((entry) => entry.name === name);
  if (!plugin?.isAvailable) {
    const known = plugins.map((entry) => entry.name);
    const detail = `There is no pipeline '${name}'${didYouMean(name, known)}`;
    return problemResponse(origin, { code: "unknown_pipeline", detail });
  }
  const paths = Object.keys(plugin.manifest.commands).map(
    (command) => `/trigger/${name}/${command}`,
  );
  const detail = `'${name}' is a plugin: trigger one of its commands, ${paths.join(", ")}`;
  return problemResponse(origin, { code: "unknown_pipeline", detail });
}

/** How the caller hears of the job: the four ways to answer a trigger. */
type Hearing = "ack" | "stream" | "hold" | "later";

function hearingOf(call: Call, { spec }: Target, { patience }: TriggerOptions): Hearing {
  if (spec.timing === "ack") return "ack";
  if (wantsStream(call.request)) return "stream";
  return patience.waitMs > 0 ? "hold" : "later";
}

/** Makes the job, then answers as the caller wants to hear of it. */
async function submit(call: Call, target: Target, options: TriggerOptions): Promise<Response> {
  const hearing = hearingOf(call, target, options);
  const since = call.receivedAt;
  const until = hearing === "hold" ? after(since, options.patience.waitMs) : since;

  // Whoever cannot be held is told so before there is a job.
  const entered =
    hearing === "ack" || hearing === "later"
      ? ok(() => {})
      : enterLine(call, hearing === "hold" ? until : null);
  if (!entered.ok) return problemResponse(call.origin, entered.reason);

  const leave = entered.value;
  try {
    const admitted = await admittedJob(call, target, options.keys);
    if (!admitted.ok) {
      leave();
      return problemResponse(call.origin, admitted.reason);
    }
    const { job } = admitted.value.keyed;
    const held: Held = { call, job, keyed: admitted.value.keyed, options, since, until };
    return await heard(held, { target, hearing, leave, admitted: admitted.value });
  } catch (cause) {
    leave();
    throw cause;
  }
}

type Hearer = {
  readonly target: Target;
  readonly hearing: Hearing;
  readonly leave: Leave;
  readonly admitted: AdmittedJob;
};

async function heard(held: Held, hearer: Hearer): Promise<Response> {
  const stopListening = hearer.hearing === "hold" ? watchForHangUp(held) : () => {};
  try {
    return await answered(held, hearer);
  } finally {
    stopListening();
  }
}

async function answered(held: Held, hearer: Hearer): Promise<Response> {
  const { job, keyed, options } = held;
  const submitted = await jobFor(held, hearer);
  if (attachesLater(held)) {
    const attached = await attachAll(held.job, options.callbacks ?? []);
    if (!attached.ok) {
      hearer.leave();
      return problemResponse(held.call.origin, attached.reason);
    }
  }
  const headers = { ...appliedPreference(options), ...keyed.headers };
  switch (hearer.hearing) {
    case "ack":
      return jsonResponse(202, { kind: "ack", job_id: job.id, ...keyed.members }, headers);
    case "later":
      return laterResponse(held, submitted, headers);
    case "hold":
      return endOf(held, submitted).finally(hearer.leave);
    case "stream":
      return streamOf(held, hearer.leave);
    default:
      return unreachable(hearer.hearing);
  }
}

/** The job may be an earlier trigger's, which had callbacks of its own: these are told as well. */
function attachesLater({ keyed, options }: Held): boolean {
  const isEarlier =
    keyed.members["deduplicated"] === true || keyed.headers["idempotent-replayed"] !== undefined;
  return isEarlier && options.callbacks !== null && options.callbacks.length > 0;
}

/** The job, made now or long there: see `claim-keys.ts`. */
async function jobFor(held: Held, hearer: Hearer): Promise<Snapshot> {
  const submission = submissionOfTrigger(held, hearer);
  try {
    // Whoever is yet to be attached to an earlier job is not kept waiting for its end first.
    const until = attachesLater(held) ? epochMs(0) : held.until;
    return await held.job.call((object) => object.submit(submission, until));
  } catch (cause) {
    hearer.admitted.giveBack();
    throw cause;
  }
}

/** 202, or 200 where the job is an earlier one that has succeeded already. */
function laterResponse(
  { call, keyed: { members } }: Held,
  submitted: Snapshot,
  headers: KeyedJob["headers"],
): Response {
  const ended =
    members["deduplicated"] === true && submitted.status === "succeeded"
      ? endResponse(call.origin, submitted, { members, headers })
      : null;
  return ended ?? acceptedResponse(submitted, { members, headers });
}

function submissionOfTrigger(
  { call, job, options, keyed }: Held,
  { target, hearing, admitted }: Hearer,
): Submission {
  const { payload, tags, metadata, callbacks, startAt, timeoutMs, maxAttempts } = options;
  return submissionOf(call, target, {
    id: job.id,
    submittedBy: "api",
    payload,
    event: null,
    tags,
    metadata,
    callbacks: callbacks ?? defaultCallbacks(call.settings),
    startAt,
    timeoutMs,
    maxAttempts,
    keptMs: keyed.keptMs,
    breaker: admitted.breaker,
    isWaited: hearing === "hold",
  });
}
