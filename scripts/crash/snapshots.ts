/** What a crash check looks at. */
export type JobView = {
  readonly job_id: string;
  readonly status: string;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly waits_for: string | null;
  readonly finished_at: string | null;
  readonly attempts: readonly { readonly attempt: number }[];
};

/** The job, `null` when the server says that there is none. Asks again while the server is unreachable. */
export async function readJob(url: string, jobId: string): Promise<JobView | null> {
  const response = await fetch(`${url}/jobs/${jobId}`);
  return response.ok ? ((await response.json()) as JobView) : null;
}

/** What the job is doing: what it waits for, or that it runs or is over. */
export function stateOf(job: JobView | null): string {
  if (job === null) return "missing";
  if (job.finished_at !== null) return "final";
  return job.waits_for ?? job.status;
}
