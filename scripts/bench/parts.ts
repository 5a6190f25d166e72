import {
  type BenchServer,
  type BenchWorkers,
  onServer,
  type Runner,
  type ServerWish,
} from "./bench-server.ts";
import { billRow, countedBills } from "./bills.ts";
import { callbackRows } from "./callbacks.ts";
import { CHANNEL_SETTINGS, channelRows } from "./channels.ts";
import { clientOf, FLOOR_HOST } from "./client.ts";
import { type Both, costRows, firstEventRows, queueRows } from "./cost.ts";
import { growthOf } from "./growth.ts";
import { KINDS, KINDS_SETTINGS } from "./kinds.ts";
import { memoryOfFloor, memoryOfJobs, memoryRow } from "./memory.ts";
import { startRemoval } from "./removal.ts";
import type { Report } from "./report.ts";
import { answerRows, callbackRow, crowdRow, patienceRows, progressRow } from "./told.ts";

type Measured = Partial<
  Pick<Report, "costs" | "told" | "callbacks" | "bills" | "growth" | "memory">
>;

/** One part of a run: what it measures, on servers of its own. */
type Part = (workers: BenchWorkers, pairs: number) => Promise<Measured>;

const RUNNERS = ["consumer", "object"] as const;

/** In the order in which they run. */
export const PARTS: { readonly [name: string]: Part } = {
  async cost(workers, pairs) {
    const direct = await onServer(workers, { runner: "object" }, async (server) => [
      ...(await costRows(bothOf(server), pairs)),
      ...(await firstEventRows(server.url, bothOf(server), pairs)),
    ]);
    const queued = await onBothRunners(workers, (server, runner) =>
      queueRows(bothOf(server), runner, pairs),
    );
    return { costs: [...direct, ...queued] };
  },

  async told(workers) {
    const told = await onBothRunners(workers, async (server, runner) => [
      ...(await answerRows(bothOf(server), runner)),
      await callbackRow(bothOf(server), runner),
      ...(await patienceRows(server.url, runner)),
    ]);
    const watched = await onServer(workers, { runner: "object" }, async (server) => [
      await progressRow(bothOf(server), server.url),
      await crowdRow(server.url),
    ]);
    return { told: [...told, ...watched] };
  },

  async channels(workers) {
    const wish = { runner: "object", settings: CHANNEL_SETTINGS } as const;
    return { told: await onServer(workers, wish, ({ url }) => channelRows(url, FLOOR_HOST)) };
  },

  async callbacks(workers) {
    const callbacks = await onBothRunners(workers, callbackRows, { isCounted: true });
    return { callbacks };
  },

  async bills(workers) {
    const settings = { ...KINDS_SETTINGS, ...CHANNEL_SETTINGS };
    // A minute passes until its jobs are removed: the kinds are counted meanwhile.
    const removing = await startRemoval(workers);
    const [bills, removals] = await Promise.all([
      onBothRunners(workers, countedBills, { isCounted: true, settings }),
      removing.removals,
    ]);
    const byKind = bills.toSorted(
      (left, right) => KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind),
    );
    return { bills: byKind.map((bill) => billRow(bill, removals)) };
  },

  async growth(workers) {
    const wish = { runner: "consumer", isCounted: true } as const;
    return { growth: await onServer(workers, wish, growthOf) };
  },

  async memory(workers) {
    const holdline = await onServer(workers, { runner: "consumer" }, memoryOfJobs);
    const floor = await onServer(workers, { runner: "consumer" }, memoryOfFloor);
    return { memory: memoryRow(holdline, floor) };
  },
};

/** Measures the same on one server after the other, one for each runner. */
async function onBothRunners<Row>(
  workers: BenchWorkers,
  measure: (server: BenchServer, runner: Runner) => Promise<readonly Row[]>,
  wish: Omit<ServerWish, "runner"> = {},
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const runner of RUNNERS) {
    rows.push(
      ...(await onServer(workers, { ...wish, runner }, (server) => measure(server, runner))),
    );
  }
  return rows;
}

function bothOf({ url }: BenchServer): Both {
  return { floor: clientOf(url, FLOOR_HOST), gateway: clientOf(url, new URL(url).host) };
}
