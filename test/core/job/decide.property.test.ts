import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { waitId } from "../../../src/core/ask/ask.ts";
import type { Command } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Effect } from "../../../src/core/job/effect.ts";
import { isStateEvent } from "../../../src/core/job/event.ts";
import { type EventView, eventView } from "../../../src/core/job/event-view.ts";
import { newestEvent } from "../../../src/core/job/history.ts";
import type { Job } from "../../../src/core/job/job.ts";
import type { SideCalls } from "../../../src/core/job/side-calls.ts";
import { slotOf } from "../../../src/core/job/slot.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { endingOf, statusOf } from "../../../src/core/job/status.ts";
import { attemptToken } from "../../../src/core/job/step.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { type EpochMs, epochMs, seconds } from "../../../src/lang/time.ts";
import { aCommand, aFailure, anAsked, aSuccess } from "../../support/a-command.ts";
import { anAsk, aPlan, aSubmission, T0 } from "../../support/a-job.ts";

/** Few tokens, so that stale and doubled ones are the rule and not the exception. */
const aToken = fc.constantFrom(...["a", "b", "c", "d"].map(attemptToken));
const aJitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const TAKEN_AS_NO = { kind: "resume", action: "decline", values: {} } as const;
const anOutcome = fc.constantFrom<Outcome>(
  aSuccess,
  aSuccess,
  { ...aSuccess, stateUpdates: { updates: { a: 1 }, replace: false } } as Outcome,
  { kind: "accepted", logs: [] },
  anAsked,
  { kind: "asked", ask: anAsk({ onTimeout: TAKEN_AS_NO }), logs: [] },
  aFailure,
  aFailure,
  { ...aFailure, retryable: false } as Outcome,
  { ...aFailure, reason: "timeout" } as Outcome,
  { ...aFailure, retryAfterMs: seconds(3) } as Outcome,
);

const aRandomBatch: fc.Arbitrary<SideCalls> = fc.record({
  from: fc.constantFrom("runner" as const, "outside" as const),
  number: fc.integer({ min: 1, max: 4 }),
  progress: fc.option(fc.record({ percent: fc.constant(50), message: fc.constant("half") })),
  text: fc.constantFrom("", "a", "b"),
});

const aRandomCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ token: aToken }).map((over) => aCommand.submit(over)),
  fc
    .record({ token: aToken, attempt: fc.integer({ min: 1, max: 3 }) })
    .map((over) => aCommand.grant(over)),
  fc
    .record({
      token: aToken,
      attempt: fc.integer({ min: 1, max: 5 }),
      runner: fc.constantFrom("object" as const, "consumer" as const),
    })
    .map((over) => aCommand.claim(over)),
  fc.record({ token: aToken }).map((over) => aCommand.extend(over)),
  fc
    .record({
      token: aToken,
      outcome: anOutcome,
      jitter: aJitter,
      batches: fc.array(aRandomBatch, { maxLength: 2 }),
    })
    .map((over) => aCommand.report(over)),
  fc.record({ token: aToken, batch: aRandomBatch }).map((over) => aCommand.progress(over)),
  fc
    .record({
      token: aToken,
      waitId: fc.constantFrom(...["w1", "w2", "w3"].map(waitId)),
      // Mostly what lets a job go on, and often the same again.
      action: fc.constantFrom(
        "accept" as const,
        "accept" as const,
        "decline" as const,
        "cancel" as const,
      ),
      values: fc.constantFrom({}, { choice: "blue" }),
      by: fc.constantFrom("api", "discord:7"),
    })
    .map((over) => aCommand.resume(over)),
  fc.record({ reason: fc.constant("enough") }).map((over) => aCommand.cancel(over)),
  fc
    .record({ token: aToken, held: fc.array(aToken, { maxLength: 3 }), jitter: aJitter })
    .map((over) => aCommand.wake(over)),
);

/** Mostly forward by the lengths that matter, sometimes far, sometimes back. */
const aClockMove = fc.oneof(
  fc.constantFrom(0, 1, 1000, 5000, 15_000, 30_000, 60_000, 125_000),
  fc.integer({ min: 0, max: 4_000_000 }),
  fc.integer({ min: -86_400_000, max: 0 }),
);

const aStory = fc.record({
  plan: fc.record({
    dispatch: fc.constantFrom("direct" as const, "queue" as const),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    transport: fc.constantFrom("binding" as const, "binding" as const, "http" as const),
    lane: fc.constantFrom(null, null, { concurrency: 1, isStateful: true }),
  }),
  delayMs: fc.constantFrom(null, null, null, 60_000),
  maxDurationMs: fc.constantFrom(null, null, null, seconds(90)),
  moves: fc.array(fc.tuple(aRandomCommand, aClockMove), { maxLength: 60, size: "max" }),
});

