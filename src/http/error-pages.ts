import artifactExists from "../../docs/errors/artifact_exists.md";
import artifactNotFound from "../../docs/errors/artifact_not_found.md";
import artifactTooLarge from "../../docs/errors/artifact_too_large.md";
import attemptNotClaimable from "../../docs/errors/attempt_not_claimable.md";
import bodyNotJson from "../../docs/errors/body_not_json.md";
import bodyNotUtf8 from "../../docs/errors/body_not_utf8.md";
import bodyTooDeep from "../../docs/errors/body_too_deep.md";
import bodyTooLarge from "../../docs/errors/body_too_large.md";
import breakerOpen from "../../docs/errors/breaker_open.md";
import channelNotSetUp from "../../docs/errors/channel_not_set_up.md";
import crossOrigin from "../../docs/errors/cross_origin.md";
import deliveryNotFound from "../../docs/errors/delivery_not_found.md";
import forbidden from "../../docs/errors/forbidden.md";
import idempotencyKeyReused from "../../docs/errors/idempotency_key_reused.md";
import interactionUnknown from "../../docs/errors/interaction_unknown.md";
import internalError from "../../docs/errors/internal_error.md";
import invalidRequest from "../../docs/errors/invalid_request.md";
import invalidResponse from "../../docs/errors/invalid_response.md";
import invalidSignature from "../../docs/errors/invalid_signature.md";
import jobCancelled from "../../docs/errors/job_cancelled.md";
import jobDead from "../../docs/errors/job_dead.md";
import jobFailed from "../../docs/errors/job_failed.md";
import jobNotFinished from "../../docs/errors/job_not_finished.md";
import jobNotFound from "../../docs/errors/job_not_found.md";
import jobSucceeded from "../../docs/errors/job_succeeded.md";
import jobTimedOut from "../../docs/errors/job_timed_out.md";
import methodNotAllowed from "../../docs/errors/method_not_allowed.md";
import notAsked from "../../docs/errors/not_asked.md";
import notFound from "../../docs/errors/not_found.md";
import notWaiting from "../../docs/errors/not_waiting.md";
import outputTooLong from "../../docs/errors/output_too_long.md";
import overloaded from "../../docs/errors/overloaded.md";
import pluginUnavailable from "../../docs/errors/plugin_unavailable.md";
import rangeNotSatisfiable from "../../docs/errors/range_not_satisfiable.md";
import slotNotWanted from "../../docs/errors/slot_not_wanted.md";
import staleAttempt from "../../docs/errors/stale_attempt.md";
import staleDelivery from "../../docs/errors/stale_delivery.md";
import staleWait from "../../docs/errors/stale_wait.md";
import stateTooLarge from "../../docs/errors/state_too_large.md";
import tooManyArtifacts from "../../docs/errors/too_many_artifacts.md";
import tooManyCallbacks from "../../docs/errors/too_many_callbacks.md";
import tooManyDeliveries from "../../docs/errors/too_many_deliveries.md";
import tooManyWaiters from "../../docs/errors/too_many_waiters.md";
import unauthorized from "../../docs/errors/unauthorized.md";
import unknownCommand from "../../docs/errors/unknown_command.md";
import unknownPipeline from "../../docs/errors/unknown_pipeline.md";
import unknownPlugin from "../../docs/errors/unknown_plugin.md";
import upgradeRequired from "../../docs/errors/upgrade_required.md";
import uploadBroken from "../../docs/errors/upload_broken.md";
import urlNotAllowed from "../../docs/errors/url_not_allowed.md";
import type { Call } from "./call.ts";
import { type ProblemCode, problemResponse } from "./problem.ts";

/** The page of every code. A code without one does not compile. */
const PAGES: { readonly [code in ProblemCode]: string } = {
  artifact_exists: artifactExists,
  artifact_not_found: artifactNotFound,
  artifact_too_large: artifactTooLarge,
  attempt_not_claimable: attemptNotClaimable,
  body_not_json: bodyNotJson,
  body_not_utf8: bodyNotUtf8,
  body_too_deep: bodyTooDeep,
  body_too_large: bodyTooLarge,
  breaker_open: breakerOpen,
  channel_not_set_up: channelNotSetUp,
  interaction_unknown: interactionUnknown,
  invalid_signature: invalidSignature,
  cross_origin: crossOrigin,
  delivery_not_found: deliveryNotFound,
  forbidden: forbidden,
  idempotency_key_reused: idempotencyKeyReused,
  internal_error: internalError,
  invalid_request: invalidRequest,
  invalid_response: invalidResponse,
  job_cancelled: jobCancelled,
  job_dead: jobDead,
  job_failed: jobFailed,
  job_not_finished: jobNotFinished,
  job_not_found: jobNotFound,
  job_succeeded: jobSucceeded,
  job_timed_out: jobTimedOut,
  method_not_allowed: methodNotAllowed,
  not_found: notFound,
  not_asked: notAsked,
  not_waiting: notWaiting,
  output_too_long: outputTooLong,
  overloaded: overloaded,
  plugin_unavailable: pluginUnavailable,
  range_not_satisfiable: rangeNotSatisfiable,
  slot_not_wanted: slotNotWanted,
  stale_attempt: staleAttempt,
  stale_delivery: staleDelivery,
  stale_wait: staleWait,
  state_too_large: stateTooLarge,
  too_many_artifacts: tooManyArtifacts,
  too_many_callbacks: tooManyCallbacks,
  too_many_deliveries: tooManyDeliveries,
  too_many_waiters: tooManyWaiters,
  unauthorized: unauthorized,
  unknown_command: unknownCommand,
  unknown_pipeline: unknownPipeline,
  unknown_plugin: unknownPlugin,
  upgrade_required: upgradeRequired,
  upload_broken: uploadBroken,
  url_not_allowed: urlNotAllowed,
};

/** `GET /docs/errors/{code}`: what a problem's `type` points to, in words. */
export async function errorPage({ params, origin }: Call): Promise<Response> {
  const { code = "" } = params;
  if (!isCode(code)) {
    return problemResponse(origin, { code: "not_found", detail: `There is no error '${code}'` });
  }
  // As plain text: a browser shows it, where it would offer to save Markdown.
  return new Response(PAGES[code], { headers: { "content-type": "text/plain; charset=utf-8" } });
}

function isCode(code: string): code is ProblemCode {
  return Object.hasOwn(PAGES, code);
}
