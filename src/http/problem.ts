import type { Fault } from "../config/fault.ts";
import type { Refusal } from "../core/job/refusal.ts";
import type { KeyRefusal } from "../core/key/refusal.ts";
import type { JsonObject } from "../lang/json.ts";

/** Every code a caller may meet, with its status and title. Each has a page in docs/errors/. */
export const PROBLEMS = {
  artifact_exists: { status: 409, title: "The attempt has kept another artifact by this name" },
  artifact_not_found: { status: 404, title: "The job has no such artifact" },
  artifact_too_large: { status: 413, title: "The artifact is too large" },
  attempt_not_claimable: { status: 409, title: "The attempt cannot be claimed" },
  body_not_json: { status: 400, title: "The body is not JSON" },
  body_not_utf8: { status: 400, title: "The body is not UTF-8" },
  body_too_deep: { status: 422, title: "The body is nested too deep" },
  body_too_large: { status: 413, title: "The body is too large" },
  breaker_open: { status: 503, title: "The command fails too often and is not started" },
  channel_not_set_up: { status: 404, title: "The channel is not set up" },
  cross_origin: { status: 403, title: "The request comes from another site" },
  delivery_not_found: { status: 404, title: "The job has no such delivery" },
  forbidden: { status: 403, title: "The request is not allowed" },
  invalid_response: { status: 422, title: "The answer breaks the plugin protocol" },
  idempotency_key_reused: { status: 422, title: "The key belongs to another request" },
  interaction_unknown: { status: 400, title: "The interaction cannot be read" },
  internal_error: { status: 500, title: "Something went wrong in Holdline" },
  invalid_signature: { status: 401, title: "The signature does not fit" },
  invalid_request: { status: 422, title: "The request has faults" },
  job_cancelled: { status: 409, title: "The job was cancelled" },
  job_dead: { status: 502, title: "The job failed, and its attempts are used up" },
  job_failed: { status: 502, title: "The job failed" },
  job_not_finished: { status: 409, title: "The job has no result yet" },
  job_not_found: { status: 404, title: "There is no such job" },
  job_succeeded: { status: 409, title: "The job has succeeded" },
  job_timed_out: { status: 504, title: "The job ran out of time" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  not_found: { status: 404, title: "There is nothing at this path" },
  not_asked: { status: 403, title: "Somebody else is asked" },
  not_waiting: { status: 409, title: "The job asks nothing" },
  output_too_long: { status: 413, title: "The attempt has output too much" },
  overloaded: { status: 503, title: "Holdline is overloaded" },
  plugin_unavailable: { status: 503, title: "The plugin is not available" },
  range_not_satisfiable: { status: 416, title: "The artifact has no such bytes" },
  slot_not_wanted: { status: 409, title: "The slot is not wanted any more" },
  stale_attempt: { status: 409, title: "The attempt is no longer yours" },
  stale_delivery: { status: 409, title: "Another attempt to deliver has been heard of since" },
  stale_wait: { status: 409, title: "The job asks something else now" },
  state_too_large: { status: 413, title: "The plugin's state would be too large" },
  too_many_artifacts: { status: 409, title: "The job keeps as many artifacts as it can" },
  too_many_callbacks: { status: 409, title: "As many callbacks as a job can have are told of it" },
  too_many_deliveries: {
    status: 409,
    title: "The job's deliveries have been sent again too often",
  },
  too_many_waiters: { status: 429, title: "Too many callers wait with this token" },
  unauthorized: { status: 401, title: "A token is needed" },
  unknown_command: { status: 404, title: "The plugin has no such command" },
  unknown_pipeline: { status: 404, title: "There is no such pipeline" },
  unknown_plugin: { status: 404, title: "There is no such plugin" },
  upgrade_required: { status: 426, title: "A WebSocket is expected here" },
  upload_broken: { status: 400, title: "The upload broke off" },
  url_not_allowed: { status: 422, title: "The URL is not allowed" },
} as const satisfies Record<Refusal["code"] | KeyRefusal["code"], Meaning> &
  Record<string, Meaning>;

type Meaning = { readonly status: number; readonly title: string };

export type ProblemCode = keyof typeof PROBLEMS;

/** Why a request was not done, before it is made into an answer. */
export type Problem = {
  readonly code: ProblemCode;
  /** What is wrong this time and what to do, in one sentence. Nothing internal. */
  readonly detail: string;
  readonly errors?: readonly Fault[];
  readonly headers?: { readonly [name: string]: string };
  /** Further members: a job's snapshot where there is a job. */
  readonly members?: JsonObject;
};

/** The faults of a request, all at once. */
export function invalidRequest(errors: readonly Fault[]): Problem {
  const count =
    errors.length === 1 ? "The request has 1 fault" : `The request has ${errors.length} faults`;
  return { code: "invalid_request", detail: `${count}: nothing was done`, errors };
}

/** The most faults one answer lists; the rest is counted. A payload can have a hundred thousand. */
const FAULTS_MAX = 100;

/**
 * RFC 9457. `status` is the HTTP status, as the RFC says; where a job is shown, its own status is in
 * the code and in `job_status`.
 *
 * @param origin Scheme and host that the caller used: the base of the page that explains the code.
 */
export function problemResponse(origin: string, problem: Problem): Response {
  const { code, detail, errors, headers = {}, members = {} } = problem;
  const { status, title } = PROBLEMS[code];
  const { status: _jobStatus, ...rest } = members;
  const body = {
    type: `${origin}/docs/errors/${code}`,
    title,
    status,
    detail,
    code,
    ...(errors === undefined ? {} : { errors: listed(errors) }),
    ...rest,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}

function listed(errors: readonly Fault[]): readonly Fault[] {
  if (errors.length <= FAULTS_MAX) return errors;
  const message = `${errors.length - FAULTS_MAX} more faults are not listed`;
  return [...errors.slice(0, FAULTS_MAX), { path: "", message }];
}
