import type { JobId } from "../core/job/job.ts";
import { logError, logWarning } from "./log.ts";

/** Long enough for an overloaded object to recover; the job's alarm would send again after 15 s. */
const RETRY_AFTER_SECONDS = 5;

/** What a queue's messages are, and what is done for one. */
type Kind<Name extends { readonly job: JobId }> = {
  /** What log lines begin with. */
  readonly queue: "runs" | "callbacks";
  /** `null` = it is no message that anything could be done for. */
  readonly read: (body: unknown) => Name | null;
  readonly take: (name: Name) => Promise<void>;
};

/**
 * Settles every message of a batch by itself and never throws: one throw would have the platform
 * deliver the innocent neighbours again, and in the end bury them.
 */
export async function settleBatch<Name extends { readonly job: JobId }>(
  { messages }: MessageBatch,
  kind: Kind<Name>,
): Promise<void> {
  await Promise.all(messages.map((message) => settle(message, kind)));
}

async function settle<Name extends { readonly job: JobId }>(
  message: Message,
  { queue, read, take }: Kind<Name>,
): Promise<void> {
  const name = read(message.body);
  if (name === null) {
    // Nothing that could ever be done: delivering it again would change nothing.
    logWarning(`${queue}.message_unreadable`, { message_id: message.id });
    message.ack();
    return;
  }
  try {
    await take(name);
    message.ack();
  } catch (cause) {
    logError(`${queue}.message_not_taken`, cause, { job_id: name.job });
    message.retry({ delaySeconds: RETRY_AFTER_SECONDS });
  }
}
