import fc from "fast-check";
import { CALLBACK_EVENTS } from "../../../src/core/callback/callback-events.ts";
import { deliveryId } from "../../../src/core/callback/delivery-id.ts";
import { deliveryNamed } from "../../../src/core/callback/delivery-view.ts";
import { dueDelivery } from "../../../src/core/callback/due.ts";
import type { Callback } from "../../../src/core/callback/endpoint.ts";
import { failedBy, type Verdict } from "../../../src/core/callback/verdict.ts";
import type { Command, Submission } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import type { Effect } from "../../../src/core/job/effect.ts";
import type { Job } from "../../../src/core/job/job.ts";
import { attemptToken } from "../../../src/core/job/step.ts";
import { wakeAt } from "../../../src/core/job/wake-at.ts";
import {
  days,
  durationMs,
  type EpochMs,
  epochMs,
  minutes,
  seconds,
} from "../../../src/lang/time.ts";
import { aCallback, anArtifact, aToldJob } from "../../support/a-callback.ts";
import { aCommand, aFailure, aSuccess } from "../../support/a-command.ts";
import { aPlan, T0 } from "../../support/a-job.ts";

/** A step of a story: a command that depends on where the job stands, or none where it does not fit. */
type Act = (job: Job, now: EpochMs) => Command | null;

const aJitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const aVerdict = fc.constantFrom<Verdict>(
  { kind: "delivered" },
  { kind: "delivered" },
  failedBy("timeout"),
  failedBy("http_status"),
  { ...failedBy("http_status"), restMs: durationMs(2000) },
  failedBy("url_not_allowed"),
  { kind: "gone" },
);

const anEndpointNumber = fc.integer({ min: 1, max: 4 });

/** Tells what is due, as a consumer does. */
const aNote: fc.Arbitrary<Act> = fc.tuple(anEndpointNumber, aVerdict, aJitter).map(
  ([endpoint, verdict, jitter]): Act =>
    (job, now) => {
      const due = dueDelivery(job, endpoint, now);
      if (due === null) return null;
      const { seq, attempts } = due.delivery;
      return aCommand.note_delivery({ endpoint, seq, attempt: attempts + 1, verdict, jitter });
    },
);

/** Word of a delivery that is over, of an attempt that was noted, or of what was never sent. */
const aStrayNote: fc.Arbitrary<Act> = fc
  .record({
    endpoint: anEndpointNumber,
    seq: fc.integer({ min: 1, max: 20 }),
    attempt: fc.integer({ min: 1, max: 4 }),
    verdict: aVerdict,
    jitter: aJitter,
  })
  .map(
    (over): Act =>
      ({ endpoints }) => {
        const head = endpoints[over.endpoint - 1]?.owed[0];
        const isNext = head?.seq === over.seq && head.attempts + 1 === over.attempt;
        return isNext ? null : aCommand.note_delivery(over);
      },
  );

/** Asks for something once more that is over, or pending. */
const aResend: fc.Arbitrary<Act> = fc
  .record({ endpoint: fc.integer({ min: 1, max: 3 }), seq: fc.integer({ min: 1, max: 12 }) })
  .map(
    ({ endpoint, seq }): Act =>
      (job) => {
        const delivery = deliveryNamed(job, job.ledger, deliveryId(job, endpoint, seq));
        return delivery === null ? null : { kind: "resend", delivery };
      },
  );

/** What the lifecycle goes through, with a plugin that answers this or that. */
const aMove: fc.Arbitrary<Act> = fc
  .record({
    outcome: fc.constantFrom(aSuccess, aFailure, aFailure, aFailure),
    pick: fc.integer({ min: 0, max: 9 }),
    jitter: aJitter,
  })
  .map(
    ({ outcome, pick, jitter }): Act =>
      ({ steps: [{ state }], events }) => {
        if (state.status === "queued") {
          const token = attemptToken(`token-${state.attempt}`);
          return aCommand.claim({ attempt: state.attempt, token });
        }
        if (state.status !== "running") return aCommand.wake({ jitter });
        const { token } = state;
        const artifact = anArtifact({ name: `a${pick % 3}`, sha256: `${events.length}` });
        if (pick < 2) return aCommand.keep_artifact({ token, artifact });
        return aCommand.report({ token, outcome, jitter, artifacts: pick < 4 ? [artifact] : [] });
      },
  );

