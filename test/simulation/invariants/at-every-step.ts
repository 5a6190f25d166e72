import { isFinalEvent } from "../../../src/core/job/event.ts";
import { newestEvent } from "../../../src/core/job/history.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { endingOf } from "../../../src/core/job/status.ts";
import type { JobShell } from "../job-shell.ts";
import { isPublished } from "../lifecycle.ts";
import type { World } from "../world.ts";
import { toldWithTheMove } from "./outbox.ts";

/** One commit of a job, as whoever watches the job is told of it. */
export type Move = {
  readonly shell: JobShell;
  readonly before: Job | null;
  readonly after: Job;
};

/** What is wrong with it; `null` = nothing. */
type StepInvariant = (move: Move) => string | null;

/** I-6: only edges of the published table occur. */
const onlyPublishedEdges: StepInvariant = ({ before, after }) => {
  const { from, to } = edgeOf(before, after);
  return isPublished(from, to) ? null : `${after.id} went from ${from} to ${to}`;
};

/** I-7: an end never changes, by anything, ever. */
const endsStay: StepInvariant = ({ before, after }) => {
  if (before === null || endingOf(before) === null) return null;
  const [was, is] = [before, after].map((job) => JSON.stringify(endingOf(job)));
  return was === is ? null : `${after.id} ended as ${was} and then as ${is}`;
};

/** I-8: exactly one final event, and it is the last of the job's own: only words of callbacks come after it. */
const oneFinalEvent: StepInvariant = ({ shell: { disk }, after }) => {
  const finals = disk.events.filter(isFinalEvent);
  if (finals.length !== (endingOf(after) === null ? 0 : 1)) {
    return `${after.id} has ${finals.length} final events`;
  }
  const [final] = finals;
  const later = disk.events.filter(({ seq }) => final !== undefined && seq > final.seq);
  const own = later.filter(({ type }) => !type.startsWith("callback."));
  return own.length === 0 ? null : `${after.id} went on after its end: ${own[0]?.type}`;
};

/** I-42: the numbers of a job's events are 1 to n, without a gap, and what was numbered stays as it was. */
const noGaps: StepInvariant = ({ shell: { disk }, before, after }) => {
  const numbers = disk.events.map(({ seq }) => seq);
  const gap = numbers.find((seq, index) => seq !== index + 1);
  if (gap !== undefined) return `${after.id} has event ${gap} out of its place`;
  if (before === null) return null;
  const was = newestEvent(before);
  const is = after.events.find(({ seq }) => seq === was.seq);
  return is === undefined || is === was ? null : `${after.id} has changed its event ${was.seq}`;
};

const INVARIANTS: { readonly [id: string]: StepInvariant } = {
  "I-6": onlyPublishedEdges,
  "I-7": endsStay,
  "I-8": oneFinalEvent,
  "I-35": toldWithTheMove,
  "I-42": noGaps,
};

/** Looks at every commit at once: what is wrong only for a moment is wrong. */
export function examine(world: World, move: Move): void {
  const { before, after } = move;
  const { history } = world;
  for (const [id, invariant] of Object.entries(INVARIANTS)) {
    const broken = invariant(move);
    if (broken !== null) history.violate(id, broken);
  }
  const { from, to } = edgeOf(before, after);
  if (from !== to) history.coverage.noteEdge(from, to);
  const known = before === null ? 0 : newestEvent(before).seq;
  const events = after.events.filter(({ seq }) => seq > known).map(({ type }) => type);
  if (events.length > 0) history.note(world.now, { kind: "job moved", job: after.id, events });
}

function edgeOf(before: Job | null, after: Job) {
  const from = before === null ? ("absent" as const) : before.steps[0].state.status;
  return { from, to: after.steps[0].state.status };
}