type Move = {
  readonly before: Job;
  readonly after: Job;
  readonly command: Command;
  readonly effects: readonly Effect[];
};
type Told = { readonly job: Job; readonly now: EpochMs };

/** Plays a story; `look` sees the job before and after every command that was not refused. */
function play(
  {
    plan,
    delayMs,
    maxDurationMs,
    moves,
  }: typeof aStory extends fc.Arbitrary<infer Story> ? Story : never,
  look: (move: Move) => void,
): Told {
  const retry = { maxAttempts: plan.maxAttempts, baseMs: seconds(1), maxMs: seconds(60) };
  const { dispatch, transport, lane } = plan;
  const submission = aSubmission({
    plan: aPlan({ dispatch, transport, lane, retry }),
    startAt: delayMs === null ? null : epochMs(T0 + delayMs),
    maxDurationMs,
  });
  const submitted = decide(null, aCommand.submit({ submission }), T0);
  if (!submitted.ok) throw new Error("A submission is never refused");

  let { job } = submitted.value;
  let now: EpochMs = T0;
  for (const [command, move] of moves) {
    now = epochMs(now + move);
    const decided = decide(job, command, now);
    if (!decided.ok) continue;
    look({ before: job, after: decided.value.job, command, effects: decided.value.effects });
    job = decided.value.job;
  }
  return { job, now };
}

const check = (story: fc.IPropertyWithHooks<[Parameters<typeof play>[0]]>) =>
  fc.assert(story, { numRuns: 500 });

describe("any order of commands under any clock", () => {
  test("ends in at most one final status, which never changes again", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after }) => {
          if (endingOf(before) !== null) expect(after).toEqual(before);
        });
      }),
    );
  });

  test("numbers the events 1, 2, 3 … and never changes or reorders one", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, ({ before, after }) => {
          expect(after.events.slice(0, before.events.length)).toEqual(before.events);
        });
        expect(job.events.map(({ seq }) => seq)).toEqual(job.events.map((_, index) => index + 1));
        const times = job.events.map((event) => event.at);
        expect(times).toEqual(times.toSorted((left, right) => left - right));
      }),
    );
  });

  test("records exactly one final event, as the last, when and only when the job is over", () => {
    const finals = ["job.succeeded", "job.failed", "job.timed_out", "job.dead", "job.cancelled"];
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, () => {});
        const found = job.events.flatMap(({ type }, index) =>
          finals.includes(type) ? [index] : [],
        );
        expect(found).toEqual(endingOf(job) === null ? [] : [job.events.length - 1]);
      }),
    );
  });

  test("starts no more attempts than allowed, each once, in order, after an answer anew", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, () => {});
        const started = job.events
          .filter(({ type, data }) => type === "job.running" && data["phase"] === "loading")
          .map(({ attempt }) => attempt);
        expect(started).toEqual(started.map((_, index) => index + 1));
        const resumptions = job.events.filter(({ type }) => type === "job.resumed");
        const rounds = [0, ...resumptions.map(({ attempt }) => attempt - 1), Infinity];
        for (const [index, from] of rounds.slice(0, -1).entries()) {
          const to = rounds[index + 1] ?? Infinity;
          const round = started.filter((attempt) => attempt > from && attempt <= to);
          expect(round.length).toBeLessThanOrEqual(story.plan.maxAttempts);
        }
      }),
    );
  });

  test("takes a report or an extension only from the token that holds the lease", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after, command }) => {
          const kinds = ["extend", "progress", "report"];
          if (!("token" in command) || !kinds.includes(command.kind)) return;
          const { state } = before.steps[0];
          expect(state).toMatchObject({ status: "running", token: command.token });
          if (command.kind === "report") expect(after).not.toBe(before);
        });
      }),
    );
  });

  test("takes one answer to each question, and only to the one that is asked", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, ({ before, after, command }) => {
          if (command.kind !== "resume" || after === before) return;
          const { state } = before.steps[0];
          expect(state).toMatchObject({ status: "waiting", waitId: command.waitId });
          expect(after.steps[0].answered ?? command).toMatchObject({ waitId: command.waitId });
        });
        const named = (type: string) =>
          job.events.filter((event) => event.type === type).map(({ data }) => data["wait_id"]);
        expect(named("job.waiting")).toEqual(
          named("job.waiting").map((_, index) => `w${index + 1}`),
        );
        const unanswered = job.events.filter(({ type }) => type === "job.waiting").length - 1;
        expect(named("job.resumed").length).toBeGreaterThanOrEqual(unanswered);
        expect(named("job.resumed")).toEqual([...new Set(named("job.resumed"))]);
      }),
    );
  });

  test("succeeds only by a report of success", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after, command }) => {
          if (statusOf(before) === "succeeded" || statusOf(after) !== "succeeded") return;
          expect(command).toMatchObject({ kind: "report", outcome: { kind: "success" } });
        });
      }),
    );
  });

  test("shows every event the same for ever, with the snapshot as it was", () => {
    check(
      fc.property(aStory, (story) => {
        const shown = new Map<number, EventView>();
        const { job } = play(story, ({ after }) => {
          const newest = newestEvent(after);
          if (!shown.has(newest.seq)) shown.set(newest.seq, eventView(after, newest));
          if (isStateEvent(newest)) {
            const { snapshot } = shown.get(newest.seq)?.data ?? {};
            expect(snapshot).toMatchObject({ seq: newest.seq, status: expect.any(String) });
          }
        });
        const byNumber = new Map(job.events.map((event) => [event.seq, eventView(job, event)]));
        for (const [seq, view] of shown) expect(byNumber.get(seq)).toEqual(view);
      }),
    );
  });

  test("changes nothing that a snapshot shows without an event", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after }) => {
          if (newestEvent(before).seq !== newestEvent(after).seq) return;
          expect(snapshotOf(after)).toEqual(snapshotOf(before));
        });
      }),
    );
  });

  test("records the batches of an attempt once each, and says where text starts over", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, ({ before, after, command }) => {
          if (command.kind !== "progress" || after === before) return;
          const { state } = before.steps[0];
          const { from, number } = command.batch;
          const taken = from === "outside" ? "outsideBatch" : "batch";
          expect(state.status === "running" && state[taken] < number).toBe(true);
        });
        const outputs = job.events.filter(({ type }) => type === "job.output");
        const firsts = outputs.filter(
          ({ attempt }, index) => outputs[index - 1]?.attempt !== attempt && attempt > 1,
        );
        expect(outputs.filter(({ data }) => data["reset"] === true)).toEqual(firsts);
      }),
    );
  });

  test("holds one slot at most, and says so exactly once when it is free again", () => {
    check(
      fc.property(aStory, (story) => {
        const left: number[] = [];
        const { job } = play(story, ({ before, after, effects }) => {
          const [was, is] = [slotOf(before.steps[0]), slotOf(after.steps[0])];
          const leaves = effects.flatMap((effect) =>
            effect.kind === "leave" ? [effect.attempt] : [],
          );
          expect(leaves).toEqual(was === null || was === is ? [] : [was]);
          left.push(...leaves);
        });
        expect(left).toEqual([...new Set(left)]);
        if (endingOf(job) !== null) expect(slotOf(job.steps[0])).toBeNull();
      }),
    );
  });

  test("is over soon after the time that it was given, whatever else happens", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ after, command }) => {
          const isWoken = command.kind === "wake" && endingOf(after) === null;
          if (!isWoken || after.endBy === null) return;
          const { state } = after.steps[0];
          const graceMs = state.status === "running" ? after.timings.graceMs : 0;
          expect(wakeAt(after)).toBeLessThanOrEqual(after.endBy + graceMs);
        });
      }),
    );
  });

  test("always leaves an instant to wake at, and a snapshot to show", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ after }) => {
          expect(wakeAt(after)).toBeGreaterThanOrEqual(T0);
          expect(JSON.parse(JSON.stringify(snapshotOf(after)))).toEqual(snapshotOf(after));
        });
      }),
    );
  });

  test("comes to an end as soon as the world is fair", () => {
    check(
      fc.property(aStory, (story) => {
        const { job, now } = play(story, () => {});
        expect(endingOf(inAFairWorld(job, now))).not.toBeNull();
      }),
    );
  });
});

