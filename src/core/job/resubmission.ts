import { ok, type Result, refuse } from "../../lang/result.ts";
import type { Callback, Endpoint } from "../callback/endpoint.ts";
import type { Submission } from "./command.ts";
import type { Job } from "./job.ts";
import type { Refusal } from "./refusal.ts";
import { endingOf, statusOf } from "./status.ts";

/** What a new job that does an old one again has of its own. */
export type Again = Pick<Submission, "id" | "origin" | "traceparent">;

/** The same work as a new job, from its first attempt: for a final job that did not succeed. */
export function resubmissionOf(job: Job, again: Again): Result<Submission, Refusal> {
  const ending = endingOf(job);
  if (ending === null) return refuse({ code: "job_not_finished", status: statusOf(job) });
  if (ending.status === "succeeded") {
    return refuse({ code: "job_succeeded", status: ending.status });
  }
  const { createdAt: _createdAt, endBy: _endBy, events: _events, steps, endpoints, ...rest } = job;
  const {
    movedSeq: _moved,
    finalSeq: _seq,
    ledger: _ledger,
    artifacts: _kept,
    hasStored: _has,
    ...submitted
  } = rest;
  return ok({
    ...submitted,
    // Whoever asked to be told still wants to know.
    // In a channel the person has been answered: another answer there would be one too many.
    callbacks: endpoints.filter(({ seat }) => seat === null).map(callbackOf),
    ...again,
    submittedBy: "retry",
    retryOf: job.id,
    breaker: { ...job.breaker, isProbe: false },
    plan: steps[0].plan,
    startAt: null,
  });
}

function callbackOf({ url, profile, events, secret, retry, seat }: Endpoint): Callback {
  return { url, profile, events, secret, retry, seat };
}
