import { ok } from "../../lang/result.ts";
import { after, type EpochMs, latest } from "../../lang/time.ts";
import { newEndpoint } from "../callback/on-attach.ts";
import { dispatched, onItsWay } from "./attempt-start.ts";
import type { Submission, Submit } from "./command.ts";
import type { Decided } from "./decision.ts";
import { stepThenOf } from "./history.ts";
import type { Job } from "./job.ts";
import type { Step, StepState } from "./step.ts";

/**
 * absent -> queued, running at once where the object makes the call itself, or resting until its time.
 * A second submission of the same id is the same call come twice: the job stays as it is.
 */
export function onSubmit(job: Job | null, command: Submit, now: EpochMs): Decided {
  if (job !== null) return ok({ job, effects: [] });

  const { plan, startAt, callbacks, ...rest } = command.submission;
  const { maxDurationMs } = rest;
  const step: Step = {
    plan,
    past: [],
    progress: null,
    attemptsBefore: 0,
    answered: null,
    state: firstState(command.submission, now),
  };
  const stepThen = stepThenOf({ steps: [step] }, plan.id);
  const submitted: Job = {
    ...rest,
    createdAt: now,
    endBy: maxDurationMs === null ? null : after(latest(startAt ?? now, now), maxDurationMs),
    events: [{ seq: 1, type: "job.queued", at: now, attempt: 1, data: {}, stepThen }],
    movedSeq: 1,
    finalSeq: null,
    endpoints: callbacks.map((callback, index) => newEndpoint(callback, index + 1)),
    ledger: [],
    artifacts: [],
    hasStored: false,
    steps: [step],
  };
  if (step.state.status === "delayed") return ok({ job: submitted, effects: [] });
  return ok(dispatched(submitted, step, { attempt: 1, token: command.token, now }));
}

/** What it waits for first. Nothing has been done about it yet. */
function firstState({ plan, startAt }: Submission, now: EpochMs): StepState {
  if (startAt !== null && startAt > now) return { status: "delayed", attempt: 1, startAt };
  return onItsWay(plan, 1, now);
}
