import { setTimeout as sleep } from "node:timers/promises";
import type { Said } from "../channels/people.ts";
import { isAnswered, owed } from "../channels/report.ts";
import type { DeliveryRow } from "../receivers/gateway.ts";
import { inTurn } from "./book.ts";
import { isFinal, type JobView } from "./job-view.ts";
import type { Lab } from "./lab.ts";

/**
 * A message of the queue that was lost is sent again after 15 s, doubling to 5 minutes: whoever was
 * unlucky four times in a row rests that long, and has an attempt to make after it.
 */
const CONVERGE_MS_MAX = 330_000;

const LOOK_MS = 1000;

/** For so long nothing may happen on any screen, before it is over. */
const QUIET_MS = 4000;

/** Waits until `done` is, or no longer than anybody would. */
export async function withinLimit(done: Promise<unknown>): Promise<boolean> {
  const late = AbortSignal.timeout(CONVERGE_MS_MAX);
  const isLate = new Promise<boolean>((resolve) => {
    late.addEventListener("abort", () => resolve(false));
  });
  return Promise.race([done.then(() => true), isLate]);
}

/** Waits until these jobs are over and owe nobody anything; gives the ones that are not, in the end. */
export async function settle(lab: Lab, jobIds: readonly string[]): Promise<readonly string[]> {
  const until = Date.now() + CONVERGE_MS_MAX;
  let open = jobIds;
  while (open.length > 0 && Date.now() < until) {
    const isOpen = await inTurn(open, (jobId) => isStillOpen(lab, jobId));
    open = open.filter((_, index) => isOpen[index]);
    if (open.length > 0) await sleep(LOOK_MS);
  }
  return open;
}

async function isStillOpen({ client }: Lab, jobId: string): Promise<boolean> {
  const job = await client.until(`/jobs/${jobId}`);
  // One that is not there is not awaited: it is lost.
  if (job.status === 404) return false;
  if (!isFinal(job.body as unknown as JobView)) return true;
  const { body } = await client.until(`/jobs/${jobId}/deliveries`);
  return (body["deliveries"] as readonly DeliveryRow[]).some(({ state }) => state === "pending");
}

/** Waits until everybody in a channel has their answer and nothing moves there, or too long. */
export async function settleChannels(said: readonly Said[]): Promise<void> {
  const until = Date.now() + CONVERGE_MS_MAX;
  const waiting = owed(said);
  const lastAt = () => Math.max(0, ...waiting.map(({ screen }) => screen.moments.at(-1)?.at ?? 0));
  while (Date.now() < until) {
    if (Date.now() - lastAt() > QUIET_MS && waiting.every(isAnswered)) return;
    await sleep(LOOK_MS);
  }
}

/** Everything that may say why a job does not move on: of each that is open, and what the server said last. */
export async function dumpOpen(
  { client, server }: Lab,
  jobIds: readonly string[],
): Promise<string> {
  const dumps = await inTurn(jobIds, async (jobId) => {
    const job = await client.ask(`/jobs/${jobId}`);
    const deliveries = await client.ask(`/jobs/${jobId}/deliveries`);
    const texts = [job, deliveries].map((reply) =>
      typeof reply === "string" ? reply : reply.text,
    );
    return `${jobId}\n  ${texts.join("\n  ")}`;
  });
  return [...dumps, "The last lines of the server:", ...server.lines].join("\n");
}
