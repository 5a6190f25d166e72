import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Command } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Effect } from "../../../src/core/job/effect.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { snapshotOf } from "../../../src/core/job/snapshot.ts";
import { endingOf, statusOf } from "../../../src/core/job/status.ts";
import { attemptToken } from "../../../src/core/job/step.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import type { Outcome } from "../../../src/core/plugin/outcome.ts";
import { type EpochMs, epochMs, seconds } from "../../../src/lang/time.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aPlan, aSubmission, T0 } from "../../support/a-job.ts";

/** Few tokens, so that stale and doubled ones are the rule and not the exception. */
const aToken = fc.constantFrom(...["a", "b", "c", "d"].map(attemptToken));
const aJitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const anOutcome = fc.constantFrom<Outcome>(
  aSuccess,
  aFailure,
  aFailure,
  { ...aFailure, retryable: false } as Outcome,
  { ...aFailure, reason: "timeout" } as Outcome,
  { ...aFailure, retryAfterMs: seconds(3) } as Outcome,
);

const aRandomCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ token: aToken }).map((over) => aCommand.submit(over)),
  fc
    .record({
      token: aToken,
      attempt: fc.integer({ min: 1, max: 5 }),
      runner: fc.constantFrom("object" as const, "consumer" as const),
    })
    .map((over) => aCommand.claim(over)),
  fc.record({ token: aToken }).map((over) => aCommand.extend(over)),
  fc
    .record({ token: aToken, outcome: anOutcome, jitter: aJitter })
    .map((over) => aCommand.report(over)),
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
  }),
  moves: fc.array(fc.tuple(aRandomCommand, aClockMove), { maxLength: 60, size: "max" }),
});

type Told = { readonly job: Job; readonly now: EpochMs };

/** Plays a story; `look` sees the job before and after every command that was not refused. */
function play(
  { plan, moves }: typeof aStory extends fc.Arbitrary<infer Story> ? Story : never,
  look: (before: Job, after: Job, command: Command, effects: readonly Effect[]) => void,
): Told {
  const retry = { maxAttempts: plan.maxAttempts, baseMs: seconds(1), maxMs: seconds(60) };
  const submission = aSubmission({ plan: aPlan({ dispatch: plan.dispatch, retry }) });
  const submitted = decide(null, aCommand.submit({ submission }), T0);
  if (!submitted.ok) throw new Error("A submission is never refused");

  let { job } = submitted.value;
  let now: EpochMs = T0;
  for (const [command, move] of moves) {
    now = epochMs(now + move);
    const decided = decide(job, command, now);
    if (!decided.ok) continue;
    look(job, decided.value.job, command, decided.value.effects);
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
        play(story, (before, after) => {
          if (endingOf(before) !== null) expect(after).toEqual(before);
        });
      }),
    );
  });

  test("numbers the events 1, 2, 3 … and never changes or reorders one", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, (before, after) => {
          expect(after.events.slice(0, before.events.length)).toEqual(before.events);
        });
        expect(job.events.map(({ seq }) => seq)).toEqual(job.events.map((_, index) => index + 1));
        const times = job.events.map((event) => event.at);
        expect(times).toEqual(times.toSorted((left, right) => left - right));
      }),
    );
  });

  test("records exactly one final event, as the last, when and only when the job is over", () => {
    const finals = ["job.succeeded", "job.failed", "job.timed_out", "job.dead"];
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

  test("starts no more attempts than allowed, each once, in order", () => {
    check(
      fc.property(aStory, (story) => {
        const { job } = play(story, () => {});
        const started = job.events
          .filter(({ type, data }) => type === "job.running" && data["phase"] === "working")
          .map(({ attempt }) => attempt);
        expect(started).toEqual(started.map((_, index) => index + 1));
        expect(started.length).toBeLessThanOrEqual(story.plan.maxAttempts);
      }),
    );
  });

  test("takes a report or an extension only from the token that holds the lease", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, (before, after, command) => {
          if (command.kind !== "report" && command.kind !== "extend") return;
          const { state } = before.steps[0];
          expect(state).toMatchObject({ status: "running", token: command.token });
          expect(after).not.toBe(before);
        });
      }),
    );
  });

  test("succeeds only by a report of success", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, (before, after, command) => {
          if (statusOf(before) === "succeeded" || statusOf(after) !== "succeeded") return;
          expect(command).toMatchObject({ kind: "report", outcome: { kind: "success" } });
        });
      }),
    );
  });

  test("always leaves an instant to wake at, and a snapshot to show", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, (_before, after) => {
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
      reached.add(statusOf(play(story, (_before, after) => reached.add(statusOf(after))).job));
    }),
    { numRuns: 1000 },
  );

  expect([...reached].toSorted()).toEqual(
    ["dead", "failed", "queued", "running", "succeeded", "timed_out"].toSorted(),
  );
});
