import { lastOf } from "../../lang/non-empty.ts";
import type { JobEvent } from "./event.ts";
import type { Job } from "./job.ts";

/** What `recorded` needs to know; the number follows from the job. */
type Happening = Omit<JobEvent, "seq">;

/** The job with one more event. */
export function recorded(job: Job, happening: Happening): Job {
  const { seq } = newestEvent(job);
  return { ...job, events: [...job.events, { seq: seq + 1, ...happening }] };
}

export function newestEvent(job: Job): JobEvent {
  return lastOf(job.events);
}
