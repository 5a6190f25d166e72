import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { callbackStateOf } from "../../../src/core/callback/callback-state.ts";
import type { Delivery } from "../../../src/core/callback/delivery.ts";
import { dueDelivery } from "../../../src/core/callback/due.ts";
import type { Endpoint } from "../../../src/core/callback/endpoint.ts";
import type { Command } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Effect } from "../../../src/core/job/effect.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { endingOf } from "../../../src/core/job/status.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import { type EpochMs, epochMs } from "../../../src/lang/time.ts";
import { aToldJob } from "../../support/a-callback.ts";
import { aCommand } from "../../support/a-command.ts";
import {
  aStory,
  type Played,
  play,
  type Story,
  settingsOf,
  withSteadyClock,
} from "./delivery-stories.ts";

const check = (examine: (story: Story) => void) =>
  fc.assert(fc.property(aStory, examine), { numRuns: 400 });

/** What an endpoint wants to be told of, from the job's events alone. */
function wantedBy({ profile, events }: Endpoint, job: Job): readonly number[] {
  let known: string | null = null;
  return job.events.flatMap((event) => {
    if (profile === "states") {
      const state = callbackStateOf(event);
      if (state === null || state === known) return [];
      known = state;
    }
    return events.includes(event.type) ? [event.seq] : [];
  });
}

/** The deliveries to an endpoint that are over or pending, in order. */
const deliveriesTo = ({ ledger }: Job, { number, owed }: Endpoint) => [
  ...ledger.filter(({ endpoint }) => endpoint === number),
  ...owed,
];

/** Attempts since a delivery was last asked for. */
const triesOf = ({ attempts, attemptsBefore }: Delivery) => attempts - attemptsBefore;

const isOwed = ({ endpoints }: Job) => endpoints.some(({ owed }) => owed.length > 0);
const isErased = (effects: readonly Effect[]) => effects.some(({ kind }) => kind === "erase");

describe("any job, with receivers that answer this or that, or never", () => {
  test("tells each of them of everything that it wants, in order: none lost, none twice", () => {
    check((story) => {
      const { job } = play(story, ({ after }) => {
        for (const endpoint of after.endpoints) {
          const firsts = deliveriesTo(after, endpoint).filter(({ isResent }) => !isResent);
          expect(firsts.map(({ seq }) => seq)).toEqual(wantedBy(endpoint, after));
        }
      });
      const numbers = job.ledger.map(({ number }) => number);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    });
  });

  test("tells again only what somebody asked for, once for each time", () => {
    check((story) => {
      const asked: string[] = [];
      const { job } = play(story, ({ before, after, command }) => {
        if (command.kind !== "resend" || after === before) return;
        const { endpoint, seq } = command.delivery;
        const [was, is] = [before, after].map((so) => so.endpoints[endpoint - 1]?.owed.length);
        if (was !== is) asked.push(`${seq} to ${endpoint}`);
      });
      const again = job.endpoints.flatMap((endpoint) =>
        deliveriesTo(job, endpoint)
          .filter(({ isResent }) => isResent)
          .map(({ seq }) => `${seq} to ${endpoint.number}`),
      );
      expect(again.toSorted()).toEqual(asked.toSorted());
    });
  });

  test("has one delivery at a time on its way to each, and takes word of no other", () => {
    check((story) => {
      play(story, ({ before, after, command }) => {
        for (const { owed, next } of after.endpoints) {
          expect(next === null).toBe(owed.length === 0);
          expect(owed.slice(1).map(triesOf)).toEqual(owed.slice(1).map(() => 0));
        }
        if (command.kind !== "note_delivery") return;
        const head = before.endpoints[command.endpoint - 1]?.owed[0];
        expect(command).toMatchObject({ seq: head?.seq, attempt: (head?.attempts ?? 0) + 1 });
      });
    });
  });

  test("tries no delivery more often than it may, and none of an endpoint that is gone", () => {
    check((story) => {
      const { job } = play(story, ({ after: { endpoints } }) => {
        const pending = endpoints.flatMap(({ owed }) => owed);
        expect(Math.max(0, ...pending.map(triesOf))).toBeLessThan(story.tries);
        expect(endpoints.filter(({ isGone, owed }) => isGone && owed.length > 0)).toEqual([]);
      });
      expect(Math.max(0, ...job.ledger.map(triesOf))).toBeLessThanOrEqual(story.tries);
      const untried = job.ledger.filter(({ attempts }) => attempts === 0);
      expect(
        untried.filter(({ state, last }) => state !== "failed" || last?.error !== "gone"),
      ).toEqual([]);
    });
  });

  test("is not erased while anybody is owed anything, and is woken for it", () => {
    check((story) => {
      const { job, now } = play(story, ({ after, effects }) => {
        if (isOwed(after)) expect(isErased(effects)).toBe(false);
      });
      if (!isOwed(job)) return;

      const at = wakeAt(job);
      expect(at).toBeLessThan(Number.POSITIVE_INFINITY);
      const woken = decide(job, aCommand.wake(), epochMs(Math.max(now, at)));
      if (!woken.ok) throw new Error("A job that is there can be woken");
      const { job: next, effects } = woken.value;
      expect(isErased(effects)).toBe(false);
      expect(next).not.toEqual(job);
      // Only the job's own step can be due before what is owed is sent.
      const isDue = job.endpoints.some(({ next: due }) =>
        due?.kind === "sent" ? due.sendAgainAt <= at : due !== null && due.retryAt <= at,
      );
      if (isDue) expect(effects.map(({ kind }) => kind)).toContain("deliver");
      else expect(endingOf(job)).toBeNull();
    });
  });

  test("goes on as if nobody were told: its own events are the same without receivers", () => {
    check((story) => {
      const own: (readonly [Command, EpochMs])[] = [];
      const { job } = play(withSteadyClock(story), ({ command, now }) => {
        const isOwn = command.kind !== "note_delivery" && command.kind !== "resend";
        if (isOwn) own.push([command, now]);
      });

      const alone = own.reduce(
        (so, [command, now]) => {
          const decided = decide(so, command, now);
          return decided.ok ? decided.value.job : so;
        },
        aToldJob([], settingsOf(story)),
      );

      expect(ownEventsOf(alone)).toEqual(ownEventsOf(job));
    });
  });

  test("shows the same for ever once it is over, whatever becomes of its callbacks", () => {
    check((story) => {
      play(story, ({ before, after }) => {
        if (endingOf(before) !== null) expect(snapshotOf(after)).toEqual(snapshotOf(before));
      });
    });
  });

  test("numbers its events 1, 2, 3 …, in time, and its end is one of them", () => {
    check((story) => {
      const { job } = play(story);
      const times = job.events.map(({ at }) => at);
      expect(job.events.map(({ seq }) => seq)).toEqual(job.events.map((_, index) => index + 1));
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      expect(job.finalSeq === null).toBe(endingOf(job) === null);
    });
  });

  test("is rid of all that it owes, and of itself, once alarms fire and receivers answer", () => {
    check((story) => {
      expect(inAFairWorld(play(story))).toEqual({ isGone: true, isOwed: false });
    });
  });
});

