import { type AttemptToken, attemptToken } from "../../core/job/step.ts";

/** Names the right to report one attempt: chance is drawn here, and travels in commands. */
export function drawToken(): AttemptToken {
  return attemptToken(crypto.randomUUID());
}
