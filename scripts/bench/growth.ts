import type { BenchServer } from "./bench-server.ts";
import { clientOf, FLOOR_HOST, type Send } from "./client.ts";
import { billOf, type Counts, countedAtRest, countsBetween } from "./counted.ts";
import { fill } from "./fill.ts";
import { pairedThroughput, type Work } from "./measure.ts";

/** So many jobs are there already when it is measured what one more costs. */
const LEVELS = [100, 1000, 10_000] as const;

const CONCURRENCY = 8;
const BLOCKS = 9;
const BLOCK_JOBS = 50;

/** The cost of the last level over that of the first. */
const RATIO_MAX = 1.2;

export type GrowthLevel = {
  /** Jobs that were there when the level was begun. */
  readonly jobs: number;
  /** The middle of several blocks, each so many jobs at a fixed concurrency. */
  readonly floor_ms_per_job: number;
  readonly ms_per_job: number;
  /** The middle of the ratios of one block to the floor's that was measured with it. */
  readonly ratio: number;
  /** Counted, not timed: the same at every level. */
  readonly rows_written_per_job: number;
  readonly rows_read_per_job: number;
  readonly object_requests_per_job: number;
};

export type Growth = {
  readonly levels: readonly GrowthLevel[];
  /** Of the last level to the first, both over their floors. */
  readonly ratio: number;
  readonly has_same_counts: boolean;
  readonly target: string;
  readonly isMet: boolean;
};

/** What one more job costs where more and more are there already, on a server with the counted gateway. */
export async function growthOf(server: BenchServer): Promise<Growth> {
  const gateway = clientOf(server.url, new URL(server.url).host);
  const floor = clientOf(server.url, FLOOR_HOST);
  const body = { payload: { text: "hello" } };
  const works = {
    floor: { run: () => floor("/direct", body) },
    gateway: { run: () => gateway("/trigger/lab/echo", { ...body, wait: true }) },
  };
  const levels: GrowthLevel[] = [];
  let jobs = 0;
  // As many as the gateway's first: code that has not yet run is slow, the floor's as well.
  await fill(works.floor, LEVELS[0]);
  for (const level of LEVELS) {
    await fill(works.gateway, level - jobs);
    levels.push(await levelAt(level, gateway, works));
    jobs = level + BLOCKS * BLOCK_JOBS;
  }
  return grown(levels);
}

/** What the levels come to. Timed costs may grow a little; what is counted must not grow at all. */
export function grown(levels: readonly GrowthLevel[]): Growth {
  const [first, ...others] = levels;
  const last = others.at(-1);
  if (first === undefined || last === undefined) throw new Error("Growth needs two levels");
  const ratio = Math.round((1000 * last.ratio) / first.ratio) / 1000;
  const hasSameCounts = others.every((level) => countsText(level) === countsText(first));
  return {
    levels,
    ratio,
    has_same_counts: hasSameCounts,
    target: `≤ ${RATIO_MAX}, and the same counts`,
    isMet: ratio <= RATIO_MAX && hasSameCounts,
  };
}

function countsText(level: GrowthLevel): string {
  const { rows_written_per_job: written, rows_read_per_job: read } = level;
  return [written, read, level.object_requests_per_job].join(" ");
}

type Works = { readonly floor: Work; readonly gateway: Work };

async function levelAt(jobs: number, gateway: Send, works: Works): Promise<GrowthLevel> {
  const before = await countedAtRest(gateway);
  const rates = await pairedThroughput(works.floor, works.gateway, {
    concurrency: CONCURRENCY,
    requests: BLOCK_JOBS,
    blocks: BLOCKS,
  });
  const counts: Counts = countsBetween(before, await countedAtRest(gateway));
  const bill = billOf(counts, BLOCKS * BLOCK_JOBS);
  return {
    jobs,
    floor_ms_per_job: round(1000 / rates.floor),
    ms_per_job: round(1000 / rates.gateway),
    ratio: round(1 / rates.ratio),
    rows_written_per_job: bill.rows_written,
    rows_read_per_job: bill.rows_read,
    object_requests_per_job: bill.object_requests,
  };
}

/** The growth as lines of the table. */
export function growthLines({ levels, ratio, target, isMet }: Growth): readonly string[] {
  const byLevel = levels.map((level) =>
    [
      `one more job where ${level.jobs.toLocaleString("en")} are`.padEnd(34),
      `floor ${level.floor_ms_per_job.toFixed(2).padStart(7)} ms`,
      `holdline ${level.ms_per_job.toFixed(2).padStart(7)} ms`,
      `ratio ${level.ratio.toFixed(2)}`,
      `rows ${level.rows_written_per_job}/${level.rows_read_per_job}`,
      `requests ${level.object_requests_per_job}`,
    ].join("  "),
  );
  const last = `${"growth, last level to first".padEnd(34)}  ratio ${ratio.toFixed(2)}`;
  return [...byLevel, `${last}  ${target} ${isMet ? "met" : "MISSED"}`];
}

function round(number: number): number {
  return Math.round(number * 1000) / 1000;
}
