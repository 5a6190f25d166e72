import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Admission,
  admit,
  type Breaker,
  heard,
  NEW_BREAKER,
  reset,
  type Terms,
} from "../../../src/core/breaker/breaker.ts";
import type { JobEnd, Verdict } from "../../../src/core/breaker/job-end.ts";
import { type JobId, jobId } from "../../../src/core/job/job.ts";
import type { BreakerPolicy } from "../../../src/core/plugin/plugin-settings.ts";
import { durationMs, type EpochMs, epochMs } from "../../../src/lang/time.ts";
import { T0 } from "../../support/a-job.ts";

const aRandomPolicy: fc.Arbitrary<BreakerPolicy> = fc.record({
  threshold: fc.integer({ min: 1, max: 5 }),
  resetMs: fc.integer({ min: 1, max: 5000 }).map(durationMs),
  scope: fc.constant("all" as const),
});

const aVerdict = fc.constantFrom<Verdict>("failed", "failed", "succeeded", "says_nothing");

/** A job asks; or one that was let through, however long ago, ends; or somebody resets. */
const aMove = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("ask" as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(), verdict: aVerdict }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reset" as const) }) },
);

const aStory = fc.record({
  policy: aRandomPolicy,
  moves: fc.array(fc.tuple(aMove, fc.constantFrom(0, 1, 10, 300, 1000, 5000)), {
    maxLength: 80,
    size: "max",
  }),
});

type Running = { readonly job: JobId; readonly submittedAt: EpochMs };

type Seen = {
  readonly before: Breaker;
  readonly after: Breaker;
  readonly terms: Terms;
  readonly asked?: Admission["verdict"];
  readonly ended?: Running & { readonly verdict: Verdict };
};

/** Plays a story; `look` sees every change of a job's start or end. */
function play(
  { policy, moves }: typeof aStory extends fc.Arbitrary<infer Story> ? Story : never,
  look: (seen: Seen) => void,
): void {
  let breaker: Breaker = NEW_BREAKER;
  let now: EpochMs = T0;
  const running: Running[] = [];
  for (const [index, [move, restMs]] of moves.entries()) {
    now = epochMs(now + restMs);
    const [before, terms] = [breaker, { policy, now }];
    if (move.kind === "ask") {
      const job = jobId(`job-${index}`);
      const admission = admit(before, job, terms);
      if (admission.verdict !== "stopped") running.push({ job, submittedAt: now });
      breaker = admission.breaker;
      look({ before, after: breaker, terms, asked: admission.verdict });
    } else if (move.kind === "end") {
      const [ended] = running.splice(move.which % Math.max(1, running.length), 1);
      if (ended === undefined) continue;
      const { verdict } = move;
      breaker = heard(before, { ...ended, endedAt: now, verdict, lastSuccessAt: null }, policy);
      look({ before, after: breaker, terms, ended: { ...ended, verdict } });
    } else {
      breaker = reset(before, now);
      look({ before, after: breaker, terms });
    }
  }
}

const endNow = (job: JobId, now: EpochMs, verdict: Verdict): JobEnd => ({
  job,
  submittedAt: now,
  endedAt: now,
  verdict,
  lastSuccessAt: null,
});

const check = (story: fc.IPropertyWithHooks<[Parameters<typeof play>[0]]>) =>
  fc.assert(story, { numRuns: 1000 });

const isOpenFor = (breaker: Breaker, { policy, now }: Terms) =>
  breaker.state === "open" && now < breaker.openedAt + policy.resetMs;

describe("any order of starts, ends and resets", () => {
  test("never lets a job start before the period is over", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, terms, asked }) => {
          if (asked !== undefined && isOpenFor(before, terms)) expect(asked).toBe("stopped");
        });
      }),
    );
  });

  test("never lets a second probe start within a period of the first", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, terms, asked }) => {
          if (before.state !== "half_open" || asked === undefined) return;
          const isLost = terms.now >= before.probe.startedAt + terms.policy.resetMs;
          expect(asked).toBe(isLost ? "probe" : "stopped");
        });
      }),
    );
  });

  test("is never moved, while it is not closed, by a job from before the period was over", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after, terms, ended }) => {
          if (ended === undefined || before.state === "closed") return;
          const isProbe = before.state === "half_open" && before.probe.job === ended.job;
          const isLate = ended.submittedAt < before.openedAt + terms.policy.resetMs;
          if (isLate && !isProbe) expect(after).toBe(before);
        });
      }),
    );
  });

  test("opens only by a failure, and closes only by a success or a reset", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ before, after, ended }) => {
          if (before.state === "closed" && after.state !== "closed") {
            expect(ended?.verdict).toBe("failed");
          }
          if (before.state !== "closed" && after.state === "closed" && ended !== undefined) {
            expect(ended.verdict).toBe("succeeded");
          }
        });
      }),
    );
  });

  test("keeps fewer failures than the threshold while it is closed", () => {
    check(
      fc.property(aStory, (story) => {
        play(story, ({ after }) => {
          if (after.state === "closed") expect(after.failures).toBeLessThan(story.policy.threshold);
        });
      }),
    );
  });
});

describe("a command that always fails, called one after the other", () => {
  const aCrowd = fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 300 });

  test("is called at most threshold + 1 times in any period", () => {
    fc.assert(
      fc.property(aRandomPolicy, aCrowd, (policy, rests) => {
        let breaker: Breaker = NEW_BREAKER;
        let now: EpochMs = T0;
        const calledAt: number[] = [];
        for (const [index, restMs] of rests.entries()) {
          now = epochMs(now + restMs);
          const [job, terms] = [jobId(`job-${index}`), { policy, now }];
          const { verdict, breaker: asked } = admit(breaker, job, terms);
          breaker = asked;
          if (verdict === "stopped") continue;
          calledAt.push(now);
          breaker = heard(breaker, endNow(job, now, "failed"), policy);
        }
        for (const from of calledAt) {
          const within = calledAt.filter((at) => at >= from && at < from + policy.resetMs);
          expect(within.length).toBeLessThanOrEqual(policy.threshold + 1);
        }
      }),
    );
  });

  test("is tried again as soon as a period is over, for as long as it takes", () => {
    fc.assert(
      fc.property(aRandomPolicy, fc.integer({ min: 1, max: 20 }), (policy, periods) => {
        let breaker: Breaker = { state: "open", failures: policy.threshold, openedAt: T0 };
        for (let period = 1; period <= periods; period += 1) {
          const now = epochMs(T0 + period * policy.resetMs);
          const job = jobId(`job-${period}`);
          const admission = admit(breaker, job, { policy, now });
          expect(admission.verdict).toBe("probe");
          const verdict = period === periods ? "succeeded" : "failed";
          breaker = heard(admission.breaker, endNow(job, now, verdict), policy);
        }
        expect(breaker.state).toBe("closed");
      }),
    );
  });
});
