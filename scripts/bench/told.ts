import type { Both } from "./cost.ts";
import { crowdDelays } from "./crowd.ts";
import { answerDelays, callbackDelays, progressDelays, streamDelays } from "./delays.ts";
import { latencyOf } from "./measure.ts";
import { OUTLASTING, type Outlasting, patienceDelays } from "./patience.ts";

/** Of fewer the slowest one alone would be the p99. */
const ANSWERS = 400;
const TELLS = 200;
const CALLBACKS = 100;
const CROWD = 1000;
const CROWDS = 3;
const LAST_MS_MAX = 1000;
const IMPATIENT = 50;

/** Over the floor's slowest of a hundred: what the gateway may add to an answer. */
const OVER_FLOOR_MS_MAX = 25;

/** Contract, section 3. */
const LATE_MS_MAX = 250;

/** How soon callers are told, in whole milliseconds: the plugin's clock has no finer ones. */
export type ToldRow = {
  readonly what: string;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** The same with nothing but the platform between; `null` = there is nothing to compare with. */
  readonly floor: { readonly p50_ms: number; readonly p99_ms: number } | null;
  /** The first and the last of a crowd, and the last of the slowest one. */
  readonly spread_ms: {
    readonly first: number;
    readonly last: number;
    readonly worst: number;
  } | null;
  readonly target: string;
  readonly isMet: boolean;
};

/** From a queued plugin's answer to those who wait for it. */
export async function answerRows(both: Both, runner: string): Promise<readonly ToldRow[]> {
  await answerDelays(both, Math.ceil(ANSWERS / 8));
  const { trigger, reader, floor } = await answerDelays(both, ANSWERS);
  return [
    overFloorRow(`answer to its trigger, ${runner}`, trigger, { floor, msMax: OVER_FLOOR_MS_MAX }),
    overFloorRow(`answer to a reader, ${runner}`, reader, { floor, msMax: OVER_FLOOR_MS_MAX }),
  ];
}

/** From `progress()` to who reads the job's events as a stream. */
export async function progressRow({ floor, gateway }: Both, url: string): Promise<ToldRow> {
  const delays = await progressDelays(gateway, url, TELLS);
  const floorDelays = await streamDelays(floor, url, TELLS);
  return overFloorRow("progress() to an SSE client", delays, { floor: floorDelays });
}

/** From the end of a job to the arrival of its callback. */
export async function callbackRow(both: Both, runner: string): Promise<ToldRow> {
  await callbackDelays(both, Math.ceil(CALLBACKS / 8));
  const { floor, gateway } = await callbackDelays(both, CALLBACKS);
  return overFloorRow(`end to the callback, ${runner}`, gateway, { floor });
}

/** From the end of a job to the last of a thousand who wait for it. */
export async function crowdRow(url: string): Promise<ToldRow> {
  const crowds = await inTurn(() => crowdDelays(url, CROWD));
  return crowdedRow(`${CROWD.toLocaleString("en")} waiters on one job`, crowds, LAST_MS_MAX);
}

/** From the end of their patience to the 202 of fifty callers at once, for every kind of dispatch. */
export async function patienceRows(url: string, runner: string): Promise<readonly ToldRow[]> {
  const rows: ToldRow[] = [];
  for (const kind of Object.keys(OUTLASTING) as Outlasting[]) {
    const crowds = await inTurn(() => patienceDelays(url, kind, IMPATIENT));
    rows.push(crowdedRow(`202 to ${IMPATIENT}, ${kind}, ${runner}`, crowds, LATE_MS_MAX));
  }
  return rows;
}

type Crowd = readonly number[];

/** Several crowds, one after another, the one whose last caller heard the soonest first. */
async function inTurn(crowd: () => Promise<Crowd>): Promise<readonly Crowd[]> {
  const crowds: Crowd[] = [];
  for (let turn = 0; turn < CROWDS; turn += 1) crowds.push(await crowd());
  return crowds.toSorted((left, right) => Math.max(...left) - Math.max(...right));
}

/**
 * The middle one is judged: a machine that stands still for a moment slows one of three down. The slowest
 * is shown as well.
 */
function crowdedRow(what: string, crowds: readonly Crowd[], lastMsMax: number): ToldRow {
  const delays = crowds[Math.floor(crowds.length / 2)] ?? [];
  const [first, last] = [Math.min(...delays), Math.max(...delays)];
  return {
    ...plainRow(what, delays),
    spread_ms: { first, last, worst: Math.max(...(crowds.at(-1) ?? [])) },
    target: `last ≤ ${lastMsMax} ms`,
    isMet: last <= lastMsMax,
  };
}

/** A row with the floor beside it, whose p99 may be passed by so much. */
export function overFloorRow(
  what: string,
  delays: readonly number[],
  { floor: floorDelays, msMax }: { readonly floor: readonly number[]; readonly msMax?: number },
): ToldRow {
  const row = plainRow(what, delays);
  const { p50, p99 } = latencyOf(floorDelays);
  const floor = { p50_ms: Math.round(p50), p99_ms: Math.round(p99) };
  if (msMax === undefined) return { ...row, floor };
  const target = `p99 ≤ floor's ${floor.p99_ms} + ${msMax} ms`;
  return { ...row, floor, target, isMet: row.p99_ms <= floor.p99_ms + msMax };
}

/** The row as a line of the table. */
export function toldLine(row: ToldRow): string {
  const { what, spread_ms: spread, target, isMet } = row;
  const columns = [
    what.padEnd(34),
    `p50 ${`${row.p50_ms} ms`.padStart(11)}`,
    `p99 ${`${row.p99_ms} ms`.padStart(14)}`,
    row.floor === null ? "" : `floor ${row.floor.p50_ms} and ${row.floor.p99_ms} ms`,
    spread === null ? "" : `first ${spread.first} ms  last ${spread.last} ms`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.filter((column) => column !== "").join("  ");
}

function plainRow(what: string, delays: readonly number[]): ToldRow {
  const { p50, p99 } = latencyOf(delays);
  return {
    what,
    p50_ms: Math.round(p50),
    p99_ms: Math.round(p99),
    floor: null,
    spread_ms: null,
    target: "",
    isMet: true,
  };
}
