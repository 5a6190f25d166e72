import { callbackBody } from "../../src/core/callback/callback-body.ts";
import type { Due } from "../../src/core/callback/due.ts";
import type { JobEvent } from "../../src/core/job/event.ts";
import type { Job } from "../../src/core/job/job.ts";
import { after, type EpochMs, seconds } from "../../src/lang/time.ts";
import { CallFault } from "./call-fault.ts";
import type { JobShell } from "./job-shell.ts";
import type { Life, Process } from "./process.ts";
import type { ClaimedPost, DeliveryNote } from "./receivers.ts";
import type { Server } from "./server.ts";

/** What a delivery takes at most, and the way back. */
const LEASE_MS = seconds(14);
/** Deliveries that the object makes at once. */
const AT_ONCE_MAX = 3;

type Lease = { readonly seq: number; readonly attempt: number; readonly until: EpochMs };

/** The deliveries of one job on their way, as `src/edge/callbacks/job-deliveries.ts` has them: in memory alone. */
export class JobDeliveries {
  readonly #server: Server;
  readonly #shell: JobShell;
  readonly #life: Life;
  readonly #leases = new Map<number, Lease>();
  readonly #telling = new Set<number>();
  readonly #waiting = new Set<number>();

  constructor(server: Server, shell: JobShell, life: Life) {
    this.#server = server;
    this.#shell = shell;
    this.#life = life;
  }

  /** Hands out what an endpoint is to be told now; `null` = nothing, or somebody is at it. */
  claim(endpoint: number): ClaimedPost | null {
    const { world } = this.#server;
    const { job } = this.#shell.disk;
    const due = job === null ? null : world.core.dueDelivery(job, endpoint, world.now);
    if (job === null || due === null) return null;
    if ((this.#leases.get(endpoint)?.until ?? 0) > world.now) return null;
    const { seq, attempts } = due.delivery;
    const until = after(world.now, LEASE_MS);
    this.#leases.set(endpoint, { seq, attempt: attempts + 1, until });
    return this.#claimed(job, due);
  }

  /** Takes how a delivery went, and hands out the next one where somebody wants it. */
  note(note: DeliveryNote, wantsNext: boolean): ClaimedPost | null {
    const jitter = this.#server.world.tape.jitter();
    const noted = this.#shell.apply({ kind: "note_delivery", ...note, news: {}, jitter });
    const lease = this.#leases.get(note.endpoint);
    const isOwn = lease?.seq === note.seq && lease.attempt === note.attempt;
    if (noted.ok || isOwn) this.#leases.delete(note.endpoint);
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
    const told = () => this.#told(endpoint);
    this.#server.world.start(this.#life, this.#tellAll(endpoint), { done: told, failed: told });
  }

  *#tellAll(endpoint: number): Process {
    try {
      let claimed = this.claim(endpoint);
      while (claimed !== null) {
        const note = yield* this.#server.receivers.deliver(claimed);
        claimed = this.note(note, true);
      }
    } catch (cause) {
      // It is owed still: the alarm sends another message.
      if (!(cause instanceof CallFault)) throw cause;
    }
  }

  #told(endpoint: number): void {
    this.#telling.delete(endpoint);
    const [next] = this.#waiting;
    if (next === undefined) return;
    this.#waiting.delete(next);
    this.tell(next);
  }

  #claimed(job: Job, due: Due): ClaimedPost {
    const { endpoint, delivery } = due;
    const { seq, attempts, isResent } = delivery;
    const body = callbackBody({ job, event: this.#event(seq), due }, new Map());
    return {
      id: this.#server.world.core.deliveryIdOf(job, endpoint.number, seq),
      job: job.id,
      endpoint: endpoint.number,
      seq,
      attempt: attempts + 1,
      url: endpoint.url,
      body: JSON.stringify(body),
      isResent,
    };
  }

  #event(seq: number): JobEvent {
    const event = this.#shell.disk.events.find((each) => each.seq === seq);
    if (event === undefined) throw new Error(`Cannot tell of event ${seq}: the log has it not`);
    return event;
  }
}
