import type { AnsweredQuestion, Telling } from "../../channels/telling.ts";
import { RESULT_ARTIFACT } from "../../core/artifact/artifact.ts";
import { askFormOf } from "../../core/ask/ask-form.ts";
import type { Delivery } from "../../core/callback/delivery.ts";
import { aboutOf } from "../../core/channel/talk.ts";
import type { JobEvent } from "../../core/job/event.ts";
import { jobAsOf } from "../../core/job/event-view.ts";
import type { Job } from "../../core/job/job.ts";
import { type Snapshot, snapshotOf } from "../../core/job/snapshot.ts";

/**
 * What a seat is told of an event. An end and a question are told as they were; what is only good for
 * its moment, as the job is now.
 */
export function tellingOf(job: Job, event: JobEvent | null, delivery: Delivery): Telling {
  const about = aboutOf(delivery) ?? "late";
  const isAsOf = about === "end" || about === "question";
  const snapshot = withoutOwn(snapshotOf(isAsOf && event !== null ? jobAsOf(job, event) : job));
  const { wait } = snapshot;
  const question =
    about === "question" && wait !== null
      ? { waitId: wait.wait_id, form: askFormOf(wait.view, wait.schema) }
      : null;
  const answered = about === "answered" && event !== null ? answeredIn(job, event) : null;
  const { part, begunAttempt, attempts, attemptsBefore } = delivery;
  const isRetry = attempts > attemptsBefore;
  return { about, snapshot, question, answered, part, isRetry, isUnsure: begunAttempt !== null };
}

/** What the job goes on with, and the question where the job has it at hand still. */
function answeredIn(job: Job, { data }: JobEvent): AnsweredQuestion | null {
  const answered = job.steps.find(({ answered }) => answered?.waitId === data["wait_id"])?.answered;
  if (answered === undefined || answered === null) return null;
  const asked = job.events.findLast(
    ({ type, data: { wait_id } }) => type === "job.waiting" && wait_id === answered.waitId,
  );
  const wait = asked === undefined ? null : snapshotOf(jobAsOf(job, asked)).wait;
  const form = wait === null ? null : askFormOf(wait.view, wait.schema);
  const { action, values, by } = answered;
  return { form, action, values, by };
}

/** The result is said as the result, and not once more as a file. */
function withoutOwn(snapshot: Snapshot): Snapshot {
  const artifacts = snapshot.artifacts.filter(({ name }) => name !== RESULT_ARTIFACT);
  return { ...snapshot, artifacts };
}
