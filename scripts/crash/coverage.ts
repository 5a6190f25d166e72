import { isAnswered, owed } from "../channels/report.ts";
import { spreadOf } from "../receivers/measures.ts";
import type { Fault } from "../receivers/records.ts";
import { deliveriesIn, isTold } from "./check/callbacks.ts";
import { ackedJobs, type Evidence } from "./check/evidence.ts";
import { heldRequests } from "./check/hung.ts";
import { machineIn } from "./check/machine.ts";
import { toldRight } from "./check/told.ts";
import { type Entry, only } from "./history.ts";
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
  heartbeats: 3,
} as const;

const ACKED_SHARE = 0.9;

/** What a job can be caught at. */
const STATES = ["start", "slot", "delay", "retry", "running", "waiting"] as const;

export type Count = {
  readonly asked: number;
  readonly told: number;
  /** Of these: by the first request or stream of theirs, without asking again; `null` = they hold no line. */
  readonly onFirst: number | null;
};

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
  /** What a request takes that waits for nothing: usually, and at most. */
  readonly pulseMs: number;
  readonly busiestMs: number;
  /** How late the machine was beside it at most, and how many times as slow as at best it was usually. */
  readonly machineMs: number;
  readonly machineSlowness: number;
  /** Comments in streams: that they are still there. */
  readonly heartbeats: number;
  readonly broken: number;
};

/** How often what happened, from the history and the screens. */
export function coverageOf(evidence: Evidence): Coverage {
  const { entries, said } = evidence;
  const taken = owed(said);
  const jobs = ackedJobs(entries);
  const kinds = [...jobs.map(({ kind }) => kind), ...taken.map(({ planned }) => planned.channel)];
  const held = heldRequests(entries);
  const answered = only(entries, "pulse").filter(({ how }) => how === "answered");
  const pulse = spreadOf(answered.map(({ ms }) => ms));
  const machine = machineIn(entries)(0, Number.POSITIVE_INFINITY);
  return {
    // One that only shows what the next start makes of what is there is none of the run.
    kills: only(entries, "killed").filter(({ isDrawn }) => isDrawn).length,
    jobs: jobs.length + taken.length,
    triggers: only(entries, "trigger").length,
    unknown: only(entries, "unknown").length,
    spoken: said.length,
    cutOff: said.filter(({ end }) => end === "cut").length,
    late: said.filter(({ end }) => end === "late").length,
    byKind: counted(kinds, [...KIND_NAMES, "discord", "slack"]),
    byWay: waysOf(evidence),
    caught: caughtIn(entries),
    heldRequests: held.length,
    cutRequests: only(entries, "held").filter(({ how }) => how === "cut").length,
    latestMs: held.reduce((most, { lateMs }) => Math.max(most, lateMs), 0),
    pulseMs: pulse.p50 ?? 0,
    busiestMs: pulse.max ?? 0,
    machineMs: machine.lateMs,
    machineSlowness: Math.round(machine.slowness * 10) / 10,
    heartbeats: only(entries, "words").length,
    broken: only(entries, "broken").length,
  };
}

/** Who asked, and who was told: callers, endpoints event by event, and people. */
function waysOf(evidence: Evidence): Coverage["byWay"] {
  const { entries, said } = evidence;
  const told = toldRight(evidence);
  const first = toldOnFirst(entries);
  const callers = Map.groupBy(only(entries, "hears"), ({ way }) => way);
  const deliveries = deliveriesIn(evidence);
  const taken = owed(said);
  const ways = WAY_NAMES.map((way) => {
    const asked = callers.get(way) ?? [];
    const right = asked.filter(({ n }) => told.has(n));
    const onFirst = way === "poll" ? null : right.filter(({ n }) => first.has(n)).length;
    return [way, { asked: asked.length, told: right.length, onFirst }];
  });
  const people = (["discord", "slack"] as const).map((channel) => {
    const asked = taken.filter(({ planned }) => planned.channel === channel);
    const right = asked.filter(isAnswered);
    return [channel, { asked: asked.length, told: right.length, onFirst: null }];
  });
  const right = deliveries.filter(isTold);
  const called = { asked: deliveries.length, told: right.length, onFirst: null };
  return Object.fromEntries([...ways, ["callback", called], ...people]);
}

/** The callers who were told by the first thing that they asked. */
function toldOnFirst(entries: readonly Entry[]): ReadonlySet<number> {
  const asked = new Map<number, number>();
  const first = new Set<number>();
  for (const entry of only(entries, "holds", "told")) {
    const times = asked.get(entry.n) ?? 0;
    if (entry.k === "holds") asked.set(entry.n, times + 1);
    else if (times === 1) first.add(entry.n);
  }
  return first;
}

/** Each job once for each thing that it was caught at, however often somebody looked. */
function caughtIn(entries: readonly Entry[]): Coverage["caught"] {
  const caught = Map.groupBy(only(entries, "caught"), ({ state, jobId }) => `${state} ${jobId}`);
  const states = [...caught.values()].flatMap(([one]) => (one === undefined ? [] : [one.state]));
  return counted(states, STATES);
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
  const { kills, jobs, triggers, unknown, byKind, byWay, caught, heartbeats } = coverage;
  return [
    ...rare("kills", kills, FLOORS.kills),
    ...rare("jobs", jobs, FLOORS.jobs),
    ...rare("heartbeats of streams", heartbeats, FLOORS.heartbeats),
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