/** Alarms fire and receivers answer: 100 rounds are more than any job needs once it is cancelled. */
function inAFairWorld({ job: given, now: from }: Played) {
  let job = given;
  let now = from;
  for (let round = 0; round < 100; round += 1) {
    now = epochMs(Math.max(now, wakeAt(job)));
    for (const command of [aCommand.cancel(), aCommand.wake(), ...fairNotes(job, now)]) {
      const decided = decide(job, command, now);
      if (!decided.ok) continue;
      job = decided.value.job;
      if (isErased(decided.value.effects)) return { isGone: true, isOwed: isOwed(job) };
    }
  }
  return { isGone: false, isOwed: isOwed(job) };
}

/** What happened to the job itself, each event without its number. */
function ownEventsOf({ events }: Job) {
  return events
    .filter(({ type }) => !type.startsWith("callback."))
    .map(({ type, at, attempt, data }) => ({ type, at, attempt, data }));
}

/** Every receiver takes what is due to it. */
function fairNotes(job: Job, now: EpochMs): readonly Command[] {
  return job.endpoints.flatMap(({ number }) => {
    const due = dueDelivery(job, number, now);
    if (due === null) return [];
    const { seq, attempts } = due.delivery;
    return [aCommand.note_delivery({ endpoint: number, seq, attempt: attempts + 1 })];
  });
}

test("the stories do reach every way that a delivery can end, and what lies between", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(aStory, (story) => {
      const { job } = play(story, ({ after }) => {
        for (const { next } of after.endpoints) reached.add(next?.kind ?? "idle");
      });
      for (const { state, attempts } of job.ledger) reached.add(`${state} after ${attempts}`);
      if (job.ledger.some(({ isResent }) => isResent)) reached.add("sent again");
      reached.add(endingOf(job)?.status ?? "open");
      if (isOwed(job) && endingOf(job) !== null) reached.add("over, and owing");
      if (job.artifacts.some(({ until }) => until !== null)) reached.add("an artifact replaced");
    }),
    // The same stories each time: whether a rare one is among them must not be luck.
    { numRuns: 1000, seed: 2 },
  );

  const ends = [1, 2, 3].flatMap((tries) => [`delivered after ${tries}`, `failed after ${tries}`]);
  expect([...reached]).toEqual(
    expect.arrayContaining([
      ...["idle", "sent", "resting", "failed after 0", ...ends],
      ...[
        "open",
        "succeeded",
        "dead",
        "cancelled",
        "over, and owing",
        "an artifact replaced",
        "sent again",
      ],
    ]),
  );
});
