import type { JobStatus } from "../core/job/job.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { isJsonObject, type Json } from "../lang/json.ts";
import { jsonResponse, patienceOver } from "./answer.ts";
import { isLoopback } from "./auth.ts";
import type { Call } from "./call.ts";
import { PROBLEMS, type Problem, type ProblemCode, problemResponse } from "./problem.ts";
import type { StartedRun } from "./run-job.ts";

/** What a sender is told of the job: how it is, and where somebody with a token can read it. */
export function laterAnswer({ snapshot, isEarlier }: StartedRun): Response {
  return accepted(snapshot, { isEarlier, members: {} });
}

/** What a sender is told who was held for the result. */
export function heldAnswer(call: Call, seen: Snapshot, isEarlier: boolean): Response {
  const problem = problemOfEnd(seen);
  const again = isEarlier ? { deduplicated: true } : {};
  if (problem !== null) {
    const members = { job_id: seen.job_id, job_status: seen.status, ...again };
    return problemResponse(call.origin, { ...problem, members });
  }
  if (seen.status !== "succeeded") {
    return accepted(seen, { isEarlier, members: patienceOver(call.receivedAt) });
  }
  const { text = null, output = null } = seen.result ?? {};
  return jsonResponse(200, { ...named(seen), result: { text, output }, ...again });
}

/** What a browser is shown, or where it is led to. */
export function browserAnswer(call: Call, seen: Snapshot): Response {
  const problem = problemOfEnd(seen);
  // A plugin's words of why it failed are for whoever can read its jobs: anyone may send a browser here.
  if (problem !== null) return browserProblem({ ...problem, detail: `Job ${seen.job_id}` });
  if (seen.status !== "succeeded") {
    return plainText(202, `This takes longer. Job ${seen.job_id} goes on`);
  }
  const target = targetIn(seen.result?.output ?? null, call);
  if (target === null) return plainText(200, seen.result?.text ?? "Done");
  return new Response(null, { status: 303, headers: { ...NO_REFERRER, location: target } });
}

/** The same problem as a program would be told, for people. */
export function browserProblem({ code, detail, headers = {} }: Problem): Response {
  const { status, title } = PROBLEMS[code];
  return plainText(status, `${title}. ${detail}`, headers);
}

/** A repeat is 200: nothing was accepted that was not there. */
function accepted(
  snapshot: Snapshot,
  { isEarlier, members }: { readonly isEarlier: boolean; readonly members: object },
): Response {
  const again = isEarlier ? { deduplicated: true } : {};
  return jsonResponse(isEarlier ? 200 : 202, { ...named(snapshot), ...members, ...again });
}

function named({ job_id, status, links }: Snapshot) {
  return { job_id, status, links: { self: links.self } };
}

const PROBLEM_OF_END: { readonly [status in JobStatus]?: ProblemCode } = {
  failed: "job_failed",
  dead: "job_dead",
  timed_out: "job_timed_out",
  cancelled: "job_cancelled",
};

/** `null` = it has not ended badly. */
function problemOfEnd({ status, error }: Snapshot): Problem | null {
  const code = PROBLEM_OF_END[status];
  if (code === undefined) return null;
  return { code, detail: error?.message ?? "The job ended without saying why" };
}

/** An https URL; one of this very machine on plain http only where the gateway is there too. */
function targetIn(output: Json, { request }: Call): string | null {
  const given = isJsonObject(output) ? output["redirect_url"] : null;
  if (typeof given !== "string" || !URL.canParse(given)) return null;
  const { protocol, href } = new URL(given);
  if (protocol === "https:") return href;
  return protocol === "http:" && isLoopback(href) && isLoopback(request.url) ? href : null;
}

/** What the query brought along is nobody else's business. */
const NO_REFERRER = { "referrer-policy": "no-referrer" };

function plainText(status: number, text: string, headers: Problem["headers"] = {}): Response {
  return new Response(`${text}\n`, {
    status,
    headers: { ...headers, ...NO_REFERRER, "content-type": "text/plain; charset=utf-8" },
  });
}
