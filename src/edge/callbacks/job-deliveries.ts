import {
  artifactsToInline,
  callbackBody,
  type InlineContent,
} from "../../core/callback/callback-body.ts";
import { deliveryId } from "../../core/callback/delivery-id.ts";
import { type DeliveryView, deliveryNamed, ledgerView } from "../../core/callback/delivery-view.ts";
import { type Due, dueDelivery } from "../../core/callback/due.ts";
import { failedBy } from "../../core/callback/verdict.ts";
import type { NoteDelivery, Resend } from "../../core/job/command.ts";
import type { Decided } from "../../core/job/decision.ts";
import type { Job } from "../../core/job/job.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import { statusOf } from "../../core/job/status.ts";
import { invariant } from "../../lang/invariant.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { after, durationMs, type EpochMs, seconds } from "../../lang/time.ts";
import { inlineContents } from "../artifacts/artifact-store.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import type { JobStore } from "../job/job-store.ts";
import { logError } from "../log.ts";
import type { ClaimedDelivery, DeliveryNote } from "./claimed-delivery.ts";
import { DELIVERY_MS_MAX, deliver } from "./deliver.ts";
import { hearOfDelivery } from "./endpoint-switch.ts";

/** How long a delivery belongs to whoever claimed it: what it takes at most, and the way back. */
const LEASE_MS = durationMs(DELIVERY_MS_MAX + seconds(4));

/**
 * Deliveries that the object makes at once. It may have six calls waiting for an answer, and plugins,
 * queue and store need some of them.
 */
const AT_ONCE_MAX = 3;

/** What the deliveries come back to: the job's object. */
type Back = {
  readonly store: JobStore;
  readonly apply: (command: NoteDelivery | Resend) => Decided;
};

/**
 * The deliveries of one job on their way: one at a time for each endpoint. Who has one is known in memory
 * alone. That costs no row, and after a crash nothing but a delivery that comes twice.
 */
export class JobDeliveries {
  readonly #ctx: DurableObjectState;
  readonly #env: () => GatewayEnv;
  readonly #back: Back;
  /** By endpoint: until when somebody is at it. */
  readonly #leases = new Map<number, EpochMs>();
  /** Endpoints that the object tells itself at present, and those that wait until it can. */
  readonly #telling = new Set<number>();
  readonly #waiting = new Set<number>();

  constructor(ctx: DurableObjectState, env: () => GatewayEnv, back: Back) {
    this.#ctx = ctx;
    this.#env = env;
    this.#back = back;
  }

  /** Hands out what an endpoint is to be told now; `null` = nothing, or somebody is at it. */
  async claim(endpoint: number): Promise<ClaimedDelivery | null> {
    const job = this.#back.store.load();
    const due = job === null ? null : dueDelivery(job, endpoint, clock());
    if (job === null || due === null) return null;
    if ((this.#leases.get(endpoint) ?? 0) > clock()) return null;
    this.#leases.set(endpoint, after(clock(), LEASE_MS));
    try {
      const claimed = await this.#claimed(job, due);
      this.#leases.set(endpoint, after(clock(), LEASE_MS));
      return claimed;
    } catch (cause) {
      logError("callback.not_made", cause, { job_id: job.id, endpoint });
      return this.note(unmade(due), false);
    }
  }

  /** Takes how a delivery went, and hands out the next one where somebody wants it. */
  async note(note: DeliveryNote, wantsNext: boolean): Promise<ClaimedDelivery | null> {
    const jitter = Math.random();
    const noted = this.#back.apply({ kind: "note_delivery", ...note, jitter });
    // What is not taken is late or doubled: somebody else is at this endpoint.
    if (!noted.ok) return null;
    this.#leases.delete(note.endpoint);
    return wantsNext ? this.claim(note.endpoint) : null;
  }

  /** Tells an endpoint what it is owed, in the background. */
  tell(endpoint: number): void {
    if (this.#telling.has(endpoint)) return;
    if (this.#telling.size >= AT_ONCE_MAX) {
      this.#waiting.add(endpoint);
      return;
    }
    this.#telling.add(endpoint);
    this.#ctx.waitUntil(this.#tellAll(endpoint).finally(() => this.#told(endpoint)));
  }

  /** Every delivery of the job; `null` where there is none. */
  ledger(): readonly DeliveryView[] | null {
    const { store } = this.#back;
    const job = store.load();
    return job === null ? null : ledgerView(job, store.ledger(job));
  }

  /** Sends a delivery once more, and answers with it as it then is. */
  resend(id: string): Result<DeliveryView, Refusal> {
    const { store, apply } = this.#back;
    const job = store.load();
    if (job === null) return refuse({ code: "job_not_found" });
    const delivery = deliveryNamed(job, store.ledger(job), id);
    if (delivery === null) return refuse({ code: "delivery_not_found", status: statusOf(job) });
    const resent = apply({ kind: "resend", delivery });
    if (!resent.ok) return resent;
    const row = this.ledger()?.find(({ delivery_id }) => delivery_id === id);
    invariant(row !== undefined, "Cannot find the delivery that is sent again");
    return ok(row);
  }

  async #tellAll(endpoint: number): Promise<void> {
    try {
      let claimed = await this.claim(endpoint);
      while (claimed !== null) {
        const told = claimed;
        const note = await deliver(told, this.#env());
        claimed = await this.note(note, true);
        await hearOfDelivery(this.#env(), told, note.verdict);
      }
    } catch (cause) {
      // It is owed still: the alarm sends another message.
      logError("callback.not_delivered", cause, { job_id: this.#ctx.id.toString(), endpoint });
    }
  }

  #told(endpoint: number): void {
    this.#telling.delete(endpoint);
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.tell(next);
  }

  async #claimed(job: Job, due: Due): Promise<ClaimedDelivery> {
    const { endpoint, delivery } = due;
    const { seq, attempts, isResent } = delivery;
    const [event] = this.#back.store.eventsAfter(job, seq - 1, 1);
    invariant(event?.seq === seq, `Cannot tell of event ${seq}: the log does not have it`);
    const telling = { job, event, due };
    const contents = await this.#contents(telling);
    return {
      id: deliveryId(job, endpoint.number, seq),
      job: job.id,
      origin: job.origin,
      endpoint: endpoint.number,
      seq,
      attempt: attempts + 1,
      url: endpoint.url,
      secret: endpoint.secret,
      traceparent: job.traceparent,
      body: JSON.stringify(callbackBody(telling, contents)),
      isResent,
    };
  }

  async #contents(
    telling: Parameters<typeof artifactsToInline>[0],
  ): Promise<ReadonlyMap<string, InlineContent>> {
    const inline = artifactsToInline(telling);
    return inline.length === 0 ? new Map() : inlineContents(this.#env().ARTIFACTS, inline);
  }
}

/** An attempt that came to nothing here: it counts, so that no job is kept for ever by what cannot be made. */
function unmade({ endpoint: { number }, delivery: { seq, attempts } }: Due): DeliveryNote {
  const verdict = failedBy("internal");
  const { error } = verdict;
  const last = { at: clock(), durationMs: durationMs(0), status: null, error, response: null };
  return { endpoint: number, seq, attempt: attempts + 1, verdict, last };
}
