import { failedBy, type Verdict } from "../../src/core/callback/verdict.ts";
import type { NoteDelivery } from "../../src/core/job/command.ts";
import type { JobId } from "../../src/core/job/job.ts";
import { between } from "../../src/lang/time.ts";
import type { Process } from "./process.ts";
import type { World } from "./world.ts";

/** A delivery in the hands of whoever makes it. */
export type ClaimedPost = {
  readonly id: string;
  readonly job: JobId;
  readonly endpoint: number;
  readonly seq: number;
  readonly attempt: number;
  readonly url: string;
  readonly body: string;
  /** It was asked for once more, by hand. */
  readonly isResent: boolean;
};

export type DeliveryNote = Omit<NoteDelivery, "kind" | "jitter" | "news">;

/** As `src/edge/callbacks/deliver.ts` has it. */
const DELIVERY_MS_MAX = 10_000;

type Answered = { readonly status: number | null; readonly verdict: Verdict };

/** Whoever is told of jobs. They note what arrives before they answer. */
export class Receivers {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes a delivery once, and comes back with how it went. */
  *deliver(claimed: ClaimedPost): Process<DeliveryNote> {
    const world = this.#world;
    const startedAt = world.now;
    yield* world.sleep(20);
    const { status, verdict } = yield* this.#post(claimed);
    const { endpoint, seq, attempt } = claimed;
    const durationMs = between(startedAt, world.now);
    const error = errorOf(verdict);
    const last = { at: startedAt, durationMs, status, error, response: null };
    return { endpoint, seq, attempt, verdict, last };
  }

  *#post(claimed: ClaimedPost): Process<Answered> {
    const world = this.#world;
    switch (world.tape.fault("post")) {
      case "receiver unreachable":
        return { status: null, verdict: failedBy("unreachable") };
      case "receiver hangs":
        this.#arrived(claimed, null);
        yield* world.sleep(DELIVERY_MS_MAX);
        return { status: null, verdict: failedBy("timeout") };
      case "receiver's answer lost":
        this.#arrived(claimed, 200);
        return { status: null, verdict: failedBy("unreachable") };
      case "receiver answers 500":
        return this.#answered(claimed, 500, null);
      case "receiver answers 429":
        return this.#answered(claimed, 429, String(1 + 40 * world.tape.below(100)));
      case "receiver answers 410":
        return this.#answered(claimed, 410, null);
      case null:
        yield* world.sleep(world.tape.of(20, 1000, 9000));
        return this.#answered(claimed, 200, null);
    }
  }

  #answered(claimed: ClaimedPost, status: number, retryAfter: string | null): Answered {
    this.#arrived(claimed, status);
    const { core, now } = this.#world;
    return { status, verdict: core.verdictOf({ status, retryAfter }, now) };
  }

  #arrived({ job, url, id, seq, body, isResent }: ClaimedPost, status: number | null): void {
    const arrival = { job, url, id, seq, body, isResent, status };
    this.#world.history.note(this.#world.now, { kind: "callback arrived", ...arrival });
  }
}

function errorOf(verdict: Verdict): DeliveryNote["last"]["error"] {
  if (verdict.kind === "failed") return verdict.error;
  return verdict.kind === "gone" ? "gone" : null;
}
