import { readEnvironment } from "../config/environment.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** Names of this very machine. Anything else came over a network, or through a rebound DNS name. */
const LOOPBACK = /^(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * Lets a caller in, or says why not. Without tokens only the local `HOLDLINE_ANONYMOUS=admin` opens
 * anything, and only to callers who address this machine by a loopback name: a tunnel or a deployment
 * that carries the variable along stays shut.
 */
export function refuseStrangers({ env, request }: Pick<Call, "env" | "request">): Problem | null {
  if (readEnvironment(env).anonymous === "admin" && isLoopback(request.url)) return null;

  const hasToken = request.headers.has("authorization");
  const challenge = `Bearer realm="holdline"${hasToken ? ', error="invalid_token"' : ""}`;
  return {
    code: "unauthorized",
    detail: hasToken
      ? "The token is not valid here"
      : "Send a token in the header Authorization: Bearer <token>",
    headers: { "www-authenticate": challenge },
  };
}

/** Whether a URL names this very machine. */
export function isLoopback(url: string): boolean {
  return LOOPBACK.test(new URL(url).hostname);
}

/** Whether the caller may do everything, `jobs:admin` included: today, whoever is let in. */
export function isAdmin(call: Pick<Call, "env" | "request">): boolean {
  return refuseStrangers(call) === null;
}

/**
 * Stops a page of another site from triggering jobs through its visitor's browser. Browsers say where
 * a request comes from; callers that are no browsers say nothing, and pass.
 *
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Headers/Sec-Fetch-Site
 */
export function refuseOtherSites({ request, origin }: Call): Problem | null {
  if (request.method === "GET" || request.method === "HEAD") return null;
  const site = request.headers.get("sec-fetch-site");
  const from = request.headers.get("origin");
  const isOwn =
    site === null ? from === null || from === origin : site === "same-origin" || site === "none";
  if (isOwn) return null;
  return {
    code: "cross_origin",
    detail: "Call Holdline from your own server or page, not from a page of another site",
  };
}
