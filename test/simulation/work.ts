import { CALLBACK_EVENTS } from "../../src/core/callback/callback-events.ts";
import type { Callback } from "../../src/core/callback/endpoint.ts";
import type { Submission } from "../../src/core/job/command.ts";
import type { JobId } from "../../src/core/job/job.ts";
import type { LanePlan } from "../../src/core/job/step.ts";
import { durationMs, type EpochMs, epochMs, minutes, seconds } from "../../src/lang/time.ts";
import { aCallback } from "../support/a-callback.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";
import type { Tape } from "./tape.ts";

/** One piece of work that somebody wants done, and how they go about it. */
export type Work = {
  readonly number: number;
  readonly dispatch: "direct" | "queue";
  readonly transport: "binding" | "http";
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  readonly lane: LanePlan | null;
  readonly delayMs: number | null;
  readonly maxDurationMs: number | null;
  readonly callbacks: readonly Callback[];
  /** The caller's words for sameness; `null` = none. */
  readonly idempotencyKey: string | null;
  readonly dedupeKey: string | null;
  /** How long after the beginning of the run each of its callers comes. */
  readonly triggeredAfterMs: readonly number[];
  readonly cancelledAfterMs: number | null;
  readonly attachedAfterMs: number | null;
  readonly isRetried: boolean;
  /** When somebody asks for a delivery once more. */
  readonly resentAfterMs: readonly number[];
};

/** Draws all the work of a run. */
export function drawWorks(tape: Tape): readonly Work[] {
  const count = 1 + tape.below(4);
  const slots = tape.of(1, 2, null, 3);
  const works = Array.from({ length: count }, (_, index) => drawWork(tape, index + 1, slots));
  return works.map((work) => sameAsFirst(work, works));
}

/** What has the key of another piece of work is the same request, only by somebody else. */
function sameAsFirst(work: Work, works: readonly Work[]): Work {
  const { idempotencyKey, number, triggeredAfterMs, cancelledAfterMs, attachedAfterMs } = work;
  const first = works.find((other) => other.idempotencyKey === idempotencyKey);
  if (idempotencyKey === null || first === undefined) return work;
  return { ...first, number, triggeredAfterMs, cancelledAfterMs, attachedAfterMs };
}

function drawWork(tape: Tape, number: number, slots: number | null): Work {
  const idempotencyKey = tape.of(null, `key-${number}`, "key-of-all", null);
  const callers = idempotencyKey === null ? 1 : 1 + tape.below(3);
  return {
    number,
    dispatch: tape.of("direct", "queue"),
    transport: tape.of("binding", "binding", "http"),
    maxAttempts: tape.of(3, 1, 2, 4),
    timeoutMs: tape.of(60_000, 20_000, 120_000),
    lane: tape.of(null, { isStateful: false }, { isStateful: true }, null) && {
      concurrency: slots,
      isStateful: (number + (slots ?? 0)) % 2 === 0,
    },
    delayMs: tape.of(null, null, 10_000),
    maxDurationMs: tape.of(null, null, null, 90_000, 25_000),
    callbacks: drawCallbacks(tape, number),
    idempotencyKey,
    dedupeKey: idempotencyKey === null ? tape.of(null, null, "piece") : null,
    triggeredAfterMs: Array.from({ length: callers }, () => tape.of(0, 1, 50, 20_000, 70_000)),
    cancelledAfterMs: tape.of(null, null, null, 0, 40, 3000, 30_000, 100_000),
    attachedAfterMs: tape.of(null, null, 500, 25_000),
    isRetried: tape.of(false, false, true),
    resentAfterMs: tape.of<readonly number[]>([], [30_000], [2000, 2000]),
  };
}

function drawCallbacks(tape: Tape, number: number): readonly Callback[] {
  return Array.from({ length: tape.of(0, 1, 2) }, (_, index) =>
    drawCallback(tape, `https://receiver-${number}-${index}.example.com/hook`),
  );
}

export function drawCallback(tape: Tape, url: string): Callback {
  const profile = tape.of("states", "standard");
  const retry = { maxAttempts: tape.of(4, 1, 2), baseMs: seconds(5), maxMs: minutes(5) };
  return aCallback({ url, profile, events: CALLBACK_EVENTS[profile], retry });
}

/** What the gateway makes of it, under the id that it was given. */
export function submissionOf(work: Work, id: JobId, now: EpochMs): Submission {
  const { dispatch, transport, lane, maxAttempts, timeoutMs, delayMs, maxDurationMs } = work;
  const retry = { maxAttempts, baseMs: seconds(2), maxMs: seconds(60) };
  return aSubmission({
    id,
    plan: aPlan({ dispatch, transport, lane, retry, timeoutMs: durationMs(timeoutMs) }),
    startAt: delayMs === null ? null : epochMs(now + delayMs),
    maxDurationMs: maxDurationMs === null ? null : durationMs(maxDurationMs),
    callbacks: work.callbacks,
  });
}
