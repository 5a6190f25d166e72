import type { Job } from "../../core/job/job.ts";
import { pluginRequestOf } from "../../core/job/plugin-request.ts";
import type { AttemptToken, StepId } from "../../core/job/step.ts";
import { findStep, isRunning, type RunningStep } from "../../core/job/with-step.ts";
import { CALL_MS_MAX } from "../../core/plugin/manifest.ts";
import type { PluginRequest } from "../../core/plugin/request.ts";
import { invariant } from "../../lang/invariant.ts";
import { after, between, type DurationMs, type EpochMs, earliest } from "../../lang/time.ts";
import type { AttemptWay } from "./attempt-invoke.ts";

/** The attempt that a message names, and the token that its lease is to have: drawn by the consumer. */
export type ClaimRequest = {
  readonly step: StepId;
  readonly attempt: number;
  readonly token: AttemptToken;
};

/** What a consumer needs to run an attempt that it has claimed. */
export type ClaimedCall = {
  readonly way: AttemptWay;
  readonly request: PluginRequest;
  readonly timeoutMs: DurationMs;
  readonly deadlineAt: EpochMs;
  /** See `Job`. */
  readonly keepsResult: boolean;
  readonly graceMs: DurationMs;
  readonly extendEveryMs: DurationMs;
};

/** The call that a claimed attempt is about. */
export function claimedCallOf(job: Job, id: StepId): ClaimedCall {
  const running = runningStep(job, id);
  const { plugin, transport, binding, lane } = running.plan;
  return {
    way: { plugin, transport, binding, lane },
    request: pluginRequestOf(job, running),
    ...callTimesOf(running),
    keepsResult: job.keepsResult,
    graceMs: job.timings.graceMs,
    extendEveryMs: job.timings.extendEveryMs,
  };
}

/** How long the call itself may take: longer attempts are finished outside, once `accepted`. */
export function callTimesOf({ state }: RunningStep): {
  readonly timeoutMs: DurationMs;
  readonly deadlineAt: EpochMs;
} {
  const deadlineAt = earliest(state.deadlineAt, after(state.startedAt, CALL_MS_MAX));
  return { timeoutMs: between(state.startedAt, deadlineAt), deadlineAt };
}

export function runningStep(job: Job, id: StepId): RunningStep {
  const step = findStep(job, id);
  invariant(step !== undefined && isRunning(step), "Cannot call a plugin for a step that rests");
  return step;
}
