import { owesAnybody } from "../../src/core/callback/wake-endpoint.ts";
import { endingOf } from "../../src/core/job/status.ts";
import { hours } from "../../src/lang/time.ts";
import { T0 } from "../support/a-job.ts";
import { afterTheEnd } from "./after-the-end.ts";
import { Callers } from "./callers.ts";
import { CORE, type Core } from "./core.ts";
import { Coverage } from "./coverage.ts";
import { History, type Violation } from "./history.ts";
import { examineAlarm, overdueJobs } from "./invariants/alarms.ts";
import { AT_THE_END } from "./invariants/at-the-end.ts";
import type { Place } from "./invariants/place.ts";
import { Server } from "./server.ts";
import { Tape } from "./tape.ts";
import { trouble } from "./trouble.ts";
import { drawWorks } from "./work.ts";
import { World } from "./world.ts";

/** In a fair world everything has come to its end by then: the longest rest that a receiver asks for is an hour. */
const CONVERGE_MS_MAX = hours(5);
/** More than any run needs: what goes on for ever is as wrong as what stands still. */
const EVENTS_MAX = 50_000;
/** I-31: how long an overdue job may take to move once the server is back. */
const MOVE_MS_MAX = 5000;

export type Run = { readonly history: History; readonly violation: Violation | null };

/** One run: everything that happens is decided by the tape. */
export function simulate(
  choices: readonly number[],
  { core = CORE, coverage = new Coverage() }: { core?: Core; coverage?: Coverage } = {},
): Run {
  const history = new History(coverage);
  const tape = new Tape(choices, (kind) => {
    coverage.noteFault(kind);
    history.note(world.now, { kind: "trouble", what: kind });
  });
  const world: World = new World(tape, core, history);
  const server = new Server(world, tape.of("object", "consumer"));
  try {
    play(server);
  } catch (cause) {
    // No fault of the world, so a bug: of the core, or of the simulation.
    history.violate("bug", cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));
  }
  return { history, violation: history.violation };
}

function play(server: Server): void {
  const { world } = server;
  const isCrashedAtTheEnd = world.tape.of(false, true);
  const works = drawWorks(world.tape);
  const callers = new Callers(server, works);
  world.start(world.outside, trouble(server));
  const place: Place = { history: world.history, server, works };

  const isBusy = () => callers.areBusy || !isQuiet(server);
  runWhile(server, () => !world.isFair && isBusy(), Number.POSITIVE_INFINITY);
  if (world.history.violation !== null) return;
  world.tape.end();
  world.history.note(world.now, { kind: "the world becomes fair" });
  if (isCrashedAtTheEnd) restart(server);
  world.fairSince = world.now;
  const until = world.now + CONVERGE_MS_MAX;
  runWhile(server, isBusy, until);
  count(server);

  for (const [id, invariant] of AT_THE_END) {
    if (world.history.violation !== null) return;
    const broken = invariant(place);
    if (broken !== null) world.history.violate(id, broken);
  }
  if (world.history.violation === null) afterTheEnd(place);
}

/** What there was in this run; what comes after its end is no part of it. */
function count({ world, jobs }: Server): void {
  const { coverage } = world.history;
  coverage.runs += 1;
  coverage.events += world.events;
  coverage.virtualMs += world.now - T0;
  for (const { disk } of jobs.values()) {
    if (disk.job !== null) coverage.noteJob(endingOf(disk.job)?.status ?? "open");
  }
}

/** One thing after the other, as long as there is a reason to; ends at the first violation. */
function runWhile({ world, jobs }: Server, isNeeded: () => boolean, until: number): void {
  const { history } = world;
  while (history.violation === null && isNeeded() && world.step(until)) {
    for (const shell of jobs.values()) examineAlarm(world, shell);
    if (world.events > EVENTS_MAX) history.violate("I-2", "Something goes on for ever");
  }
}

/** Every job has ended and owes nothing, and nobody is in the lane. */
function isQuiet({ jobs, lane }: Server): boolean {
  if (!lane.isIdle) return false;
  for (const { disk } of jobs.values()) {
    if (disk.job !== null && (endingOf(disk.job) === null || owesAnybody(disk.job))) return false;
  }
  return true;
}

/** I-31: after a restart, without any request, every overdue job moves within five seconds. */
function restart(server: Server): void {
  const { world } = server;
  server.isClosed = true;
  server.crash(60_000, false);
  runWhile(server, () => !server.isUp, Number.POSITIVE_INFINITY);
  const overdue = overdueJobs(server.jobs.values(), world.now).map((shell) => ({
    shell,
    was: shell.disk.job,
  }));
  const until = world.now + MOVE_MS_MAX;
  runWhile(server, () => overdue.length > 0, until);
  server.isClosed = false;
  const stuck = overdue.find(({ shell, was }) => shell.disk.job === was);
  if (stuck !== undefined) {
    world.history.violate(
      "I-31",
      `${stuck.shell.id} was overdue, and did not move after a restart`,
    );
  }
}
