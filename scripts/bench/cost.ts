import type { Send } from "./client.ts";
import { pairedLatency, pairedThroughput, type Work } from "./measure.ts";

const CONCURRENCY = 32;

/** What a job costs, beside what the platform's floor costs. */
export type CostRow = {
  readonly what: string;
  readonly floor: string;
  readonly holdline: string;
  readonly ratio: number;
  readonly target: string;
  readonly isMet: boolean;
};

/** Measures both in turn; all ratios are Holdline over floor. */
export async function costRows(
  { floor, gateway }: { readonly floor: Send; readonly gateway: Send },
  pairs: number,
): Promise<readonly CostRow[]> {
  const body = { payload: { text: "hello" } };
  const floorDirect: Work = { run: () => floor("/direct", body) };
  const direct: Work = { run: () => gateway("/trigger/lab/echo", { ...body, wait: true }) };
  const floorAccept: Work = { run: () => floor("/accept", body) };
  const accept: Work = {
    run: () => gateway("/trigger/lab/echo", body),
    // The job goes on after its 202; the next measurement starts when it has ended.
    settle: async (answer) => untilFinal(gateway, answer),
  };

  await pairedLatency(floorDirect, direct, Math.ceil(pairs / 8));
  const waited = await pairedLatency(floorDirect, direct, pairs);
  const accepted = await pairedLatency(floorAccept, accept, pairs);
  const rate = await pairedThroughput(floorDirect, direct, {
    concurrency: CONCURRENCY,
    requests: 2 * pairs,
    blocks: 3,
  });
  return [
    latencyRow("waited direct, p50 at 1", waited.floor.p50, { ms: waited.gateway.p50, most: 1.5 }),
    latencyRow("waited direct, p99 at 1", waited.floor.p99, { ms: waited.gateway.p99 }),
    latencyRow("202, p50 at 1", accepted.floor.p50, { ms: accepted.gateway.p50, most: 1.5 }),
    latencyRow("202, p99 at 1", accepted.floor.p99, { ms: accepted.gateway.p99 }),
    {
      what: `waited direct, throughput at ${CONCURRENCY}`,
      floor: `${rate.floor.toFixed(0)}/s`,
      holdline: `${rate.gateway.toFixed(0)}/s`,
      ratio: round(rate.gateway / rate.floor),
      target: "≥ 0.6",
      isMet: rate.gateway / rate.floor >= 0.6,
    },
  ];
}

async function untilFinal(gateway: Send, answer: string): Promise<void> {
  const { job_id: jobId } = JSON.parse(answer) as { job_id: string };
  for (;;) {
    const job = JSON.parse(await gateway(`/jobs/${jobId}`, null)) as { finished_at: string | null };
    if (job.finished_at !== null) return;
  }
}

function latencyRow(
  what: string,
  floorMs: number,
  { ms, most }: { readonly ms: number; readonly most?: number },
): CostRow {
  return {
    what,
    floor: `${floorMs.toFixed(2)} ms`,
    holdline: `${ms.toFixed(2)} ms`,
    ratio: round(ms / floorMs),
    target: most === undefined ? "" : `≤ ${most}`,
    isMet: most === undefined || ms / floorMs <= most,
  };
}

/** The row as a line of the table. */
export function costLine({ what, floor, holdline, ratio, target, isMet }: CostRow): string {
  const columns = [
    what.padEnd(34),
    `floor ${floor.padStart(9)}`,
    `holdline ${holdline.padStart(9)}`,
    `ratio ${ratio.toFixed(2)}`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.join("  ");
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
