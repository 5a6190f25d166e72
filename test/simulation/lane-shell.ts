import type { LaneEntry, SlotRef, Waiting } from "../../src/core/lane/slot.ts";
import { freeSlots, type LaneView } from "../../src/core/lane/starts.ts";
import type { StateUpdates } from "../../src/core/lane/state.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { after, type EpochMs, epochMs, latest, seconds } from "../../src/lang/time.ts";
import { CallFault } from "./call-fault.ts";
import { callObject } from "./network.ts";
import { Life, type Process } from "./process.ts";
import type { Server } from "./server.ts";

const LEASE_MS = seconds(60);
const TELL_AGAIN_MS = seconds(1);
/** Starts in a row that are told within the call that freed their slot. */
const CHAIN_MAX = 8;
/** Attempts that are remembered as applied. */
const APPLIED_MAX = 100;

type Slot = SlotRef & { readonly isStateful: boolean; readonly leaseExpiresAt: EpochMs };

/** One lane as `src/edge/lane` has it, its tables as lists. All but `#chain` is on disk. */
export class LaneShell {
  readonly #server: Server;
  #life: Life;
  #limit: number | null = null;
  #isMade = false;
  #line: readonly Waiting[] = [];
  #slots: readonly Slot[] = [];
  #arrivals = 0;
  #state: JsonObject = {};
  #applied: readonly string[] = [];
  #armedAt: EpochMs | null = null;
  #alarms = 0;
  #firedAt: EpochMs = epochMs(0);
  #chain = 0;

  constructor(server: Server) {
    this.#server = server;
    this.#life = new Life(server.life);
  }

  get isIdle(): boolean {
    return this.#line.length === 0 && this.#slots.length === 0;
  }

  reset(): void {
    this.#life.end();
    this.#life = new Life(this.#server.life);
    this.#chain = 0;
    this.#firedAt = epochMs(0);
    if (this.#isMade) this.#armAsNeeded();
  }

  turn<Answer>(method: () => Answer): Answer {
    if (!this.#server.isUp) throw new CallFault("The server is down", true);
    return method();
  }

  /** @returns Whether the entry holds a slot. */
  enter(entry: LaneEntry, limit: number | null): boolean {
    this.#limit = limit;
    this.#isMade = true;
    const isIn = this.#entered(entry);
    this.#armAsNeeded();
    return isIn;
  }

  leave(ref: SlotRef, updates: StateUpdates | null): void {
    if (!this.#isMade) return;
    const isDeep = this.#chain >= CHAIN_MAX;
    const lease = isDeep ? this.#server.world.now : after(this.#server.world.now, LEASE_MS);
    const wasHeld = this.#slots.some((slot) => isSame(slot, ref));
    this.#slots = this.#slots.filter((slot) => !isSame(slot, ref));
    if (!wasHeld) this.#line = this.#line.filter((entry) => !isSame(entry, ref));
    if (wasHeld && updates !== null) this.#apply(ref, updates);
    const started = this.#startAll(lease);
    this.#armAsNeeded();
    if (!isDeep) this.#tell(started);
  }

  state(): JsonObject {
    return this.#state;
  }

  #entered(entry: LaneEntry): boolean {
    const { core, now } = this.#server.world;
    const lease = after(now, LEASE_MS);
    if (this.#slots.some((slot) => isSame(slot, entry))) return true;
    if (entry.isStateful && this.#applied.includes(nameOf(entry))) return false;
    const isInLine = this.#line.some((other) => isSame(other, entry));
    const view = isInLine ? this.#view() : core.withNewcomer(this.#view(), entry);
    if (core.startsOf(view).some((start) => isSame(start, entry))) {
      this.#begin(entry, lease);
      return true;
    }
    this.#arrivals += 1;
    if (!isInLine) this.#line = [...this.#line, { ...entry, arrival: this.#arrivals }];
    return false;
  }

  #begin(entry: LaneEntry, leaseExpiresAt: EpochMs): void {
    const { job, step, attempt, isStateful } = entry;
    this.#line = this.#line.filter((other) => !isSame(other, entry));
    this.#slots = [...this.#slots, { job, step, attempt, isStateful, leaseExpiresAt }];
  }

  #startAll(lease: EpochMs): readonly SlotRef[] {
    const starts = this.#server.world.core.startsOf(this.#view());
    for (const entry of starts) this.#begin(entry, lease);
    return starts;
  }

  #apply(ref: SlotRef, updates: StateUpdates): void {
    this.#state = this.#server.world.core.merged(this.#state, updates);
    this.#applied = [...this.#applied, nameOf(ref)].slice(-APPLIED_MAX);
  }

  #view(): LaneView {
    const leases = this.#slots.map(({ leaseExpiresAt }) => leaseExpiresAt);
    const held = {
      slots: this.#slots.length,
      hasStateful: this.#slots.some(({ isStateful }) => isStateful),
      leaseExpiresAt: leases.length === 0 ? null : epochMs(Math.min(...leases)),
    };
    const limit = this.#limit;
    const free = freeSlots({ limit, held });
    const inOrder = this.#line.toSorted((a, b) => a.since - b.since || a.arrival - b.arrival);
    const [stateful = null] = inOrder.filter(({ isStateful }) => isStateful);
    return {
      limit,
      held,
      plain: inOrder.filter(({ isStateful }) => !isStateful).slice(0, free),
      stateful: held.hasStateful || free === 0 ? null : stateful,
    };
  }

