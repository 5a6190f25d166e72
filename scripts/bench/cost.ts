import { eventsOf, FLOOR_HOST, type Send } from "./client.ts";
import { pairedLatency, pairedThroughput, type Work } from "./measure.ts";

const CONCURRENCY = 32;

/** What a job costs, beside what the platform's floor costs. */
export type CostRow = {
  readonly what: string;
  readonly unit: "ms" | "jobs/s";
  readonly floor: number;
  readonly holdline: number;
  readonly ratio: number;
  readonly target: string;
  readonly isMet: boolean;
};

/** The two that are compared. */
export type Both = { readonly floor: Send; readonly gateway: Send };

/** Measures both in turn; all ratios are Holdline over floor. */
export async function costRows(
  { floor, gateway }: Both,
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
      unit: "jobs/s",
      floor: round(rate.floor),
      holdline: round(rate.gateway),
      ratio: round(rate.gateway / rate.floor),
      target: "≥ 0.6",
      isMet: rate.gateway / rate.floor >= 0.6,
    },
  ];
}

/** From the trigger of a queued job to its answer, whose plugin takes no time; the floor's way is the same. */
export async function queueRows(
  { floor, gateway }: Both,
  runner: string,
  pairs: number,
): Promise<readonly CostRow[]> {
  const body = { payload: { ms: 0 } };
  const floorQueue: Work = { run: () => floor("/queue", body) };
  const queue: Work = { run: () => gateway("/trigger/clock/answer", { ...body, wait: true }) };

  await pairedLatency(floorQueue, queue, Math.ceil(pairs / 8));
  const waited = await pairedLatency(floorQueue, queue, pairs);
  return [
    latencyRow(`waited queue, p50, ${runner}`, waited.floor.p50, { ms: waited.gateway.p50 }),
    latencyRow(`waited queue, p99, ${runner}`, waited.floor.p99, { ms: waited.gateway.p99 }),
  ];
}

/** From the request for a stream of Server-Sent Events to the first of them. */
export async function firstEventRows(
  url: string,
  { floor, gateway }: Both,
  pairs: number,
): Promise<readonly CostRow[]> {
  const { id } = JSON.parse(await floor("/accept", { payload: {} }));
  const echo = { payload: { text: "hello" }, wait: true };
  const { job_id: jobId } = JSON.parse(await gateway("/trigger/lab/echo", echo));
  const floorStream = `${url}/stream?id=${id}&times=1&every_ms=0`;
  const floorFirst: Work = { run: () => firstEvent(floorStream, FLOOR_HOST) };
  const first: Work = { run: () => firstEvent(`${url}/jobs/${jobId}/events`) };

  await pairedLatency(floorFirst, first, Math.ceil(pairs / 8));
  const seen = await pairedLatency(floorFirst, first, pairs);
  return [
    latencyRow("SSE first event, p50", seen.floor.p50, { ms: seen.gateway.p50 }),
    latencyRow("SSE first event, p99", seen.floor.p99, { ms: seen.gateway.p99 }),
  ];
}

async function firstEvent(url: string, host?: string): Promise<string> {
  for await (const data of eventsOf(url, host)) return data;
  throw new Error(`${url} ended without an event`);
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
    unit: "ms",
    floor: round(floorMs),
    holdline: round(ms),
    ratio: round(ms / floorMs),
    target: most === undefined ? "" : `≤ ${most}`,
    isMet: most === undefined || ms / floorMs <= most,
  };
}

/** The row as a line of the table. */
export function costLine(row: CostRow): string {
  const { what, ratio, target, isMet } = row;
  const columns = [
    what.padEnd(34),
    `floor ${figureText(row, "floor").padStart(10)}`,
    `holdline ${figureText(row, "holdline").padStart(10)}`,
    `ratio ${ratio.toFixed(2)}`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.join("  ").trimEnd();
}

/** A figure of a row with its unit. */
export function figureText(row: CostRow, of: "floor" | "holdline"): string {
  return row.unit === "ms" ? `${row[of].toFixed(2)} ms` : `${row[of].toFixed(0)}/s`;
}

function round(ratio: number): number {
  return Math.round(ratio * 1000) / 1000;
}
