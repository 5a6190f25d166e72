import type { Callback } from "../../core/callback/endpoint.ts";
import type { Submission } from "../../core/job/command.ts";
import type { Outcome } from "../../core/plugin/outcome.ts";
import type { AttemptEnd } from "./job-capability.ts";

const SUBMISSION_OF_OLD: Pick<Submission, "callbacks" | "event"> = { callbacks: [], event: null };
const END_OF_OLD: { readonly artifacts: readonly never[] } = { artifacts: [] };

const CALLBACK_OF_OLD: Pick<Callback, "seat"> = { seat: null };

/** In a deploy an object may be called by a gateway of the version before, which had no callbacks or events. */
export function wholeSubmission(submission: Submission): Submission {
  const whole = { ...SUBMISSION_OF_OLD, ...submission };
  return { ...whole, callbacks: wholeCallbacks(whole.callbacks) };
}

/** And by one that knew no channels. */
export function wholeCallbacks(callbacks: readonly Callback[]): readonly Callback[] {
  return callbacks.map((callback) => ({ ...CALLBACK_OF_OLD, ...callback }));
}

/** And by one that read a plugin's answer without looking for artifacts. */
export function wholeOutcome(outcome: Outcome): Outcome {
  return outcome.kind === "success" ? { ...END_OF_OLD, ...outcome } : outcome;
}

/** And by a consumer of the version before, which had no artifacts. */
export function wholeEnd(end: AttemptEnd): AttemptEnd {
  return { ...END_OF_OLD, ...end };
}