  #armAsNeeded(): void {
    const { world } = this.#server;
    const at = world.core.laneWakeAt(this.#view(), world.now);
    if (at === null) return;
    const instant = latest(at, epochMs(latest(world.now, this.#firedAt) + 1));
    const isArmed = this.#armedAt !== null && this.#armedAt > world.now - 5000;
    if (isArmed && this.#armedAt !== null && this.#armedAt <= instant) return;
    this.#armedAt = instant;
    this.schedule();
  }

  /** Has the platform see to the alarm: after a restart, to the one that it finds on disk. */
  schedule(): void {
    const { world } = this.#server;
    if (this.#armedAt === null) return;
    this.#alarms += 1;
    const number = this.#alarms;
    world.after(this.#armedAt - world.now, world.outside, () => {
      if (number === this.#alarms && this.#server.isUp) this.#fired();
    });
  }

  #fired(): void {
    const { world } = this.#server;
    this.#firedAt = this.#armedAt ?? world.now;
    this.#armedAt = null;
    this.#chain = 0;
    const lease = after(world.now, LEASE_MS);
    const expired = this.#slots.filter(({ leaseExpiresAt }) => leaseExpiresAt <= world.now);
    for (const slot of expired) this.#lease(slot, lease);
    const started = this.#startAll(lease);
    this.#armAsNeeded();
    for (const slot of expired) world.start(this.#life, this.#ask(slot));
    this.#tell(started);
  }

  #lease(ref: SlotRef, leaseExpiresAt: EpochMs): void {
    this.#slots = this.#slots.map((slot) =>
      isSame(slot, ref) ? { ...slot, leaseExpiresAt } : slot,
    );
  }

  #tell(started: readonly SlotRef[]): void {
    this.#chain += started.length;
    for (const ref of started) this.#server.world.start(this.#life, this.#tellOne(ref));
  }

  *#tellOne(ref: SlotRef): Process {
    if (yield* this.#ask(ref)) return;
    this.#lease(ref, after(this.#server.world.now, TELL_AGAIN_MS));
    this.#armAsNeeded();
  }

  /** Offers a slot to the job whose it is, and frees it where it is not wanted. */
  *#ask({ job, step, attempt }: SlotRef): Process<boolean> {
    const { world } = this.#server;
    const shell = this.#server.job(job);
    try {
      if (yield* callObject(world, shell, () => shell.grant(step, attempt))) return true;
      const use = yield* callObject(world, shell, () => shell.slotUse(step, attempt));
      if (use?.kind !== "held") this.leave({ job, step, attempt }, use?.updates ?? null);
      return true;
    } catch (cause) {
      if (!(cause instanceof CallFault)) throw cause;
      return false;
    }
  }
}

function isSame(left: SlotRef, right: SlotRef): boolean {
  return left.job === right.job && left.step === right.step && left.attempt === right.attempt;
}

function nameOf({ job, step, attempt }: SlotRef): string {
  return `${job}/${step}/${attempt}`;
}
