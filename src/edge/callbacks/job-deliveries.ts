import { readEnvironment } from "../../config/environment.ts";
import { currentArtifacts } from "../../core/artifact/artifacts-of.ts";
import {
  artifactsToInline,
  callbackBody,
  type InlineContent,
} from "../../core/callback/callback-body.ts";
import { deliveryId } from "../../core/callback/delivery-id.ts";
import { type DeliveryView, deliveryNamed, ledgerView } from "../../core/callback/delivery-view.ts";
import { type Due, dueDelivery } from "../../core/callback/due.ts";
import { newDelivery } from "../../core/callback/owed.ts";
import { failedBy, type Verdict } from "../../core/callback/verdict.ts";
import { findEndpoint } from "../../core/callback/with-endpoint.ts";
import { inlineDelivery } from "../../core/channel/on-answer-inline.ts";
import type { Seat } from "../../core/channel/seat.ts";
import { isSeat, type SeatEndpoint } from "../../core/channel/talk.ts";
import type { AnswerInline, BeginDelivery, NoteDelivery, Resend } from "../../core/job/command.ts";
import type { Decided } from "../../core/job/decision.ts";
import type { JobEvent } from "../../core/job/event.ts";
import type { Job } from "../../core/job/job.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import { statusOf } from "../../core/job/status.ts";
import { invariant } from "../../lang/invariant.ts";
import type { JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { after, type DurationMs, durationMs, type EpochMs, seconds } from "../../lang/time.ts";
import { inlineContents } from "../artifacts/artifact-store.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import type { JobStore } from "../job/job-store.ts";
import { logError } from "../log.ts";
import { apiOf, inlineIn, saidIn } from "./channel-words.ts";
import type {
  ClaimedDelivery,
  ClaimedPost,
  ClaimedSaying,
  DeliveryNote,
} from "./claimed-delivery.ts";
import { DELIVERY_MS_MAX, deliver } from "./deliver.ts";
import { hearOfDelivery } from "./endpoint-switch.ts";
import { callMsMax } from "./say.ts";
import { tellingOf } from "./telling-of.ts";

/** How long a delivery belongs to whoever claimed it: what it takes at most, and the way back. */
const WAY_BACK_MS = seconds(4);
const LEASE_MS = durationMs(DELIVERY_MS_MAX + WAY_BACK_MS);

/**
 * Deliveries that the object makes at once. It may have six calls waiting for an answer, and plugins,
 * queue and store need some of them.
 */
const AT_ONCE_MAX = 3;

/** A delivery in somebody's hands. */
type Lease = { readonly seq: number; readonly attempt: number; readonly until: EpochMs };

/** What the deliveries come back to: the job's object. */
type Back = {
  readonly store: JobStore;
  readonly apply: (command: BeginDelivery | NoteDelivery | AnswerInline | Resend) => Decided;
};

/**
 * The deliveries of one job on their way: one at a time for each endpoint. Who has one is known in memory
 * alone. That costs no row, and after a crash nothing but a delivery that comes twice.
 */
export class JobDeliveries {
  readonly #ctx: DurableObjectState;
  readonly #env: () => GatewayEnv;
  readonly #back: Back;
  /** By endpoint: who is at it, and until when. */
  readonly #leases = new Map<number, Lease>();
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
    if ((this.#leases.get(endpoint)?.until ?? 0) > clock()) return null;
    const lease = { seq: due.delivery.seq, attempt: due.delivery.attempts + 1 };
    this.#leases.set(endpoint, { ...lease, until: after(clock(), LEASE_MS) });
    try {
      const claimed = isSeat(due.endpoint)
        ? this.#claimedSaying(job, due, due.endpoint)
        : await this.#claimed(job, due);
      if ("verdict" in claimed) return this.note(claimed, true);
      this.#leases.set(endpoint, { ...lease, until: after(clock(), leaseMsOf(claimed)) });
      return claimed;
    } catch (cause) {
      logError("callback.not_made", cause, { job_id: job.id, endpoint });
      return this.note(unmade(due, failedBy("internal")), false);
    }
  }

  /** Takes how a delivery went, and hands out the next one where somebody wants it. */
  async note(note: DeliveryNote, wantsNext: boolean): Promise<ClaimedDelivery | null> {
    const jitter = Math.random();
    const news = note.news ?? {};
    const noted = this.#back.apply({ kind: "note_delivery", ...note, news, jitter });
    const lease = this.#leases.get(note.endpoint);
    const isOwn = lease?.seq === note.seq && lease.attempt === note.attempt;
    if (noted.ok || isOwn) this.#leases.delete(note.endpoint);
    // What is not taken is late or doubled: somebody else is at this endpoint, or nobody wants it said.
    if (!noted.ok && !isOwn) return null;
    return wantsNext ? this.claim(note.endpoint) : null;
  }

  /** Tells an endpoint what it is owed, in the background. */
  tell(endpoint: number): void {
    if (this.#telling.has(endpoint) || this.#telling.size >= AT_ONCE_MAX) {
      this.#waiting.add(endpoint);
      return;
    }
    this.#telling.add(endpoint);
    this.#ctx.waitUntil(this.#tellAll(endpoint).finally(() => this.#told(endpoint)));
  }

  /**
   * What a seat of a channel is told with its acknowledgement; `null` = only that an answer comes. Asked
   * again it is the same: an acknowledgement that got lost is given once more.
   */
  answerInline(channel: Seat["kind"]): JsonObject | null {
    const job = this.#back.store.load();
    const endpoint = job?.endpoints.findLast(({ seat }) => seat?.kind === channel);
    if (job === null || endpoint === undefined || !isSeat(endpoint)) return null;
    const { seat, talk, number } = endpoint;
    if (talk.heldUntil === null && talk.inlineSeq === null) return null;
    const seq = talk.inlineSeq ?? inlineDelivery(endpoint)?.seq ?? null;
    const data = seq === null ? null : this.#inlineData(job, seat, seq);
    const fits = data === null ? null : seq;
    const answered = this.#back.apply({ kind: "answer_inline", endpoint: number, fits });
    invariant(answered.ok, "Cannot refuse an acknowledgement to a seat");
    const answeredEndpoint = findEndpoint(answered.value.job, number);
    return seq !== null && answeredEndpoint?.talk?.inlineSeq === seq ? data : null;
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
        const note = await this.#deliver(told);
        claimed = await this.note(note, true);
        if (told.kind !== "saying") await hearOfDelivery(this.#env(), told, note.verdict);
      }
    } catch (cause) {
      // It is owed still: the alarm sends another message.
      logError("callback.not_delivered", cause, { job_id: this.#ctx.id.toString(), endpoint });
    }
  }

  /** As long as a delivery is on its way from here, this object stays awake. */
  async #deliver(claimed: ClaimedDelivery): Promise<DeliveryNote> {
    const { awake } = this.#back.store;
    const release = awake.keep(clock(), after(clock(), leaseMsOf(claimed)));
    try {
      return await deliver(claimed, this.#env());
    } finally {
      release(clock());
    }
  }

  /** Whoever had to wait is next; the same endpoint too, where something was owed to it meanwhile. */
  #told(endpoint: number): void {
    this.#telling.delete(endpoint);
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.tell(next);
  }

  /** What is to be said next; or how it went, where there is nothing to do for it. */
  #claimedSaying(job: Job, due: Due, { seat, talk }: SeatEndpoint): ClaimedSaying | DeliveryNote {
    const { endpoint, delivery } = due;
    const { seq, attempts, begunAttempt } = delivery;
    const telling = tellingOf(job, this.#event(job, seq), delivery);
    const api = apiOf(seat, readEnvironment(this.#env()));
    const saying = { telling, seat, memory: talk.memory, api, now: clock() };
    const said = saidIn(saying);
    if (said.kind === "nothing") return unmade(due, { kind: "delivered" });
    if (said.kind === "too_late") return unmade(due, failedBy("expired"));

    const { isRepeatable, begins } = said.call;
    const about = { endpoint: endpoint.number, seq, attempt: attempts + 1 };
    const isMarked = begunAttempt !== null || Object.keys(begins).length > 0;
    if (!isRepeatable || isMarked) {
      const isOnce = !isRepeatable;
      const begun = this.#back.apply({ kind: "begin_delivery", ...about, isOnce, news: begins });
      invariant(begun.ok, "Cannot begin a delivery that is due");
    }
    const kept = currentArtifacts(job).map(({ name, key }) => [name, key]);
    const artifacts = Object.fromEntries(kept);
    const { id, origin } = job;
    return { kind: "saying", job: id, origin, ...about, saying, call: said.call, artifacts };
  }

  #inlineData(job: Job, seat: Seat, seq: number): JsonObject | null {
    const event = this.#event(job, seq);
    return inlineIn(tellingOf(job, event, newDelivery(event, null)), seat);
  }

  #event(job: Job, seq: number): JobEvent {
    const [event] = this.#back.store.eventsAfter(job, seq - 1, 1);
    invariant(event?.seq === seq, `Cannot tell of event ${seq}: the log does not have it`);
    return event;
  }

  async #claimed(job: Job, due: Due): Promise<ClaimedPost> {
    const { endpoint, delivery } = due;
    const { seq, attempts, isResent } = delivery;
    const event = this.#event(job, seq);
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

/** A seat with files to take needs longer. */
function leaseMsOf(claimed: ClaimedDelivery): DurationMs {
  return claimed.kind === "saying" ? durationMs(callMsMax(claimed.call) + WAY_BACK_MS) : LEASE_MS;
}

/** An attempt without a call: it counts, so that no job is kept for ever by what cannot be made. */
function unmade({ endpoint, delivery: { seq, attempts } }: Due, verdict: Verdict): DeliveryNote {
  const error = verdict.kind === "failed" ? verdict.error : null;
  const last = { at: clock(), durationMs: durationMs(0), status: null, error, response: null };
  const { number } = endpoint;
  return { endpoint: number, seq, attempt: attempts + 1, verdict, last, news: {} };
}
