import { DurableObject } from "cloudflare:workers";
import type { Artifact, KeptArtifact } from "../../core/artifact/artifact.ts";
import { currentArtifacts } from "../../core/artifact/artifacts-of.ts";
import type { DeliveryView } from "../../core/callback/delivery-view.ts";
import type { Callback } from "../../core/callback/endpoint.ts";
import type { Seat } from "../../core/channel/seat.ts";
import type { Command, Submission, Wake } from "../../core/job/command.ts";
import { decide } from "../../core/job/decide.ts";
import type { Decided } from "../../core/job/decision.ts";
import { newestEvent } from "../../core/job/history.ts";
import type { Job } from "../../core/job/job.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import { type Again, resubmissionOf } from "../../core/job/resubmission.ts";
import type { SideCalls } from "../../core/job/side-calls.ts";
import { slotUseOf } from "../../core/job/slot.ts";
import { type Snapshot, snapshotOf } from "../../core/job/snapshot.ts";
import type { AttemptToken, StepId } from "../../core/job/step.ts";
import { isRunning } from "../../core/job/with-step.ts";
import type { SlotUse } from "../../core/lane/slot.ts";
import type { Outcome } from "../../core/plugin/outcome.ts";
import { invariant } from "../../lang/invariant.ts";
import type { JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { removeNotKept } from "../artifacts/keep-artifact.ts";
import { hearOfEnd } from "../breaker/breakers.ts";
import type { ClaimedDelivery, DeliveryNote } from "../callbacks/claimed-delivery.ts";
import { JobDeliveries } from "../callbacks/job-deliveries.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { Waiters } from "../watch/waiters.ts";
import type { EventPage } from "../watch/watch.ts";
import { type ClaimedCall, type ClaimRequest, claimedCallOf } from "./claimed-call.ts";
import { drawToken } from "./draw-token.ts";
import { JobAlarm } from "./job-alarm.ts";
import type { AttemptEnd } from "./job-capability.ts";
import { JobStore } from "./job-store.ts";
import { JobWork, type Turn } from "./job-work.ts";
import { wholeCallbacks, wholeEnd, wholeOutcome, wholeSubmission } from "./older-callers.ts";
import type { NotTaken, Said } from "./outside-calls.ts";
import { removeJob } from "./remove-job.ts";
import { type Answer, resumeWith } from "./resume-answer.ts";
import { type Heard, TokenHolders } from "./token-holders.ts";

/**
 * One job. It decides nothing: every method loads, asks the core, stores, arms the alarm, performs. No
 * method awaits between load and store, so no other call can come between. Each may come twice.
 */
export class JobObject extends DurableObject<GatewayEnv> {
  readonly #store: JobStore;
  readonly #waiters: Waiters;
  readonly #work: JobWork;
  readonly #deliveries: JobDeliveries;
  readonly #holders: TokenHolders;
  readonly #alarm: JobAlarm;

  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(ctx, env);
    this.#store = new JobStore(ctx.storage);
    this.#waiters = new Waiters(ctx, this.#store);
    this.#work = new JobWork(ctx, () => this.env, {
      send: (step, token) => (batch) => this.progress(step, token, batch),
      report: (step, token, end) => this.report(step, token, end),
      grant: (step, attempt) => this.grant(step, attempt),
      slotUse: (step, attempt) => this.slotUse(step, attempt),
      artifacts: this,
      awake: this.#store.awake,
    });
    this.#holders = new TokenHolders(() => this.env, {
      store: this.#store,
      apply: (command) => this.#apply(command),
    });
    this.#deliveries = new JobDeliveries(ctx, () => this.env, {
      store: this.#store,
      apply: (command) => this.#apply(command),
    });
    this.#alarm = new JobAlarm({
      id: ctx.id.toString(),
      store: this.#store,
      wake: () => this.#apply(this.#wake()),
      erase: () => this.#erase(),
    });
    if (this.#store.load() !== null) void ctx.blockConcurrencyWhile(() => this.#alarm.recover());
  }

  /**
   * Makes the job, durably, and answers with it. Where the object runs the first attempt itself, it
   * answers when that attempt has ended, or at `waitUntil`; a time that is over waits for nothing.
   */
  async submit(submission: Submission, waitUntil: EpochMs): Promise<Snapshot> {
    const whole = wholeSubmission(submission);
    const command: Command = { kind: "submit", submission: whole, token: drawToken() };
    const submitted = this.#apply(command, waitUntil > clock() ? "now" : "after_answer");
    invariant(submitted.ok, "Cannot refuse a submission");
    return this.#afterAttempt(submitted.value.job, waitUntil);
  }

  /** As `submit`, for what may arrive twice: says also whether it was this that made the job. */
  async submitOnce(
    ...args: Parameters<JobObject["submit"]>
  ): Promise<{ readonly snapshot: Snapshot; readonly isNew: boolean }> {
    const isNew = this.#store.load() === null;
    return { snapshot: await this.submit(...args), isNew };
  }

  /** The job as it is, or `null` where there is none. */
  async snapshot(): Promise<Snapshot | null> {
    const job = this.#store.load();
    return job === null ? null : snapshotOf(job);
  }

  /** A page of the job's events after number `after`, or `null` where there is no job. */
  async events(after: number, limit: number): Promise<EventPage | null> {
    const job = this.#store.load();
    return job === null ? null : this.#waiters.page(job, after, limit);
  }

  /** Takes a watcher, who is told of the job over the socket: see `waiters.ts`. 404 = no job. */
  override async fetch(request: Request): Promise<Response> {
    const job = this.#store.load();
    return job === null ? new Response(null, { status: 404 }) : this.#waiters.accept(request, job);
  }

  override webSocketMessage(socket: WebSocket, word: string | ArrayBuffer): void {
    const job = this.#store.load();
    if (job !== null) this.#waiters.answer(socket, String(word), job);
  }

  /** The platform leaves the other half of a hibernating socket's goodbye to us. */
  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }

  /** Takes a slot of the plugin's lane. `false` = nobody stands in line for it any more. */
  async grant(step: StepId, attempt: number): Promise<boolean> {
    return this.#apply({ kind: "grant", step, attempt, token: drawToken() }).ok;
  }

  /** What became of a slot, for a lane that has long not heard of it; `null` = there is no such job. */
  async slotUse(step: StepId, attempt: number): Promise<SlotUse | null> {
    const job = this.#store.load();
    return job === null ? null : slotUseOf(job, step, attempt);
  }

  /** Hands the lease of a queued attempt to a consumer. */
  async claim(request: ClaimRequest): Promise<Result<ClaimedCall, Refusal>> {
    const claimed = this.#apply({ kind: "claim", runner: "consumer", ...request });
    if (!claimed.ok) return claimed;

    return ok(claimedCallOf(claimed.value.job, request.step));
  }

  /** Claims a queued attempt for the object itself, and starts it. Does not wait for its end. */
  async run(request: ClaimRequest): Promise<Result<null, Refusal>> {
    return this.#taken({ kind: "claim", runner: "object", ...request });
  }

  /** Extends a consumer's lease. */
  async extend(step: StepId, token: AttemptToken): Promise<Result<null, Refusal>> {
    return this.#taken({ kind: "extend", step, token });
  }

  /** Takes what an attempt says on the way. */
  async progress(
    step: StepId,
    token: AttemptToken,
    batch: SideCalls,
  ): Promise<Result<null, Refusal>> {
    return this.#taken({ kind: "progress", step, token, batch });
  }

  /** Takes a consumer's word on how its attempt ended. */
  async report(step: StepId, token: AttemptToken, end: AttemptEnd): Promise<Result<null, Refusal>> {
    const whole = wholeEnd(end);
    const taken = this.#taken({ kind: "report", step, token, ...whole, jitter: Math.random() });
    const job = this.#store.load();
    if (job !== null && whole.artifacts.length > 0) {
      this.ctx.waitUntil(removeNotKept(this.env.ARTIFACTS, job, whole.artifacts));
    }
    return taken;
  }

  /** Takes what somebody outside says of an attempt; it may be told a little later than this returns. */
  async tell(token: AttemptToken, said: Said): Promise<Result<Heard, NotTaken>> {
    return this.#holders.tell(token, said);
  }

  /** Takes somebody's word from outside on how an attempt ended. */
  async complete(token: AttemptToken, outcome: Outcome): Promise<Result<Heard, NotTaken>> {
    return this.#holders.complete(token, wholeOutcome(outcome));
  }

  /** What a new job that does this one again is made of. */
  async resubmission(again: Again): Promise<Result<Submission, Refusal>> {
    const job = this.#store.load();
    return job === null ? refuse({ code: "job_not_found" }) : resubmissionOf(job, again);
  }

  /** Ends the job if it is open, and answers with it as it then is; `null` where there is none. */
  async cancel(reason: string): Promise<Snapshot | null> {
    const cancelled = this.#apply({ kind: "cancel", reason });
    return cancelled.ok ? snapshotOf(cancelled.value.job) : null;
  }

  /**
   * Takes somebody's answer to what the job asks. Where the object runs the attempt that goes on itself,
   * it answers as `submit` does: when that has ended, or at `waitUntil`.
   */
  async resume(answer: Answer, waitUntil: EpochMs): Promise<Result<Snapshot, Refusal>> {
    const command = resumeWith(answer, drawToken());
    const resumed = this.#apply(command, waitUntil > clock() ? "now" : "after_answer");
    return resumed.ok ? ok(await this.#afterAttempt(resumed.value.job, waitUntil)) : resumed;
  }

  /** An attempt is about to store something: see `onExpectArtifact`. */
  async expectArtifact(token: AttemptToken, name: string): Promise<Result<null, Refusal>> {
    return this.#holders.expectArtifact(token, name);
  }

  /** Takes something that an attempt has stored. */
  async keepArtifact(token: AttemptToken, artifact: Artifact): Promise<Result<string, Refusal>> {
    return this.#holders.keepArtifact(token, artifact);
  }

  /** What the job keeps; `null` where there is no job. */
  async artifacts(): Promise<readonly KeptArtifact[] | null> {
    const job = this.#store.load();
    return job === null ? null : currentArtifacts(job);
  }

  /** Has these told of the job, from where it stands: all, or none. */
  async attach(callbacks: readonly Callback[]): Promise<Result<null, Refusal>> {
    return this.#taken({ kind: "attach", callbacks: wholeCallbacks(callbacks) });
  }

  /** Hands out what an endpoint is to be told now; `null` = nothing, or somebody is at it. */
  async claimDelivery(endpoint: number): Promise<ClaimedDelivery | null> {
    return this.#deliveries.claim(endpoint);
  }

  /** Takes a consumer's word on how a delivery went, and hands out the next one. */
  async noteDelivery(note: DeliveryNote, wantsNext: boolean): Promise<ClaimedDelivery | null> {
    return this.#deliveries.note(note, wantsNext);
  }

  /** Tells an endpoint what it is owed, from the object itself. Does not wait for it. */
  async tellEndpoint(endpoint: number): Promise<void> {
    this.#deliveries.tell(endpoint);
  }

  /** What a seat is told with its acknowledgement, which is about to be given: see `JobDeliveries`. */
  async answerInline(channel: Seat["kind"]): Promise<JsonObject | null> {
    return this.#deliveries.answerInline(channel);
  }

  /** The ledger; `null` where there is no job. */
  async deliveries(): Promise<readonly DeliveryView[] | null> {
    return this.#deliveries.ledger();
  }

  /** Sends a delivery once more, and answers with it as it then is. */
  async resend(id: string): Promise<Result<DeliveryView, Refusal>> {
    return this.#deliveries.resend(id);
  }

  /** Time has passed. */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    await this.#alarm.fired(info);
  }

  /** Load, decide, store and arm in one turn; then perform, and tell whoever watches. */
  #apply(command: Command, turn: Turn = "now"): Decided {
    const before = this.#store.load();
    const decided = decide(before, command, clock());
    if (!decided.ok) return decided;

    const { job, effects } = decided.value;
    if (job !== before) this.#store.commit(job, clock());
    for (const effect of effects) this.#work.perform(job, effect, turn);
    this.#holders.keepOnly(job.steps.filter(isRunning).map(({ state }) => state.token));
    // The work comes first: it does not wait for a thousand watchers to be told.
    if (job !== before) this.#waiters.tell(before === null ? 0 : newestEvent(before).seq, job);
    this.ctx.waitUntil(hearOfEnd(this.env, before, job));
    return decided;
  }

  /** The job when an attempt that this object runs has ended, or at `waitUntil`. */
  async #afterAttempt(job: Job, waitUntil: EpochMs): Promise<Snapshot> {
    await this.#work.held.oneEnded(waitUntil, clock());
    return snapshotOf(this.#store.load() ?? job);
  }

  /** As `#apply`, for callers who need to know only whether the command was taken. */
  #taken(command: Command): Result<null, Refusal> {
    const decided = this.#apply(command);
    return decided.ok ? ok(null) : decided;
  }

  #wake(): Wake {
    const held = this.#work.held.tokens();
    return { kind: "wake", held, token: drawToken(), jitter: Math.random() };
  }

  /** Removes the job, then this very object: a fresh one finds nothing, and writes nothing. */
  async #erase(): Promise<void> {
    await removeJob(this.#store, this.env.ARTIFACTS);
    this.ctx.abort("The job's retention is over", { retryAlarm: false });
  }
}