const anAct: fc.Arbitrary<Act> = fc.oneof(
  { arbitrary: aMove, weight: 4 },
  { arbitrary: aNote, weight: 6 },
  { arbitrary: aStrayNote, weight: 2 },
  { arbitrary: aResend, weight: 1 },
  {
    arbitrary: aJitter.map(
      (jitter): Act =>
        () =>
          aCommand.wake({ jitter }),
    ),
    weight: 3,
  },
  { arbitrary: fc.constant<Act>(() => aCommand.cancel()), weight: 1 },
);

/** Mostly by the lengths that matter, sometimes to where the job is to be woken, sometimes back. */
const aPause = fc.oneof(
  fc.constantFrom(0, 0, 10, 1000, 5000, 15_000, 30_000),
  fc.constant("until it is to be woken" as const),
  fc.integer({ min: 0, max: 4_000_000 }),
  fc.integer({ min: -60_000, max: 0 }),
);

const aReceiver: fc.Arbitrary<Callback> = fc.oneof(
  fc.constant(aCallback()),
  fc.constant(aCallback({ profile: "standard", events: CALLBACK_EVENTS.standard })),
  fc
    .subarray([...CALLBACK_EVENTS.states], { minLength: 1 })
    .chain((events) =>
      fc.constantFrom("states", "standard").map((profile) => ({ events, profile })),
    )
    .map(({ events, profile }) => aCallback({ events, profile: profile as Callback["profile"] })),
);

export const aStory = fc.record({
  receivers: fc.array(aReceiver, { minLength: 1, maxLength: 3 }),
  tries: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  transport: fc.constantFrom("binding" as const, "http" as const),
  acts: fc.array(fc.tuple(anAct, aPause), { maxLength: 60, size: "max" }),
});

export type Story = typeof aStory extends fc.Arbitrary<infer Value> ? Value : never;
type Move = {
  readonly before: Job;
  readonly after: Job;
  readonly command: Command;
  readonly effects: readonly Effect[];
  readonly now: EpochMs;
};
export type Played = { readonly job: Job; readonly now: EpochMs };

const RESTS = { baseMs: seconds(5), maxMs: minutes(5) };

export function settingsOf({ maxAttempts, transport }: Story): Partial<Submission> {
  const plan = aPlan({ transport, retry: { maxAttempts, ...RESTS } });
  return { plan, retentionMs: days(1) };
}

/** Where the clock goes back, word of a callback would keep the job's own time from going with it. */
export function withSteadyClock(story: Story): Story {
  const acts = story.acts.map(([act, pause]): Story["acts"][number] => [
    act,
    typeof pause === "number" ? Math.abs(pause) : pause,
  ]);
  return { ...story, acts };
}

/** Plays a story; `look` sees the job before and after every command that was not refused. */
export function play(story: Story, look: (move: Move) => void = () => {}): Played {
  const { receivers, tries, acts } = story;
  const retry = { maxAttempts: tries, ...RESTS };
  let job = aToldJob(
    receivers.map((receiver) => ({ ...receiver, retry })),
    settingsOf(story),
  );
  let now: EpochMs = T0;
  for (const [act, pause] of acts) {
    now = typeof pause === "number" ? epochMs(now + pause) : epochMs(Math.max(now, wakeAt(job)));
    const command = act(job, now);
    const decided = command === null ? null : decide(job, command, now);
    if (command === null || decided === null || !decided.ok) continue;
    look({ before: job, after: decided.value.job, command, effects: decided.value.effects, now });
    job = decided.value.job;
  }
  return { job, now };
}
