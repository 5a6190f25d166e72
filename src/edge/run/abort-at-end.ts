import { isStableStatus } from "../../core/job/status.ts";
import { type EpochMs, seconds } from "../../lang/time.ts";
import type { JobHandle } from "../job/job-client.ts";
import { logWarning } from "../log.ts";
import { watchJob } from "../watch/watch-job.ts";

/** Cancelling is rare and most attempts are short: whoever is done by then has cost no request. */
const LISTEN_AFTER_MS = seconds(1);

/**
 * Aborts when the job ends, or its attempt does, under the hands of its runner, which a consumer would otherwise learn of when
 * it next extends the lease. It hears of it over a line that lets the job's object sleep.
 *
 * @returns What stops listening.
 */
export function abortAtEnd(job: JobHandle, stale: AbortController, until: EpochMs): () => void {
  const stopped = new AbortController();
  const timer = setTimeout(() => void listen(), LISTEN_AFTER_MS);
  const listen = async () => {
    try {
      for await (const told of watchJob(job, { want: "end" }, { until, signal: stopped.signal })) {
        if ("snapshot" in told && isStableStatus(told.snapshot.status)) stale.abort();
      }
    } catch (cause) {
      // The next extension of the lease tells as well, only later.
      logWarning("runs.not_listening", { job_id: job.id, message: String(cause) });
    }
  };
  return () => {
    clearTimeout(timer);
    stopped.abort();
  };
}
