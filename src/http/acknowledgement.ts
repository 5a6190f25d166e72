import { logError } from "../edge/log.ts";
import { OverloadedFault } from "../edge/object-call.ts";
import { after, type DurationMs, seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { problemWords } from "./problem-words.ts";

/** Discord and Slack give 3 s for an acknowledgement: after two of them it says that an answer comes. */
export const ACK_MS: DurationMs = seconds(2);

/** Where the job has said nothing by then, it cannot be reached: the acknowledgement goes out without it. */
const ACK_MS_MAX: DurationMs = seconds(2.5);

/** What a channel is to hear, and what it hears where that is not there in time. */
export type Acknowledging<Answer> = {
  readonly work: Promise<Answer>;
  /** Goes out in place of the answer where that takes too long. */
  readonly late: () => Answer;
  /** Says what should have gone with the acknowledgement, when that has gone out without it. */
  readonly afterwards: (answer: Answer) => Promise<void>;
  /** The answer where the world failed, in words. A channel that tries again by itself wants none. */
  readonly failed: ((words: string) => Answer) | null;
};

/** The answer, or in time something else: a channel that hears nothing tells people that nobody is there. */
export async function inTime<Answer>(
  call: Call,
  { work, late, afterwards, failed }: Acknowledging<Answer>,
): Promise<Answer> {
  const answered = failed === null ? work : work.catch((cause: unknown) => failed(wordsOf(cause)));
  let isLate = false;
  // The invocation goes on: what was begun is begun.
  const done = answered.then((answer) => (isLate ? afterwards(answer) : undefined));
  call.waitUntil(done.catch((cause: unknown) => logError("channel.late_failed", cause)));
  const leftMs = Math.max(0, after(call.receivedAt, ACK_MS_MAX) - Date.now());
  const lateAnswer = scheduler.wait(leftMs).then(() => {
    isLate = true;
    return late();
  });
  return Promise.race([answered, lateAnswer]);
}

/** Whatever happened, the person is told what they can do about it, and whoever runs the gateway the rest. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof OverloadedFault)) logError("channel.failed", cause);
  return problemWords({ code: "overloaded", detail: "" });
}
