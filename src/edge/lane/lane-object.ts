import { DurableObject } from "cloudflare:workers";
import type { LaneEntry, SlotRef } from "../../core/lane/slot.ts";
import type { StateUpdates } from "../../core/lane/state.ts";
import { retryDelayMs } from "../../core/retry/retry.ts";
import type { JsonObject } from "../../lang/json.ts";
import { messageOf } from "../../lang/message-of.ts";
import { after, type DurationMs, epochMs, seconds } from "../../lang/time.ts";
import { ALARM_RETRY } from "../alarm-retry.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { findJob } from "../job/job-client.ts";
import { logError, logWarning } from "../log.ts";
import type { LaneMethods } from "./lane-methods.ts";
import { LaneStore, type Turn } from "./lane-store.ts";

/**
 * How long a slot is held before its job is asked. What got lost costs a slot this long at most, and
 * that is rare; each attempt that runs longer pays one question and two rows for it every time, and
 * most run shorter and pay nothing.
 */
const LEASE_MS: DurationMs = seconds(60);

/** After a start that could not be told: soon, because its slot stands empty. From then on once a lease. */
const TELL_AGAIN_MS: DurationMs = seconds(1);

/**
 * Starts in a row that are told within the call that freed their slot. Each is a call deeper than the
 * one before (lane, job, lane, job …), and the platform ends a chain of 32; an alarm begins a new one.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/bindings/service-bindings/
 */
const CHAIN_MAX = 8;

/**
 * The lane of one plugin: its slots, who waits for one, and its state document. Who starts is decided
 * by the core and stored with what made the room; then the job is told. Each method may come twice.
 */
export class LaneObject extends DurableObject<GatewayEnv> implements LaneMethods {
  readonly #store: LaneStore;
  /** Starts told since the last alarm. If it is forgotten with the object, so is the chain of calls. */
  #chain = 0;

  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(ctx, env);
    this.#store = new LaneStore(ctx.storage);
    void ctx.blockConcurrencyWhile(() => this.#recover());
  }

  /**
   * Takes an attempt that wants a slot. While it waits, `grant` is called on its job when it is due.
   *
   * @param concurrency Slots of the lane from now on, from 1; `null` = any number.
   */
  async enter(entry: LaneEntry, concurrency: number | null): Promise<"granted" | "waiting"> {
    return this.#store.enter(entry, concurrency, turn()) ? "granted" : "waiting";
  }

  /** Takes back a slot, and what its attempt changes in the state; or a place in the line. */
  async leave(ref: SlotRef, updates: StateUpdates | null): Promise<void> {
    this.#leave(ref, updates);
  }

  /** The plugin's state document. */
  async state(): Promise<JsonObject> {
    return this.#store.state();
  }

  /**
   * Leases have run out, or somebody could start. A pass waits for no job, and never throws where it
   * can help it: the platform gives up on an alarm that throws seven times.
   */
  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    this.#store.alarmFired(epochMs(info?.scheduledTime ?? clock()));
    this.#chain = 0;
    try {
      const { expired, started } = this.#store.pass(turn());
      for (const ref of expired) this.ctx.waitUntil(this.#ask(ref));
      this.#tell(started);
    } catch (cause) {
      const failures = this.#store.alarmFailures + 1;
      logError("lane.alarm_failed", cause, { plugin: this.ctx.id.name, failures });
      const restMs = retryDelayMs(ALARM_RETRY, failures, Math.random());
      // If even this cannot be written it throws, and the platform's own retries are the last resort.
      this.#store.postpone(failures, after(clock(), restMs), clock());
    }
  }

  /** An alarm that got lost is set again. */
  async #recover(): Promise<void> {
    try {
      await this.#store.recover(clock());
    } catch (cause) {
      // Thrown here, it would reset the object under every caller; the next change arms it anyway.
      logError("lane.recovery_failed", cause, { plugin: this.ctx.id.name });
    }
  }

  #leave(ref: SlotRef, updates: StateUpdates | null): void {
    const isDeep = this.#chain >= CHAIN_MAX;
    // Where the chain is too long, those who start have a lease that is over: the alarm comes at once.
    const started = this.#store.leave(ref, updates, isDeep ? overTurn() : turn());
    if (!isDeep) this.#tell(started);
  }

  #tell(started: readonly SlotRef[]): void {
    this.#chain += started.length;
    for (const ref of started) this.ctx.waitUntil(this.#tellOne(ref));
  }

  /** Tells a job that its turn has come. */
  async #tellOne(ref: SlotRef): Promise<void> {
    if (await this.#ask(ref)) return;
    try {
      this.#store.askAt(ref, after(clock(), TELL_AGAIN_MS), clock());
    } catch (cause) {
      logError("lane.tell_failed", cause, { plugin: this.ctx.id.name, job_id: ref.job });
    }
  }

  /**
   * Offers a slot to the job whose it is, and frees it where it is not wanted. A job that has it
   * already says so, and thereby one question cures a lost grant and a lost leave alike.
   *
   * @returns Whether the job answered. If not, the slot is asked about again when its lease is over.
   */
  async #ask(ref: SlotRef): Promise<boolean> {
    const { job, step, attempt } = ref;
    try {
      const handle = findJob(this.env, job);
      if (handle !== null && (await handle.call((object) => object.grant(step, attempt)))) {
        return true;
      }
      // Not wanted, or no more: while the grant was on its way, the attempt may have had its slot by an
      // `enter` and come to its end. Only the job knows what that end changes in the state.
      const use = (await handle?.call((object) => object.slotUse(step, attempt))) ?? null;
      if (use?.kind !== "held") this.#leave(ref, use?.updates ?? null);
      return true;
    } catch (cause) {
      const message = messageOf(cause);
      logWarning("lane.ask_failed", { plugin: this.ctx.id.name, job_id: job, attempt, message });
      return false;
    }
  }
}

function turn(): Turn {
  const now = clock();
  return { now, leaseExpiresAt: after(now, LEASE_MS) };
}

function overTurn(): Turn {
  const now = clock();
  return { now, leaseExpiresAt: now };
}
