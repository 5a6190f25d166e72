import { type Answer, type Ask, askerOf } from "./client.ts";

/** Long enough for a crowd of a thousand to get on the line before the job ends. */
const WORK_MS = 5000;

/** How long the last of the crowd looks whether it is on the line. */
const LOOK_SECONDS = 0.1;

/**
 * Has `size` callers wait for one queued job, and returns when each had its answer, in ms after the
 * job's `finished_at`, in order.
 *
 * @throws when one gets anything but the result, or other bytes than the others, or came too late to wait.
 */
export async function crowdDelays(url: string, size: number): Promise<readonly number[]> {
  const ask = askerOf(url, new URL(url).host, size + 1);
  const accepted = await ask("/trigger/lab/work", { payload: { ms: WORK_MS } });
  const path = `/jobs/${JSON.parse(accepted.text).job_id}/result`;
  const heardAt: number[] = [];
  const waiting = Array.from({ length: size }, async () => {
    const answer = await ask(`${path}?wait=60`, null);
    heardAt.push(Date.now());
    return answer;
  });
  await assertAllWait(ask, path);
  const finishedAt = finishedAtOf(await Promise.all(waiting));
  return heardAt.map((at) => at - finishedAt);
}

/** Whoever comes after them all, and is told that the job goes on, came no earlier than they did. */
async function assertAllWait(ask: Ask, path: string): Promise<void> {
  const { status } = await ask(`${path}?wait=${LOOK_SECONDS}`, null);
  if (status !== 202) throw new Error(`The job was over before all were waiting: ${status}`);
}

function finishedAtOf(answers: readonly Answer[]): number {
  const [first] = answers;
  const other = answers.find(({ status, text }) => status !== 200 || text !== first?.text);
  if (first === undefined || other !== undefined) {
    throw new Error(`Not the answer that the others got: ${other?.status} ${other?.text}`);
  }
  return Date.parse(JSON.parse(first.text).finished_at);
}
