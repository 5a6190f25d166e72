import { deliveryId } from "../../src/core/callback/delivery-id.ts";
import { deliveryNamed } from "../../src/core/callback/delivery-view.ts";
import type { Command, Submission } from "../../src/core/job/command.ts";
import type { Decided } from "../../src/core/job/decision.ts";
import type { Effect } from "../../src/core/job/effect.ts";
import type { JobEvent } from "../../src/core/job/event.ts";
import { newestEvent } from "../../src/core/job/history.ts";
import type { Job, JobId, JobStatus } from "../../src/core/job/job.ts";
import type { Refusal } from "../../src/core/job/refusal.ts";
import { type Snapshot, snapshotOf } from "../../src/core/job/snapshot.ts";
import { isStableStatus, statusOf } from "../../src/core/job/status.ts";
import { type AttemptToken, attemptToken, type StepId } from "../../src/core/job/step.ts";
import { isRunning } from "../../src/core/job/with-step.ts";
import type { SlotUse } from "../../src/core/lane/slot.ts";
import { ok, type Result } from "../../src/lang/result.ts";
import type { EpochMs } from "../../src/lang/time.ts";
import type { AttemptEnd } from "./attempt-run.ts";
import { CallFault } from "./call-fault.ts";
import { examine } from "./invariants/at-every-step.ts";
import { JobAlarm } from "./job-alarm.ts";
import { JobDeliveries } from "./job-deliveries.ts";
import { JobWork } from "./job-work.ts";
import { Life, type Once } from "./process.ts";
import type { Server } from "./server.ts";

/** What a caller is answered. */
export type Answer = { readonly job: JobId; readonly status: JobStatus; readonly seq: number };

/** What survives everything: it changes by a commit and by nothing else. */
type Disk = {
  job: Job | null;
  alarmFailures: number;
  /** The log as pages and document together have it. */
  events: readonly JobEvent[];
};

/** What an object that is reset has forgotten. */
type Memory = {
  readonly life: Life;
  readonly work: JobWork;
  readonly deliveries: JobDeliveries;
  readonly enders: Once<null>[];
};

/** Events beyond this go to pages, as `JobLogs` of the edge puts them away, only sooner. */
const INLINE_EVENTS_MAX = 12;

/**
 * The object of one job with the shell around it, as `src/edge/job/job-object.ts` has it: load, decide,
 * commit document and alarm, perform the effects, in that order. It may be reset between any two of them.
 */
export class JobShell {
  readonly id: JobId;
  readonly disk: Disk = { job: null, alarmFailures: 0, events: [] };
  readonly alarm: JobAlarm;
  /** From which event on each endpoint is told, by its number: noted when it is first seen. */
  readonly toldFrom = new Map<number, number>();
  /** When the document was last written. */
  storedAt: EpochMs;
  readonly #server: Server;
  #memory: Memory | null = null;
  /** Every command that ever came, and whether it came to anything: some are decided once more. */
  readonly commands: { readonly command: Command; readonly now: EpochMs; isTaken: boolean }[] = [];

  constructor(server: Server, id: JobId) {
    this.id = id;
    this.#server = server;
    this.storedAt = server.world.now;
    this.alarm = new JobAlarm(server.world, this);
  }

  /** Whether there is an object in memory that could be lost. */
  get isAwake(): boolean {
    return this.#memory !== null;
  }

  get isReachable(): boolean {
    return this.#server.isUp;
  }

