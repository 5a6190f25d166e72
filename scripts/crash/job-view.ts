import { createHash } from "node:crypto";
import type { Fields } from "./client.ts";

/** What the laboratory looks at of a job. */
export type JobView = {
  readonly job_id: string;
  readonly status: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly seq: number;
  readonly waits_for: string | null;
  readonly retry_of: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly progress: { readonly message: string | null } | null;
  readonly result: { readonly text: string | null; readonly output: unknown } | null;
  readonly wait: { readonly wait_id: string } | null;
  readonly attempts: readonly { readonly attempt: number }[];
  readonly tags: readonly string[];
  readonly artifacts: readonly ArtifactView[];
};

type ArtifactView = {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

/** What every telling of an end has in common, by whichever way it comes. */
const TOLD_BY_ALL = [
  "job_id",
  "attempt",
  "max_attempts",
  "seq",
  "created_at",
  "started_at",
  "finished_at",
  "result",
  "error",
  "attempts",
  "artifacts",
] as const;

/** The end of a job as it was told to somebody. */
export type End = { readonly jobId: string; readonly status: string; readonly digest: string };

/** `null`: what was told is no end. In a problem `status` is that of HTTP, and the job's has another name. */
export function endOf(told: Fields): End | null {
  const { job_id: jobId, finished_at: finishedAt } = told;
  if (typeof jobId !== "string" || typeof finishedAt !== "string") return null;
  const status = String(told["job_status"] ?? told["status"]);
  const parts = JSON.stringify([status, ...TOLD_BY_ALL.map((key) => told[key])]);
  return { jobId, status, digest: createHash("sha256").update(parts).digest("hex").slice(0, 16) };
}

export function isFinal({ finished_at: finishedAt }: Pick<JobView, "finished_at">): boolean {
  return finishedAt !== null;
}

/** What a job is doing: what it waits for, or that it runs, asks, or is over. */
export function stateOf(job: JobView): string {
  return isFinal(job) ? "final" : (job.waits_for ?? job.status);
}
