import type { Command } from "../../src/core/job/command.ts";
import { endingOf } from "../../src/core/job/status.ts";
import { days } from "../../src/lang/time.ts";
import { firstWrong, type Place, storedJobs } from "./invariants/place.ts";
import type { JobShell } from "./job-shell.ts";
import { attempted } from "./network.ts";

const EVENTS_MAX = 10_000;
const MINUTES_10 = 600_000;

/** What may come again long after: everything that anybody ever said to a job, but questions to start anew. */
const MAY_COME_AGAIN: readonly Command["kind"][] = [
  "submit",
  "grant",
  "claim",
  "extend",
  "progress",
  "report",
  "cancel",
  "resume",
  "note_delivery",
  "wake",
];

/**
 * I-7 and I-18 once more: the server is killed, every message and every word that there ever was comes
 * again, all alarms fire, and nothing has changed; and no report is taken.
 */
export function afterTheEnd(place: Place): void {
  everythingComesAgain(place);
  if (place.history.violation === null) retentionEnds(place);
}

function everythingComesAgain(place: Place): void {
  const { server, history } = place;
  const { world } = server;
  const before = shown(place);
  // Everything comes again, but what somebody may ask for at any time.
  world.strays.end();
  server.crash(100, false);
  for (let events = 0; !server.isUp && events < EVENTS_MAX; events += 1) world.step(Infinity);
  for (const message of server.runs.sent) server.runs.again(message);
  for (const message of server.callbacks.sent) server.callbacks.again(message);
  for (const shell of server.jobs.values()) {
    // What was never stored may still be made by a late call of its submission.
    if (shell.disk.job !== null) sayAllAgain(place, shell);
  }
  const until = world.now + MINUTES_10;
  while (world.step(until));
  const now = shown(place);
  const changed = firstWrong([...before], ([id, was]) =>
    was === now.get(id) ? null : `What was over has changed: ${was} became ${now.get(id)}`,
  );
  if (changed !== null) history.violate("I-7", changed);
}

function sayAllAgain({ history }: Place, shell: JobShell): void {
  for (const { command } of [...shell.commands]) {
    if (!MAY_COME_AGAIN.includes(command.kind)) continue;
    attempted(() => {
      const { ok } = shell.turn(() => shell.apply(command));
      if (ok && command.kind === "report") {
        history.violate("I-18", `${shell.id} took an old report of ${command.token}`);
      }
    });
  }
  shell.alarm.fire();
}

/** When its time is over a job goes, and nothing of it is left to wake anybody. */
function retentionEnds({ server, history }: Place): void {
  const { world } = server;
  const until = world.now + days(31);
  let events = 0;
  while (events < EVENTS_MAX && world.step(until)) events += 1;
  const left = [...server.jobs.values()].find(
    ({ disk, alarm }) => disk.job !== null || alarm.at !== null,
  );
  if (left !== undefined) history.violate("retention", `${left.id} is there for ever`);
}

/** Every job as it is, in words, by its id. */
function shown(place: Place): ReadonlyMap<string, string> {
  return new Map(
    storedJobs(place).map(({ job, log }) => {
      const events = log.map(({ seq, type }) => `${seq} ${type}`);
      return [job.id, JSON.stringify({ ending: endingOf(job), events, ledger: job.ledger })];
    }),
  );
}