  reset(): void {
    if (this.#memory === null) return;
    this.noteForgotten();
    this.#memory.life.end();
    this.#memory = null;
    this.alarm.forget();
    // What comes back from disk is a copy: whatever is not plain data would be lost here.
    const { job } = this.disk;
    if (job !== null) this.disk.job = structuredClone(job);
  }

  noteForgotten(): void {
    const { world } = this.#server;
    world.history.note(world.now, { kind: "object forgot", job: this.id });
  }

  /** One method of the object, on a fresh one where the old one is gone. */
  turn<Returned>(method: () => Returned): Returned {
    if (!this.#server.isUp) throw new CallFault("The server is down", true);
    this.#awake();
    return method();
  }

  submit(submission: Submission): Answer {
    const token = this.drawToken();
    const submitted = this.apply({ kind: "submit", submission, token });
    if (!submitted.ok) throw new Error("A submission is never refused");
    return answerOf(submitted.value.job);
  }

  snapshot(): Snapshot | null {
    return this.disk.job === null ? null : snapshotOf(this.disk.job);
  }

  grant(step: StepId, attempt: number): boolean {
    return this.apply({ kind: "grant", step, attempt, token: this.drawToken() }).ok;
  }

  slotUse(step: StepId, attempt: number): SlotUse | null {
    const { job } = this.disk;
    return job === null ? null : this.#server.world.core.slotUseOf(job, step, attempt);
  }

  report(step: StepId, token: AttemptToken, end: AttemptEnd): Result<null, Refusal> {
    const jitter = this.#server.world.tape.jitter();
    const { outcome, batches } = end;
    return this.taken({ kind: "report", step, token, outcome, batches, artifacts: [], jitter });
  }

  cancel(): Answer | null {
    const cancelled = this.apply({ kind: "cancel", reason: "enough" });
    return cancelled.ok ? answerOf(cancelled.value.job) : null;
  }

  /** Takes what somebody outside says on the way, as `OutsideCalls` of the edge numbers it. */
  tell(token: AttemptToken, text: string): boolean {
    const step = this.disk.job?.steps.filter(isRunning).find(({ state }) => state.token === token);
    if (step === undefined) return false;
    const number = step.state.outsideBatch + 1;
    const batch = { from: "outside", number, progress: null, text } as const;
    return this.taken({ kind: "progress", step: step.plan.id, token, batch }).ok;
  }

  /** Asks for one of the job's deliveries once more. */
  resend(which: number): boolean {
    const { job } = this.disk;
    if (job === null) return false;
    const owed = job.endpoints.flatMap(({ owed: all, number }) =>
      all.map(({ seq }) => ({ seq, endpoint: number })),
    );
    const all = [...job.ledger, ...owed];
    const one = all[which % Math.max(1, all.length)];
    if (one === undefined) return false;
    const delivery = deliveryNamed(job, job.ledger, deliveryId(job, one.endpoint, one.seq));
    return delivery !== null && this.taken({ kind: "resend", delivery }).ok;
  }

  /** Comes to its word when the job is at rest, for a consumer that works for it. */
  tellAtEnd(ended: Once<null>): void {
    const { job } = this.disk;
    if (job !== null && isStableStatus(statusOf(job))) ended.say(null);
    else this.#memory?.enders.push(ended);
  }

  get deliveries(): JobDeliveries {
    return this.#now().deliveries;
  }

  drawToken(): AttemptToken {
    return attemptToken(this.#server.world.draw("token"));
  }

  /** As `apply`, for callers who need to know only whether the command was taken. */
  taken(command: Command): Result<null, Refusal> {
    const decided = this.apply(command);
    return decided.ok ? ok(null) : decided;
  }

  wake(): Decided {
    const held = this.#now().work.tokens();
    const { tape } = this.#server.world;
    return this.apply({ kind: "wake", held, token: this.drawToken(), jitter: tape.jitter() });
  }

  /** Removes the job: its retention is over. */
  erase(): void {
    this.disk.job = null;
    this.disk.events = [];
    this.alarm.removed();
    this.reset();
  }

  /** Load, decide, commit and arm in one turn; then perform. */
  apply(command: Command): Decided {
    const { world } = this.#server;
    const before = this.disk.job;
    const decided = world.core.decide(before, command, world.now);
    const asked = { command, now: world.now, isTaken: false };
    this.commands.push(asked);
    const isIdle =
      !decided.ok || (decided.value.job === before && decided.value.effects.length === 0);
    const fault = isIdle ? null : world.tape.fault("turn");
    if (fault === "write fails") throw new CallFault("The disk is full", false);
    // Noted where it is decided: whoever sent it may never hear of it.
    if (command.kind === "report") this.#server.noteReport(this.id, command, decided.ok);
    if (!decided.ok) return decided;

    asked.isTaken = true;
    const { job, effects } = decided.value;
    if (job !== before) this.#commit(before, job);
    const isCut = fault === "crash between commit and effect";
    this.#perform(job, isCut ? effects.slice(0, world.tape.below(effects.length + 1)) : effects);
    if (fault !== null) this.#die();
    return decided;
  }

  #perform(job: Job, effects: readonly Effect[]): void {
    for (const effect of effects) this.#now().work.perform(job, effect);
  }

  #commit(before: Job | null, job: Job): void {
    const { world } = this.#server;
    const known = before === null ? 0 : newestEvent(before).seq;
    this.disk.events = [...this.disk.events, ...job.events.filter(({ seq }) => seq > known)];
    this.disk.job = spilled(job);
    this.disk.alarmFailures = 0;
    this.storedAt = world.now;
    this.alarm.arm(world.core.wakeAt(this.disk.job));
    examine(world, { shell: this, before, after: job });
    if (isStableStatus(statusOf(job))) {
      for (const ender of this.#now().enders.splice(0)) this.#tellEnd(ender);
    }
  }

  /** Over a line that may be cut. */
  #tellEnd(ender: Once<null>): void {
    const { world, life } = this.#server;
    if (world.tape.fault("listen") !== null) return;
    world.after(5, life, () => ender.say(null));
  }

  #die(): never {
    this.reset();
    throw new CallFault("The object was reset", true);
  }

  /** The object comes back from disk, and sees to what it ran before it forgot. */
  #awake(): void {
    if (this.#memory !== null) return;
    const server = this.#server;
    const life = new Life(server.life);
    const work = new JobWork(server, this, life);
    const deliveries = new JobDeliveries(server, this, life);
    this.#memory = { life, work, deliveries, enders: [] };
    const { job } = this.disk;
    if (job === null) return;
    const isRunByObject = job.steps
      .filter(isRunning)
      .some(({ state }) => state.runner === "object");
    try {
      if (isRunByObject) this.wake();
      else if (!this.alarm.isArmed) this.alarm.arm(server.world.core.wakeAt(job));
    } catch (cause) {
      // As the edge does: the object is there all the same, unless it is gone again.
      if (!(cause instanceof CallFault) || this.#memory === null) throw cause;
    }
  }

  #now(): Memory {
    if (this.#memory === null) throw new CallFault("The object was reset", true);
    return this.#memory;
  }
}

/** The job with its older events put away: they are in the log. */
function spilled(job: Job): Job {
  return job.events.length > INLINE_EVENTS_MAX ? { ...job, events: [newestEvent(job)] } : job;
}

function answerOf(job: Job): Answer {
  return { job: job.id, status: statusOf(job), seq: newestEvent(job).seq };
}