/** Alarms fire, messages arrive, plugins answer: 20 rounds are more than any open job needs. */
function inAFairWorld(open: Job, from: EpochMs): Job {
  let job = open;
  let now = from;
  for (let round = 0; round < 20 && endingOf(job) === null; round += 1) {
    now = epochMs(Math.max(now, wakeAt(job)));
    const { state } = job.steps[0];
    const token = attemptToken(`fair-${round}`);
    const commands: Command[] = [aCommand.wake({ token })];
    if (state.status === "lined_up") {
      commands.push(aCommand.grant({ token, attempt: state.attempt }));
    }
    if (state.status === "queued") commands.push(aCommand.claim({ token, attempt: state.attempt }));
    commands.push(aCommand.report({ token }));
    for (const command of commands) {
      const decided = decide(job, command, now);
      if (decided.ok) job = decided.value.job;
    }
  }
  return job;
}

test("the stories do reach every status", () => {
  const reached = new Set<string>();
  fc.assert(
    fc.property(aStory, (story) => {
      reached.add(statusOf(play(story, ({ after }) => reached.add(statusOf(after))).job));
    }),
    // The same stories each time: whether a rare status is among them must not be luck.
    { numRuns: 1000, seed: 2 },
  );

  expect([...reached].toSorted()).toEqual(
    [
      "cancelled",
      "dead",
      "failed",
      "queued",
      "running",
      "succeeded",
      "timed_out",
      "waiting",
    ].toSorted(),
  );
});
