import type { Artifact } from "../../src/core/artifact/artifact.ts";
import { DEFAULT_CALLBACK_EVENTS } from "../../src/core/callback/callback-events.ts";
import type { Delivery, DeliveryAttempt } from "../../src/core/callback/delivery.ts";
import type { Callback, Endpoint } from "../../src/core/callback/endpoint.ts";
import { DELIVERY_RETRY } from "../../src/core/callback/verdict.ts";
import type { Submission } from "../../src/core/job/command.ts";
import type { Job } from "../../src/core/job/job.ts";
import { durationMs } from "../../src/lang/time.ts";
import { aSubmission, T0, TOKEN } from "./a-job.ts";
import { decided } from "./decided.ts";

/** Somebody who wants to be told of every change of state. */
export function aCallback(over: Partial<Callback> = {}): Callback {
  return {
    url: "https://receiver.example.com/hook",
    profile: "states",
    events: DEFAULT_CALLBACK_EVENTS.states,
    secret: null,
    retry: DELIVERY_RETRY,
    seat: null,
    ...over,
  };
}

export function anEndpoint(over: Partial<Endpoint> = {}): Endpoint {
  return {
    ...aCallback(),
    number: 1,
    talk: null,
    knownState: null,
    isGone: false,
    owed: [],
    next: null,
    ...over,
  };
}

/** The first event of a job, on its way to a receiver of states. */
export function aDelivery(over: Partial<Delivery> = {}): Delivery {
  return {
    seq: 1,
    type: "job.queued",
    change: { state: "queued", previous: null },
    attempts: 0,
    attemptsBefore: 0,
    isResent: false,
    part: 0,
    begunAttempt: null,
    last: null,
    ...over,
  };
}

export function anAttemptToDeliver(over: Partial<DeliveryAttempt> = {}): DeliveryAttempt {
  return {
    at: T0,
    durationMs: durationMs(20),
    status: 200,
    error: null,
    response: null,
    ...over,
  };
}

export function anArtifact(over: Partial<Artifact> = {}): Artifact {
  return {
    name: "report.txt",
    contentType: "text/plain",
    bytes: 5,
    sha256: "a".repeat(64),
    key: "jobs/job-1/1",
    ...over,
  };
}

/** A job that was submitted a moment ago, with somebody who is told of it. */
export function aToldJob(
  callbacks: readonly Callback[] = [aCallback()],
  over: Partial<Submission> = {},
): Job {
  const submission = aSubmission({ callbacks, ...over });
  return decided(null, { kind: "submit", submission, token: TOKEN }, T0).job;
}

/** One of a job's endpoints. */
export function endpointOf({ endpoints }: Job, number = 1): Endpoint {
  const endpoint = endpoints.find((each) => each.number === number);
  if (endpoint === undefined) throw new Error(`There is no endpoint ${number}`);
  return endpoint;
}

/** What an endpoint is still to be told, in words such as `3 working`. */
export function owedTo(job: Job, number = 1): readonly string[] {
  return endpointOf(job, number).owed.map(
    ({ seq, type, change }) => `${seq} ${change?.state ?? type}`,
  );
}

/** The ledger, in words such as `1: 3 to 2 failed`. */
export function ledgerOf({ ledger }: Job): readonly string[] {
  return ledger.map(
    ({ number, seq, endpoint, state }) => `${number}: ${seq} to ${endpoint} ${state}`,
  );
}
