import type { Decided } from "../../src/core/job/decision.ts";
import { retryDelayMs } from "../../src/core/retry/retry.ts";
import { after, type EpochMs, epochMs, latest, minutes, seconds } from "../../src/lang/time.ts";
import { CallFault } from "./call-fault.ts";
import { examineAlarm } from "./invariants/alarms.ts";
import type { JobShell } from "./job-shell.ts";
import type { World } from "./world.ts";

/** As the edge has it for an alarm whose pass fails. */
const ALARM_RETRY = { maxAttempts: 1e9, baseMs: seconds(1), maxMs: minutes(5) };
const LATE_MS_MAX = 10 * 60_000;
/** After a handler that was cut off, the platform calls it again. */
const CUT_OFF_MS = 2000;

/** The one alarm of a job's object, as the platform keeps it, and what the edge does when it fires. */
export class JobAlarm {
  readonly #world: World;
  readonly #shell: JobShell;
  /** On disk. */
  #at: EpochMs | null = null;
  /** Alarms that were set before this one never fire. */
  #number = 0;
  /** In memory: the instant that fires at present, which is not set again. */
  #firedAt: EpochMs = epochMs(0);
  #newestFiring: EpochMs = epochMs(0);

  constructor(world: World, shell: JobShell) {
    this.#world = world;
    this.#shell = shell;
  }

  get at(): EpochMs | null {
    return this.#at;
  }

  /** The latest instant that an alarm of this object was set to and has fired at, maybe before its time. */
  get newestFiring(): EpochMs {
    return this.#newestFiring;
  }

  /** One that is more than 5 s overdue counts as lost. */
  get isArmed(): boolean {
    return this.#at !== null && this.#at > this.#world.now - 5000;
  }

  arm(at: EpochMs): void {
    const soonest = epochMs(latest(this.#world.now, this.#firedAt) + 1);
    this.#set(latest(at, soonest));
  }

  forget(): void {
    this.#firedAt = epochMs(0);
  }

  removed(): void {
    this.#at = null;
    this.#number += 1;
  }

  /** Has the platform see to it: after a restart, for every alarm that it finds on disk. */
  schedule(): void {
    if (this.#at !== null) this.#set(this.#at);
  }

  /** The platform's clock says that it is time, maybe before it is. */
  fire(): void {
    const scheduled = this.#at;
    if (scheduled === null) return;
    this.removed();
    this.#newestFiring = latest(this.#newestFiring, scheduled);
    this.#handle(scheduled);
  }

  #handle(scheduled: EpochMs): void {
    try {
      this.#shell.turn(() => this.#fired(scheduled));
    } catch (cause) {
      if (!(cause instanceof CallFault)) throw cause;
      if (this.#at === null) this.#comeAgain(scheduled);
    }
    examineAlarm(this.#world, this.#shell);
  }

  #set(at: EpochMs): void {
    this.#at = at;
    this.#number += 1;
    this.#scheduleAt(at, this.#number);
  }

  /** The handler was cut off: the alarm is still there, and the platform will fire it again. */
  #comeAgain(at: EpochMs): void {
    this.#at = at;
    this.#number += 1;
    this.#scheduleAt(epochMs(this.#world.now + CUT_OFF_MS), this.#number);
  }

  #scheduleAt(at: EpochMs, number: number): void {
    const world = this.#world;
    world.after(at - world.now, world.outside, () => {
      // While the server is down nothing fires; when it is back, it sees to all alarms anew.
      if (number === this.#number && this.#shell.isReachable) this.#due(number);
    });
  }

  #due(number: number): void {
    const { tape, now } = this.#world;
    const fault = tape.fault("alarm");
    if (fault === "alarm late") {
      this.#scheduleAt(epochMs(now + 1000 + LATE_MS_MAX * tape.jitter()), number);
      return;
    }
    const at = this.#at;
    this.fire();
    // The same alarm once more: what was set meanwhile stays set.
    if (fault === "alarm twice" && at !== null) this.#handle(at);
  }

  /** A pass never throws where it can help it. */
  #fired(scheduledAt: EpochMs): void {
    const shell = this.#shell;
    this.#firedAt = scheduledAt;
    try {
      const woken: Decided = shell.wake();
      if (!woken.ok) return;
      const { job, effects } = woken.value;
      if (effects.some(({ kind }) => kind === "erase")) shell.erase();
      else this.arm(this.#world.core.wakeAt(job));
    } catch (cause) {
      if (!(cause instanceof CallFault) || cause.retryable) throw cause;
      const failures = shell.disk.alarmFailures + 1;
      shell.disk.alarmFailures = failures;
      const restMs = retryDelayMs(ALARM_RETRY, failures, this.#world.tape.jitter());
      this.arm(after(this.#world.now, restMs));
    }
  }
}
