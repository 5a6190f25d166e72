import { type AttemptToken, attemptToken } from "../core/job/step.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** What its holder reads who is too late. */
export const STALE_TOKEN = "The token is of no attempt that runs: stop working on it";

/** The attempt's token, as a bearer token: it opens three routes of one job, and nothing else. */
export function attemptTokenOf({ request }: Call): Result<AttemptToken, Problem> {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (token !== undefined) return ok(attemptToken(token));
  return refuse({
    code: "unauthorized",
    detail: "Send the attempt_token of the request in the header Authorization: Bearer <token>",
    headers: { "www-authenticate": 'Bearer realm="holdline-attempt"' },
  });
}
