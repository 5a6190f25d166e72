import { removeArtifacts } from "../artifacts/artifact-store.ts";
import type { JobStore } from "./job-store.ts";

/**
 * Removes a job with all that it has stored, and comes back when that is done. From the beginning on it
 * is not there: whoever comes meanwhile would write a job that has lost its other rows.
 *
 * @throws whatever keeps it from being removed: then what is left of it is there as it was.
 */
export async function removeJob(store: JobStore, bucket: R2Bucket): Promise<void> {
  const job = store.load();
  store.leave();
  try {
    if (job?.hasStored) await removeArtifacts(bucket, job.id);
    await store.erase();
  } catch (cause) {
    store.comeBack();
    throw cause;
  }
}
