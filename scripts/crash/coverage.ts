import { isAnswered, owed } from "../channels/report.ts";
import { spreadOf } from "../receivers/measures.ts";
import type { Fault } from "../receivers/records.ts";
import { deliveriesIn, isTold } from "./check/callbacks.ts";
import { ackedJobs, type Evidence } from "./check/evidence.ts";
import { heldRequests } from "./check/hung.ts";
import { toldRight } from "./check/told.ts";
import { only } from "./history.ts";
import { KIND_NAMES } from "./kinds/registry.ts";
import { WAY_NAMES } from "./ways/registry.ts";

/** What must have come to pass in a run of 300 s, for it to prove anything. Shorter ones need less. */
const FLOORS = {
  spanMs: 300_000,
  kills: 20,
  jobs: 2000,
  ofKind: 12,
  ofWay: 60,
  caught: 5,
} as const;

const ACKED_SHARE = 0.9;

/** What a job can be caught at. */
const STATES = ["start", "slot", "delay", "retry", "running", "waiting"] as const;

export type Count = { readonly asked: number; readonly told: number };

export type Coverage = {
  readonly kills: number;
  readonly jobs: number;
  /** Over HTTP. */
  readonly triggers: number;
  readonly unknown: number;
  /** Commands in channels, and those of which the channel itself said that nobody answered in time. */
  readonly spoken: number;
  readonly cutOff: number;
  readonly late: number;
  readonly byKind: { readonly [kind: string]: number };
  readonly byWay: { readonly [way: string]: Count };
  readonly caught: { readonly [state: string]: number };
  readonly heldRequests: number;
  readonly cutRequests: number;
  readonly latestMs: number;
  /** What a request takes that waits for nothing. */
  readonly pulseMs: number;
  readonly busiestMs: number;
  readonly broken: number;
};

/** How often what happened, from the history and the screens. */
export function coverageOf(evidence: Evidence): Coverage {
  const { entries, said } = evidence;
  const taken = owed(said);
  const jobs = ackedJobs(entries);
  const kinds = [...jobs.map(({ kind }) => kind), ...taken.map(({ planned }) => planned.channel)];
  const held = heldRequests(entries);
  const pulse = spreadOf(only(entries, "pulse").map(({ ms }) => ms));
  return {
    kills: only(entries, "killed").length,
    jobs: jobs.length + taken.length,
    triggers: only(entries, "trigger").length,
    unknown: only(entries, "unknown").length,
    spoken: said.length,
    cutOff: said.filter(({ end }) => end === "cut").length,
    late: said.filter(({ end }) => end === "late").length,
    byKind: counted(kinds, [...KIND_NAMES, "discord", "slack"]),
    byWay: waysOf(evidence),
    caught: counted(
      only(entries, "caught").map(({ state }) => state),
      STATES,
    ),
    heldRequests: held.length,
    cutRequests: only(entries, "held").filter(({ how }) => how === "cut").length,
    latestMs: held.reduce((most, { lateMs }) => Math.max(most, lateMs), 0),
    pulseMs: pulse.p50 ?? 0,
    busiestMs: pulse.max ?? 0,
    broken: only(entries, "broken").length,
  };
}

/** Who asked, and who was told: callers, endpoints event by event, and people. */
function waysOf(evidence: Evidence): Coverage["byWay"] {
  const { entries, said } = evidence;
  const told = toldRight(evidence);
  const callers = Map.groupBy(only(entries, "hears"), ({ way }) => way);
  const deliveries = deliveriesIn(evidence);
  const taken = owed(said);
  const ways = WAY_NAMES.map((way) => {
    const asked = callers.get(way) ?? [];
    return [way, { asked: asked.length, told: asked.filter(({ n }) => told.has(n)).length }];
  });
  const people = (["discord", "slack"] as const).map((channel) => {
    const asked = taken.filter(({ planned }) => planned.channel === channel);
    return [channel, { asked: asked.length, told: asked.filter(isAnswered).length }];
  });
  const called = { asked: deliveries.length, told: deliveries.filter(isTold).length };
  return Object.fromEntries([...ways, ["callback", called], ...people]);
}

/** What came to pass too rarely. */
export function gaps(coverage: Coverage, spanMs: number): readonly Fault[] {
  const share = Math.min(1, spanMs / FLOORS.spanMs);
  const rare = (what: string, count: number, floor: number): readonly Fault[] => {
    const wanted = Math.max(1, Math.floor(floor * share));
    return count >= wanted
      ? []
      : [{ check: "proves_too_little", what: `${what}: ${count} of ${wanted}` }];
  };
  const { kills, jobs, triggers, unknown, byKind, byWay, caught } = coverage;
  return [
    ...rare("kills", kills, FLOORS.kills),
    ...rare("jobs", jobs, FLOORS.jobs),
    ...(unknown <= triggers * (1 - ACKED_SHARE)
      ? []
      : [{ check: "proves_too_little", what: `${unknown} of ${triggers} without an answer` }]),
    ...Object.entries(byKind).flatMap(([kind, count]) => rare(kind, count, FLOORS.ofKind)),
    ...Object.entries(byWay).flatMap(([way, { asked }]) => rare(way, asked, FLOORS.ofWay)),
    ...Object.entries(caught).flatMap(([state, count]) =>
      rare(`caught ${state}`, count, FLOORS.caught),
    ),
  ];
}

function counted(
  found: readonly string[],
  names: readonly string[],
): { readonly [name: string]: number } {
  const groups = Map.groupBy(found, (name) => name);
  return Object.fromEntries(names.map((name) => [name, groups.get(name)?.length ?? 0]));
}
