import type { Command } from "../../src/core/job/command.ts";
import { decide } from "../../src/core/job/decide.ts";
import type { Decided } from "../../src/core/job/decision.ts";
import type { Job } from "../../src/core/job/job.ts";
import { endingOf } from "../../src/core/job/status.ts";
import type { Step, StepState } from "../../src/core/job/step.ts";
import { isRunning } from "../../src/core/job/with-step.ts";
import { after, type EpochMs } from "../../src/lang/time.ts";
import { CORE, type Core } from "./core.ts";

/** A core with one thing wrong with it: a simulation that does not find it proves nothing of the real one. */
export type PlantedBug = {
  readonly name: string;
  readonly core: Core;
  /** The promises that it breaks: whichever is looked at first. */
  readonly breaks: readonly string[];
};

/** A core that decides otherwise. */
function deciding(otherwise: (job: Job | null, command: Command, now: EpochMs) => Decided): Core {
  return { ...CORE, decide: otherwise };
}

/** The job with its one step changed. */
function withStep(job: Job, over: Partial<Step>): Job {
  return { ...job, steps: [{ ...job.steps[0], ...over }] };
}

function withAttempts(job: Job, more: number): Job {
  const { plan } = job.steps[0];
  const retry = { ...plan.retry, maxAttempts: plan.retry.maxAttempts + more };
  return withStep(job, { plan: { ...plan, retry } });
}

/** What is decided, with another job or other effects. */
function changed(
  decided: Decided,
  change: (value: Extract<Decided, { ok: true }>["value"]) => typeof value,
): Decided {
  return decided.ok ? { ok: true, value: change(decided.value) } : decided;
}

const reportWithoutToken = deciding((job, command, now) => {
  const state = job?.steps.find(isRunning)?.state;
  const isReport = command.kind === "report" && state !== undefined;
  return decide(job, isReport ? { ...command, token: state.token } : command, now);
});

const neverSentAgain = deciding((job, command, now) => {
  if (job?.steps[0].state.status !== "queued" || command.kind !== "wake") {
    return decide(job, command, now);
  }
  return changed(decide(job, command, now), (value) => ({
    ...value,
    effects: value.effects.filter(({ kind }) => kind !== "send"),
  }));
});

const alarmForgetsRetries: Core = {
  ...CORE,
  wakeAt: (job) =>
    job.steps[0].state.status === "backing_off"
      ? after(job.createdAt, job.retentionMs)
      : CORE.wakeAt(job),
};

const anotherIdForEachAttempt: Core = {
  ...CORE,
  deliveryIdOf: (job, endpoint, seq) => {
    const attempts = job.endpoints[endpoint - 1]?.owed[0]?.attempts ?? 0;
    return `${CORE.deliveryIdOf(job, endpoint, seq)}_${attempts}`;
  },
};

const oneAttemptTooMany = deciding((job, command, now) =>
  job === null
    ? decide(job, command, now)
    : changed(decide(withAttempts(job, 1), command, now), (value) => ({
        ...value,
        job: withAttempts(value.job, -1),
      })),
);

const claimAsksNobody = deciding((job, command, now) => {
  const [step] = job?.steps ?? [];
  const { state } = step ?? {};
  const isTaken = command.kind === "claim" && state?.status === "running";
  if (job === null || !isTaken || state.attempt !== command.attempt) {
    return decide(job, command, now);
  }
  const { attempt } = state;
  const queued: StepState = { status: "queued", attempt, sends: 1, sendAgainAt: now };
  return decide(withStep(job, { state: queued }), command, now);
});

const cancelChangesTheEnd = deciding((job, command, now) => {
  const isOver = job !== null && endingOf(job) !== null;
  if (!isOver || command.kind !== "cancel") return decide(job, command, now);
  const { attempt } = job.steps[0].state;
  const open: StepState = { status: "queued", attempt, sends: 1, sendAgainAt: now };
  return decide(withStep(job, { state: open }), command, now);
});

const failedCountsAsTold = deciding((job, command, now) => {
  const isFailed = command.kind === "note_delivery" && command.verdict.kind === "failed";
  return decide(job, isFailed ? { ...command, verdict: { kind: "delivered" } } : command, now);
});

const moveWithoutWhatIsOwed = deciding((job, command, now) => {
  if (job === null || command.kind !== "report") return decide(job, command, now);
  return changed(decide(job, command, now), (value) => ({
    ...value,
    job: { ...value.job, endpoints: job.endpoints },
  }));
});

const rescueOfWhatIsHeld = deciding((job, command, now) =>
  decide(job, command.kind === "wake" ? { ...command, held: [] } : command, now),
);

const oneSlotTooMany: Core = {
  ...CORE,
  startsOf: (lane) =>
    CORE.startsOf({ ...lane, limit: lane.limit === null ? null : lane.limit + 1 }),
};

const slotsForgetTheirState: Core = {
  ...CORE,
  slotUseOf: (...args) => {
    const use = CORE.slotUseOf(...args);
    return use.kind === "released" ? { ...use, updates: null } : use;
  },
};

const laneForgetsLeases: Core = {
  ...CORE,
  laneWakeAt: (lane, now) => (CORE.startsOf(lane).length > 0 ? now : null),
};

const keyIsAlwaysFree: Core = {
  ...CORE,
  claimIdempotency: (_record, claim, now) => CORE.claimIdempotency(null, claim, now),
};

const dedupeKeyLooksNowhere: Core = {
  ...CORE,
  claimDedupe: (_known, claim, now) => CORE.claimDedupe(null, claim, now),
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  { name: "a report without its token", core: reportWithoutToken, breaks: ["I-7", "I-18"] },
  { name: "a message that is never sent again", core: neverSentAgain, breaks: ["I-2", "I-31"] },
  { name: "an alarm that forgets retries", core: alarmForgetsRetries, breaks: ["I-30"] },
  { name: "a webhook-id for each attempt", core: anotherIdForEachAttempt, breaks: ["I-47"] },
  { name: "one attempt too many", core: oneAttemptTooMany, breaks: ["I-17"] },
  {
    name: "a claim that asks nobody",
    core: claimAsksNobody,
    breaks: ["I-16", "I-17", "I-20", "I-37"],
  },
  {
    name: "a cancel that changes an end",
    core: cancelChangesTheEnd,
    breaks: ["I-6", "I-7", "I-8"],
  },
  { name: "a failed delivery that counts", core: failedCountsAsTold, breaks: ["I-36"] },
  { name: "a move without what is owed", core: moveWithoutWhatIsOwed, breaks: ["I-35"] },
  { name: "a rescue of what is held", core: rescueOfWhatIsHeld, breaks: ["I-20"] },
  { name: "one slot too many", core: oneSlotTooMany, breaks: ["slots"] },
  { name: "a slot that forgets its state", core: slotsForgetTheirState, breaks: ["state"] },
  { name: "a lane that forgets leases", core: laneForgetsLeases, breaks: ["I-2", "state"] },
  { name: "a key that is always free", core: keyIsAlwaysFree, breaks: ["I-11"] },
  { name: "a dedupe key that looks nowhere", core: dedupeKeyLooksNowhere, breaks: ["I-11"] },
];
