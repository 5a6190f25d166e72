import { clientOf, type Send } from "./client.ts";
import { crowdDelays } from "./crowd.ts";
import { answerDelays, progressDelays } from "./delays.ts";
import { latencyOf } from "./measure.ts";
import { OUTLASTING, type Outlasting, patienceDelays } from "./patience.ts";

const ANSWERS = 100;
const TELLS = 200;
const CROWD = 1000;
const CROWDS = 3;
const LAST_MS_MAX = 1000;
const IMPATIENT = 50;

/** Contract, section 3. */
const LATE_MS_MAX = 250;

/** How soon callers are told, in whole milliseconds: the plugin's clock has no finer ones. */
export type ToldRow = {
  readonly what: string;
  readonly p50_ms: number;
  readonly p99_ms: number;
  /** The first and the last of a crowd. */
  readonly spread_ms: { readonly first: number; readonly last: number } | null;
  readonly target: string;
  readonly isMet: boolean;
};

/** From a queued plugin's answer to those who wait for it. */
export async function answerRows(url: string, runner: string): Promise<readonly ToldRow[]> {
  const gateway = gatewayAt(url);
  await answerDelays(gateway, Math.ceil(ANSWERS / 8));
  const { trigger, reader } = await answerDelays(gateway, ANSWERS);
  return [
    plainRow(`answer to its trigger, ${runner}`, trigger),
    plainRow(`answer to a reader, ${runner}`, reader),
  ];
}

/** From `progress()` to who reads the job's events as a stream. */
export async function progressRow(url: string): Promise<ToldRow> {
  return plainRow("progress() to an SSE client", await progressDelays(gatewayAt(url), url, TELLS));
}

/** From the end of a job to the last of a thousand who wait for it. */
export async function crowdRow(url: string): Promise<ToldRow> {
  const delays = await middleOf(() => crowdDelays(url, CROWD));
  return crowdedRow(`${CROWD.toLocaleString("en")} waiters on one job`, delays, LAST_MS_MAX);
}

/** From the end of their patience to the 202 of fifty callers at once, for every kind of dispatch. */
export async function patienceRows(url: string, runner: string): Promise<readonly ToldRow[]> {
  const rows: ToldRow[] = [];
  for (const kind of Object.keys(OUTLASTING) as Outlasting[]) {
    const delays = await middleOf(() => patienceDelays(url, kind, IMPATIENT));
    rows.push(crowdedRow(`202 to ${IMPATIENT}, ${kind}, ${runner}`, delays, LATE_MS_MAX));
  }
  return rows;
}

/** Several crowds, one after another: the one whose last caller was neither the soonest nor the latest. */
async function middleOf(crowd: () => Promise<readonly number[]>): Promise<readonly number[]> {
  const crowds: (readonly number[])[] = [];
  for (let turn = 0; turn < CROWDS; turn += 1) crowds.push(await crowd());
  const byLast = crowds.toSorted((left, right) => Math.max(...left) - Math.max(...right));
  return byLast[Math.floor(CROWDS / 2)] ?? [];
}

function crowdedRow(what: string, delays: readonly number[], lastMsMax: number): ToldRow {
  const [first, last] = [Math.min(...delays), Math.max(...delays)];
  return {
    ...plainRow(what, delays),
    spread_ms: { first, last },
    target: `last ≤ ${lastMsMax} ms`,
    isMet: last <= lastMsMax,
  };
}

/** The row as a line of the table. */
export function toldLine(row: ToldRow): string {
  const { what, spread_ms: spread, target, isMet } = row;
  const columns = [
    what.padEnd(34),
    `p50 ${`${row.p50_ms} ms`.padStart(11)}`,
    `p99 ${`${row.p99_ms} ms`.padStart(14)}`,
    spread === null ? "" : `first ${spread.first} ms  last ${spread.last} ms`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.join("  ").trimEnd();
}

function gatewayAt(url: string): Send {
  return clientOf(url, new URL(url).host);
}

function plainRow(what: string, delays: readonly number[]): ToldRow {
  const { p50, p99 } = latencyOf(delays);
  return { what, p50_ms: p50, p99_ms: p99, spread_ms: null, target: "", isMet: true };
}
