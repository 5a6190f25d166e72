import { schemaFaultsOf } from "../config/json-schema.ts";
import type { Callback } from "../core/callback/endpoint.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import type { PluginEvent } from "../core/plugin/request.ts";
import { type JobHandle, namedJob } from "../edge/job/job-client.ts";
import type { JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import type { DurationMs, EpochMs } from "../lang/time.ts";
import { admission } from "./admission.ts";
import type { Call } from "./call.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import { submissionOf } from "./submission.ts";
import { findTarget } from "./target.ts";
import { enterTrigger } from "./trigger-caps.ts";

/** What a channel or a hook starts. */
export type WantedRun = {
  readonly plugin: string;
  readonly command: string;
  readonly payload: JsonObject;
  /** Names what arrived: whatever comes again by this name is the same job (ADR 0019). */
  readonly name: string;
  readonly submittedBy: string;
  readonly event: PluginEvent | null;
  readonly callbacks: readonly Callback[];
  /** How long after its end the job must be kept at least: until nothing comes again. */
  readonly keptMs: DurationMs;
  /** How long the sender is held; a time that is over = not at all. */
  readonly until: EpochMs;
};

export type StartedRun = {
  readonly job: JobHandle;
  readonly snapshot: Snapshot;
  /** It was there before this came: the same has come twice. */
  readonly isEarlier: boolean;
};

/** Starts it, or says why not: then nothing was started. */
export async function startRun(
  call: Call,
  wanted: WantedRun,
): Promise<Result<StartedRun, Problem>> {
  const entered = enterTrigger(call);
  if (!entered.ok) return entered;
  try {
    return await checkedRun(call, wanted);
  } finally {
    entered.value();
  }
}

async function checkedRun(call: Call, wanted: WantedRun): Promise<Result<StartedRun, Problem>> {
  const { plugin, command, payload, until } = wanted;
  const target = await findTarget({ ...call, params: { plugin, command } });
  if (!target.ok) return target;
  const { input } = target.value.spec;
  const faults = input === null ? [] : schemaFaultsOf(input, payload, "payload");
  if (faults.length > 0) return refuse(invalidRequest(faults));

  const job = namedJob(call.env, wanted.name);
  const admitted = await admission(call, target.value, job.id);
  if (admitted.kind === "stopped") {
    // Whoever asks for one that is there already is given it, whatever stops new ones.
    const snapshot = await job.call((object) => object.snapshot());
    return snapshot === null ? refuse(admitted.problem) : ok({ job, snapshot, isEarlier: true });
  }
  const { policy, isProbe, giveBack } = admitted;
  const { submittedBy, event, callbacks, keptMs } = wanted;
  const submission = submissionOf(call, target.value, {
    id: job.id,
    submittedBy,
    payload,
    event,
    tags: [],
    metadata: {},
    callbacks,
    startAt: null,
    timeoutMs: null,
    maxAttempts: null,
    keptMs,
    breaker: { policy, isProbe },
    isWaited: until > call.receivedAt,
  });
  try {
    const { snapshot, isNew } = await job.call((object) => object.submitOnce(submission, until));
    // The probe is another job's, if it is any.
    if (!isNew) giveBack();
    return ok({ job, snapshot, isEarlier: !isNew });
  } catch (cause) {
    giveBack();
    throw cause;
  }
}
