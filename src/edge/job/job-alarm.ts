import type { Decided } from "../../core/job/decision.ts";
import type { Step } from "../../core/job/step.ts";
import { retryDelayMs } from "../../core/retry/retry.ts";
import { after, epochMs } from "../../lang/time.ts";
import { ALARM_RETRY } from "../alarm-retry.ts";
import { clock } from "../clock.ts";
import { logError } from "../log.ts";
import type { JobStore } from "./job-store.ts";

/** What time does to a job: it comes back to the job's object. */
type Back = {
  readonly id: string;
  readonly store: JobStore;
  /** Has the job do what is due. */
  readonly wake: () => Decided;
  readonly erase: () => Promise<void>;
};

/** The one alarm of a job's object, and what it makes up for when the object comes back from disk. */
export class JobAlarm {
  readonly #back: Back;

  constructor(back: Back) {
    this.#back = back;
  }

  /**
   * Time has passed. A pass never waits for a plugin, and never throws where it can help it: the
   * platform gives up on an alarm that throws seven times, and then nothing would wake this job.
   */
  async fired(info?: AlarmInvocationInfo): Promise<void> {
    const { store, wake, erase } = this.#back;
    store.alarmFired(epochMs(info?.scheduledTime ?? clock()));
    try {
      const woken = wake();
      if (!woken.ok) return; // No job: nothing to wake, and nothing to arm for.
      const { job, effects } = woken.value;
      if (effects.some(({ kind }) => kind === "erase")) await erase();
      // A pass that had nothing to do stored nothing, and the alarm that brought it here is used up.
      else store.arm(job, clock());
    } catch (cause) {
      const failures = store.alarmFailures + 1;
      logError("job.alarm_failed", cause, { job_id: this.#back.id, failures });
      const restMs = retryDelayMs(ALARM_RETRY, failures, Math.random());
      // If even this cannot be written it throws, and the platform's own retries are the last resort.
      store.postpone(failures, after(clock(), restMs), clock());
    }
  }

  /**
   * A job comes back from disk. What its object ran before it forgot is rescued at once, so that a
   * crash costs a waiting caller seconds; and an alarm that got lost is set again.
   */
  async recover(): Promise<void> {
    const { store, wake } = this.#back;
    try {
      const isArmed = await store.isArmed(clock());
      const job = store.load();
      if (job === null) return;
      if (job.steps.some(isRunByObject)) wake();
      else if (!isArmed) store.arm(job, clock());
    } catch (cause) {
      // Thrown here, it would reset the object under every caller; the alarm comes by later anyway.
      logError("job.recovery_failed", cause, { job_id: this.#back.id });
    }
  }
}

function isRunByObject({ state }: Step): boolean {
  return state.status === "running" && state.runner === "object";
}
