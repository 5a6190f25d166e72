import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { Submission } from "../../src/core/job/command.ts";
import { type Job, jobId } from "../../src/core/job/job.ts";
import { attemptToken, ONLY_STEP, type StepPlan, type StepState } from "../../src/core/job/step.ts";
import type { JobMethods } from "../../src/edge/job/job-client.ts";
import type { JobObject } from "../../src/edge/job/job-object.ts";
import { JobStore } from "../../src/edge/job/job-store.ts";
import type { RunMessage } from "../../src/edge/run/run-message.ts";
import { consumeRuns } from "../../src/edge/run/run-queue.ts";
import { epochMs } from "../../src/lang/time.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";

type Stub = DurableObjectStub<JobObject>;

/** A job's object, new and empty. Every use takes a new stub: one that has seen an error is dead. */
export function newObject() {
  const id = env.JOBS.newUniqueId();
  return {
    id: jobId(id.toString()),
    get stub() {
      return env.JOBS.get(id) as unknown as Stub;
    },
    get job() {
      return env.JOBS.get(id) as unknown as JobMethods;
    },
  };
}

export type TestObject = ReturnType<typeof newObject>;

/** Submits a job without waiting for it. */
export async function submit(
  object: TestObject,
  plan: Partial<StepPlan> = {},
  over: Partial<Submission> = {},
) {
  const submission = aSubmission({ id: object.id, plan: aPlan(plan), ...over });
  return object.job.submit(submission, epochMs(0));
}

/** What a consumer asks for when it has read the first message of a job. */
export const CLAIM = { step: ONLY_STEP, attempt: 1, token: attemptToken("token-of-a-consumer") };

/** Takes the object down as a crash or a deploy does: its memory is gone, whatever was running is cut. */
export async function crash({ stub }: TestObject): Promise<void> {
  const crashed = runInDurableObject(stub, (_object, state) => state.abort("crash"));
  await crashed.catch(() => {
    // The call goes down with the object.
  });
}

/** What is on disk, read past the object's memory. */
export async function stored({ stub }: TestObject): Promise<Job | null> {
  return runInDurableObject(stub, (_object, state) => new JobStore(state.storage).load());
}

export async function storedState(object: TestObject): Promise<StepState | undefined> {
  return (await stored(object))?.steps[0].state;
}

export async function alarmAt({ stub }: TestObject): Promise<number | null> {
  return runInDurableObject(stub, (_object, state) => state.storage.getAlarm());
}

/**
 * Moves the clock that objects read. Timers and alarms keep to the real one: nothing fires by itself,
 * and `runDurableObjectAlarm` fires at an instant that the test has chosen.
 */
export function setClock(at: number): void {
  vi.spyOn(Date, "now").mockReturnValue(at);
}

/** Delivers messages to the consumer, as the queue would, and says what became of each. */
export async function deliver(
  bodies: readonly unknown[],
  runner: "consumer" | "object",
): Promise<{ readonly acked: readonly string[]; readonly retried: readonly string[] }> {
  const batch = createMessageBatch(
    "holdline-runs",
    bodies.map((body, index) => ({ id: `m${index}`, timestamp: 0, attempts: 1, body })),
  );
  await consumeRuns(batch, { ...env, QUEUE_RUNNER: runner });
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
}

export function messageFor({ id }: TestObject, over: Partial<RunMessage> = {}): RunMessage {
  return { v: 1, job: id, step: aPlan().id, attempt: 1, ...over };
}

/** Waits for a condition that something in the background is about to fulfil; asks, does not sleep. */
export async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await scheduler.wait(1);
}

/** Makes something of the object's surroundings fail: a binding of its `env`, or a storage method. */
export async function sabotage(
  { stub }: TestObject,
  what: { readonly env?: object; readonly storage?: object },
): Promise<void> {
  await runInDurableObject(stub, (object, state) => {
    if (what.env !== undefined) {
      Object.defineProperty(object, "env", { value: { ...env, ...what.env }, configurable: true });
    }
    for (const [name, value] of Object.entries(what.storage ?? {})) {
      Object.defineProperty(state.storage, name, { value, configurable: true });
    }
  });
}

/** Undoes what `sabotage` did to the storage. */
export async function repair({ stub }: TestObject, method: string): Promise<void> {
  await runInDurableObject(stub, (_object, { storage }) => {
    Reflect.deleteProperty(storage, method);
  });
}
