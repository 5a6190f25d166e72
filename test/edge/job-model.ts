import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { expect } from "vitest";
import { type AttemptToken, attemptToken, ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import { seconds } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aPlan } from "../support/a-job.ts";
import { alarmAt, setClock, submit, type TestObject } from "./support.ts";

const START = Date.parse("2026-11-21T12:00:00Z");
const ATTEMPTS_MAX = 3;
const TIMEOUT_MS = 60_000;
const LEASE_MS = 30_000;
const GRACE_MS = 5000;
const REST_MS = 10_000;

type Open = "queued" | "running" | "resting";
type Final = "succeeded" | "failed" | "dead" | "timed_out" | "cancelled";

/** A job, as simple as it can be said: one attempt after the other, until there is an end. */
export type Model = {
  now: number;
  state: Open | Final;
  attempt: number;
  /** Attempts that ended. */
  ended: number;
  /** Every token that was ever drawn; the last one holds the lease while the job runs. */
  tokens: AttemptToken[];
  leaseAt: number;
  deadlineAt: number;
  /** The earliest and the latest instant of the retry: a lost attempt rests for a random time. */
  retryAt: readonly [number, number];
  category: string | null;
  seq: number;
};

export const aModel = (): Model => ({
  now: START,
  state: "queued",
  attempt: 1,
  ended: 0,
  tokens: [],
  leaseAt: 0,
  deadlineAt: 0,
  retryAt: [0, 0],
  category: null,
  seq: 0,
});

export async function aRealJob(object: TestObject): Promise<TestObject> {
  setClock(START);
  await trigger(object);
  return object;
}

function trigger(object: TestObject) {
  const retry = { maxAttempts: ATTEMPTS_MAX, baseMs: seconds(1), maxMs: seconds(60) };
  return submit(object, aPlan({ retry, timeoutMs: seconds(TIMEOUT_MS / 1000) }));
}

const isOpen = ({ state }: Model) =>
  state === "queued" || state === "running" || state === "resting";

/** What an attempt's end does to the model. */
function fail(model: Model, category: string, rest: readonly [number, number] | null): void {
  model.ended += 1;
  model.category = category;
  if (rest === null) {
    model.state = "failed";
  } else if (model.attempt === ATTEMPTS_MAX) {
    model.state = category === "timeout" ? "timed_out" : "dead";
  } else {
    model.state = "resting";
    model.attempt += 1;
    model.retryAt = [model.now + rest[0], model.now + rest[1]];
  }
}

/** After attempt n: base · 2^(n−1), and up to one base more. */
function backoff(model: Model): readonly [number, number] {
  const restMs = 1000 * 2 ** (model.attempt - 1);
  return [restMs, restMs + 1000];
}

/** Compares the job with the model, and takes over what only chance could know. */
async function compare(model: Model, real: TestObject): Promise<void> {
  const snapshot = await real.job.snapshot();
  expect(snapshot).toMatchObject({
    status: model.state === "resting" ? "queued" : model.state,
    waits_for: { queued: "start", resting: "retry" }[model.state as string] ?? null,
    attempt: model.attempt,
  });
  expect(snapshot?.attempts.length).toBe(model.ended);
  if (model.state === "resting" || !isOpen(model)) {
    expect(snapshot?.error?.category ?? null).toBe(model.category);
  }
  if (model.state === "resting") {
    const retryAt = Date.parse(snapshot?.next_retry_at ?? "");
    expect(retryAt).toBeGreaterThanOrEqual(model.retryAt[0]);
    expect(retryAt).toBeLessThanOrEqual(model.retryAt[1]);
    model.retryAt = [retryAt, retryAt];
  }
  expect(snapshot?.seq).toBeGreaterThanOrEqual(model.seq);
  model.seq = snapshot?.seq ?? 0;
  expect(await alarmAt(real)).not.toBeNull();
}

type Step = fc.AsyncCommand<Model, TestObject>;

