import { lastOf } from "../../lang/non-empty.ts";
import { isFinalEvent, isStateEvent, type JobEvent, type StepThen } from "./event.ts";
import type { Job } from "./job.ts";
import { isFinal, type StepId } from "./step.ts";
import { findStep } from "./with-step.ts";

/** What `recorded` needs to know; the rest follows from the job. */
type Happening = Omit<JobEvent, "seq" | "stepThen">;

/** The job with one more event, which moved no step. */
export function recorded(job: Job, happening: Happening): Job {
  return appended(job, { ...happening, stepThen: null });
}

/** The job with one more event: that this step came to be as it is now. */
export function recordedMove(job: Job, step: StepId, happening: Happening): Job {
  return appended(job, { ...happening, stepThen: stepThenOf(job, step) });
}

export function newestEvent(job: Job): JobEvent {
  return lastOf(job.events);
}

/** The number that names the job's state: of its newest event, and once it is final of the final one. */
export function seqOf(job: Job): number {
  return job.finalSeq ?? newestEvent(job).seq;
}

function appended(job: Job, event: Omit<JobEvent, "seq">): Job {
  const seq = newestEvent(job).seq + 1;
  const events: Job["events"] = [...job.events, { seq, ...event }];
  const movedSeq = isStateEvent(event) ? seq : job.movedSeq;
  return { ...job, events, movedSeq, finalSeq: isFinalEvent(event) ? seq : job.finalSeq };
}

/** An end is not noted twice: it may be large, and it never changes. */
export function stepThenOf(job: Pick<Job, "steps">, id: StepId): StepThen | null {
  const step = findStep(job, id);
  if (step === undefined || isFinal(step.state)) return null;
  const { state, past, progress, attemptsBefore } = step;
  const then = { step: id, state, past: past.length, progress };
  return attemptsBefore === 0 ? then : { ...then, attemptsBefore };
}
