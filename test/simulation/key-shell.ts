import type { DedupeClaim, DedupeRecord, SeenJob } from "../../src/core/key/dedupe.ts";
import type { IdempotencyClaim, IdempotencyRecord } from "../../src/core/key/idempotency.ts";
import { epochMs } from "../../src/lang/time.ts";
import { CallFault } from "./call-fault.ts";
import { callObject } from "./network.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";

/** The object of one key, as `src/edge/key/key-object.ts` has it: it keeps nothing in memory. */
export class KeyShell {
  readonly #server: Server;
  #idempotency: IdempotencyRecord | null = null;
  #dedupe: DedupeRecord | null = null;

  constructor(server: Server) {
    this.#server = server;
  }

  reset(): void {
    // All there is, is on disk.
  }

  turn<Answer>(method: () => Answer): Answer {
    if (!this.#server.isUp) throw new CallFault("The server is down", true);
    return method();
  }

  claimIdempotency(claim: IdempotencyClaim): IdempotencyRecord {
    const { core, now } = this.#server.world;
    const claimed = core.claimIdempotency(this.#idempotency, claim, now);
    if (!claimed.ok) throw new Error("All requests with one key are the same");
    this.#idempotency = claimed.value;
    return claimed.value;
  }

  /** Looks at the job that has the key, which lets others in: whoever finds it changed looks again. */
  *claimDedupe(claim: DedupeClaim): Process<DedupeRecord> {
    const { world } = this.#server;
    for (;;) {
      const before = this.#dedupe;
      const seen = before === null ? null : yield* this.#look(before);
      if (before?.jobId !== this.#dedupe?.jobId || before?.claimedAt !== this.#dedupe?.claimedAt) {
        continue;
      }
      const known = before === null ? null : { record: before, seen };
      this.#dedupe = world.core.claimDedupe(known, claim, world.now);
      return this.#dedupe;
    }
  }

  *#look({ jobId }: DedupeRecord): Process<SeenJob> {
    const { world } = this.#server;
    const shell = this.#server.job(jobId);
    const snapshot = yield* callObject(world, shell, () => shell.snapshot());
    if (snapshot === null) return null;
    const { status, finished_at: finishedAt } = snapshot;
    return { status, finishedAt: finishedAt === null ? null : epochMs(Date.parse(finishedAt)) };
  }
}