/** A step of a sequence: it may always be taken, and afterwards job and model must agree. */
function step(name: string, run: (model: Model, real: TestObject) => Promise<void>): Step {
  return {
    check: () => true,
    run: async (model, real) => {
      await run(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

const triggerAgain = () =>
  step("trigger again", async (_model, real) => void (await trigger(real)));

function claim(isOld: boolean): Step {
  return step(isOld ? "claim by an old message" : "claim", async (model, real) => {
    const token = attemptToken(`token-${model.tokens.length}`);
    const attempt = isOld ? model.attempt - 1 : model.attempt;
    const claimed = await real.job.claim({ step: ONLY_STEP, attempt, token });
    const isDue = model.state === "queued" && !isOld;
    expect(claimed.ok).toBe(isDue);
    if (!isDue) return;
    model.state = "running";
    model.tokens.push(token);
    model.leaseAt = model.now + LEASE_MS;
    model.deadlineAt = model.now + TIMEOUT_MS;
  });
}

/** The token of the attempt that runs, or one that was spent or lost before it. */
function tokenFor(model: Model, isOld: boolean): AttemptToken {
  const index = model.tokens.length - (isOld ? 2 : 1);
  return model.tokens[index] ?? attemptToken("never drawn");
}

const holds = (model: Model, token: AttemptToken) =>
  model.state === "running" && model.tokens.at(-1) === token;

const FAILURE = failureOf("plugin_error", "It broke");
const OUTCOMES = {
  success: aSuccess,
  failure: { ...FAILURE, retryAfterMs: seconds(REST_MS / 1000) },
  hopeless: { ...FAILURE, reason: "retry_false", retryable: false },
} as const satisfies { readonly [name: string]: Outcome };

function report(how: keyof typeof OUTCOMES, isOld: boolean): Step {
  const name = isOld ? `report ${how} again, or by an old lease` : `report ${how}`;
  return step(name, async (model, real) => {
    const token = tokenFor(model, isOld);
    const isTaken = holds(model, token);
    const reported = await real.job.report(ONLY_STEP, token, anEnd(OUTCOMES[how]));
    expect(reported.ok).toBe(isTaken);
    if (!isTaken) return;
    if (how === "failure") fail(model, "plugin_error", [REST_MS, REST_MS]);
    if (how === "hopeless") fail(model, "retry_false", null);
    if (how === "success") {
      model.state = "succeeded";
      model.ended += 1;
      model.category = null;
    }
  });
}

function extend(isOld: boolean): Step {
  return step(isOld ? "resume an old lease" : "extend the lease", async (model, real) => {
    const token = tokenFor(model, isOld);
    const isTaken = holds(model, token);
    expect((await real.job.extend(ONLY_STEP, token)).ok).toBe(isTaken);
    if (isTaken) model.leaseAt = model.now + LEASE_MS;
  });
}

function progress(isOld: boolean): Step {
  return step(isOld ? "progress by an old lease" : "progress", async (model, real) => {
    const token = tokenFor(model, isOld);
    const batch = { from: "runner", number: 1, progress: null, text: "so far" } as const;
    const told = await real.job.progress(ONLY_STEP, token, batch);
    expect(told.ok).toBe(holds(model, token));
  });
}

const cancel = () =>
  step("cancel", async (model, real) => {
    await real.job.cancel("enough");
    if (!isOpen(model)) return;
    if (model.state === "running") model.ended += 1;
    model.state = "cancelled";
    model.category = "cancelled";
  });

/** Time passes, and the alarm comes: early, late, or when everything is over. */
function alarm(waitMs: number): Step {
  return step(`alarm after ${waitMs} ms`, async (model, real) => {
    model.now += waitMs;
    setClock(model.now);
    await runDurableObjectAlarm(real.stub);
    if (model.state === "resting" && model.now >= model.retryAt[0]) model.state = "queued";
    else if (model.state !== "running") return;
    else if (model.now >= model.deadlineAt + GRACE_MS) fail(model, "timeout", backoff(model));
    else if (model.now >= model.leaseAt) fail(model, "lease_lost", backoff(model));
  });
}

const evict = () => step("eviction", (_model, real) => evictDurableObject(real.stub));

const anOld = fc.boolean();

/** Mostly what moves a job, often what comes late or twice, and now and then the loss of the object. */
export const steps = [
  fc.constant(null).map(triggerAgain),
  ...Array.from({ length: 4 }, () => fc.constantFrom(false, false, false, true).map(claim)),
  ...Array.from({ length: 3 }, () => anOld.map((isOld) => report("failure", isOld))),
  ...Array.from({ length: 4 }, () => fc.constantFrom(10_000, 30_000, 66_000).map(alarm)),
  fc.constantFrom(0, 1000, 600_000).map(alarm),
  fc.tuple(fc.constantFrom("success", "hopeless"), anOld).map(([how, isOld]) => report(how, isOld)),
  anOld.map(extend),
  anOld.map(progress),
  fc.constant(null).map(cancel),
  fc.constant(null).map(evict),
];

/** What must hold at the end of every sequence: a gapless log, with an end in it only where there is one. */
export async function checkLog(model: Model, real: TestObject): Promise<void> {
  const page = await real.job.events(0, 1000);
  const events = page?.events ?? [];
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const ends = events.filter(({ type }) =>
    ["job.succeeded", "job.failed", "job.dead", "job.timed_out", "job.cancelled"].includes(type),
  );
  expect(ends.map(({ type }) => type)).toEqual(isOpen(model) ? [] : [`job.${model.state}`]);
}
