import type { Random } from "../seed/random.ts";
import { RECEIVERS, type ReceiverKind, receiverOf } from "./kinds.ts";

/** A callback to ask for, in one of the three forms that a trigger knows. */
export type PlannedCallback = {
  readonly form: "callback_url" | "state_webhook_url" | "callbacks";
  readonly kind: ReceiverKind;
  readonly profile: "standard" | "states";
  /** What it is told of. */
  readonly events: readonly string[];
};

/** A job to trigger, and what must become of it. */
export type PlannedJob = {
  /** Unique; also its idempotency key. */
  readonly name: string;
  /** Since the run began. */
  readonly atMs: number;
  readonly work: WorkName | "fixed";
  readonly command: string;
  readonly payload: object;
  readonly options: object;
  readonly ends: readonly string[];
  /** Since the answer to its trigger; `null` = it is not cancelled. */
  readonly cancelAfterMs: number | null;
  readonly callbacks: readonly PlannedCallback[];
};

type Work = {
  readonly command: string;
  readonly payload: (random: Random) => object;
  readonly options?: object;
  readonly ends: readonly string[];
  readonly cancelAfterMs?: (random: Random) => number;
  readonly share: number;
};

const WORKS = {
  echo: { command: "echo", payload: () => ({ text: "héllo 🌍" }), ends: ["succeeded"], share: 4 },
  work: {
    command: "work",
    payload: (random: Random) => ({ ms: random.between(50, 600), steps: random.between(1, 4) }),
    ends: ["succeeded"],
    share: 4,
  },
  retried: {
    command: "flaky",
    payload: (random: Random) => ({
      failures: random.between(1, 2),
      retry_after_ms: random.between(100, 1200),
    }),
    ends: ["succeeded"],
    share: 3,
  },
  hopeless: {
    command: "flaky",
    payload: () => ({ failures: 99, retry_after_ms: 200 }),
    options: { max_attempts: 2 },
    ends: ["dead"],
    share: 1,
  },
  refused: {
    command: "flaky",
    payload: () => ({ failures: 99, retry: false }),
    ends: ["failed"],
    share: 1,
  },
  artifact: {
    command: "artifact",
    payload: (random: Random) => ({ bytes: random.between(0, 300_000) }),
    ends: ["succeeded"],
    share: 2,
  },
  cancelled: {
    command: "sleep",
    payload: () => ({ ms: 20_000 }),
    ends: ["cancelled"],
    cancelAfterMs: (random: Random) => random.between(50, 2000),
    share: 2,
  },
} as const satisfies { readonly [name: string]: Work };

type WorkName = keyof typeof WORKS;

/** Told of by a callback of each profile, as the contract has it. */
const STATE_EVENTS = [
  "job.queued",
  "job.running",
  "job.retry_scheduled",
  "job.succeeded",
  "job.failed",
  "job.timed_out",
  "job.dead",
  "job.cancelled",
] as const;
const EVENTS = [...STATE_EVENTS, "artifact.created"] as const;
export const FINAL = STATE_EVENTS.slice(3);

/** What the pairs do: the same work, whoever is told of it. */
const FIXED_MS = 300;

/** Of the jobs: half of each pair is told to somebody who hangs, the other half is not. */
const PAIRS_OF = 15;

const DRAW_WORK = draws(WORKS);
const DRAW_KIND = draws(RECEIVERS);

/** All jobs of a run, in the order of their triggers: the same for the same seed. */
export function planJobs(random: Random, count: number, spanMs: number): readonly PlannedJob[] {
  const pairs = Math.floor(count / PAIRS_OF);
  const fixed = Array.from({ length: pairs }, (_, index) =>
    // Evenly over the run, so that the crash does not decide how many there are to compare.
    fixedPair(`pair-${index}`, Math.floor((spanMs * (index + 0.5)) / pairs)),
  ).flat();
  const others = Array.from({ length: count - fixed.length }, (_, index) =>
    planJob(random, `job-${index}`, random.between(0, spanMs)),
  );
  return [...fixed, ...others].toSorted((left, right) => left.atMs - right.atMs);
}

function fixedPair(name: string, atMs: number): readonly PlannedJob[] {
  const work = {
    atMs,
    work: "fixed",
    command: "sleep",
    payload: { ms: FIXED_MS },
    options: {},
    ends: ["succeeded"],
    cancelAfterMs: null,
  } as const;
  return [
    { ...work, name: `${name}-hanging`, callbacks: [atEnd("hang"), allStates("healthy")] },
    { ...work, name: `${name}-plain`, callbacks: [allStates("healthy")] },
  ];
}

function planJob(random: Random, name: string, atMs: number): PlannedJob {
  const work = random.pick(DRAW_WORK);
  const { command, payload, ends, options = {}, cancelAfterMs }: Work = WORKS[work];
  return {
    name,
    atMs,
    work,
    command,
    payload: payload(random),
    options,
    ends,
    cancelAfterMs: cancelAfterMs?.(random) ?? null,
    callbacks: drawCallbacks(random),
  };
}

function drawCallbacks(random: Random): readonly PlannedCallback[] {
  const first = drawCallback(random);
  if (random.next() < 0.5) return [first];
  const second = drawCallback(random);
  // The same receiver twice would be one callback, or two that the log cannot tell apart.
  return second.kind === first.kind || second.form === first.form ? [first] : [first, second];
}

function drawCallback(random: Random): PlannedCallback {
  const kind = random.pick(DRAW_KIND);
  const form = random.pick(["callback_url", "state_webhook_url", "callbacks"] as const);
  const profile = random.pick(["standard", "states"] as const);
  const asked = (profile === "states" ? STATE_EVENTS : EVENTS).filter(() => random.next() < 0.6);
  if (receiverOf(kind).isSlow) return atEnd(kind);
  if (form === "callback_url") return atEnd(kind);
  if (form === "state_webhook_url") return allStates(kind);
  return { form, kind, profile, events: asked.length === 0 ? FINAL : asked };
}

export function atEnd(kind: ReceiverKind): PlannedCallback {
  return { form: "callback_url", kind, profile: "standard", events: FINAL };
}

export function allStates(kind: ReceiverKind): PlannedCallback {
  return { form: "state_webhook_url", kind, profile: "states", events: STATE_EVENTS };
}

function draws<Name extends string>(
  from: {
    readonly [name in Name]: { readonly share: number };
  },
): readonly [Name, ...Name[]] {
  const names = Object.keys(from) as Name[];
  return names.flatMap((name) => Array.from({ length: from[name].share }, () => name)) as [
    Name,
    ...Name[],
  ];
}
