import type { Refusal } from "../../core/job/refusal.ts";
import type { SideCalls } from "../../core/job/side-calls.ts";
import type { AttemptToken } from "../../core/job/step.ts";
import type { RunningStep } from "../../core/job/with-step.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import type { StateRefusal } from "./attempt-invoke.ts";
import { type SendBatch, SideCallBuffer, SideCallFault } from "./side-call-buffer.ts";

/** What somebody outside says of an attempt, checked. */
export type Said = Pick<SideCalls, "progress" | "text">;

/** Why it was not taken. */
export type NotTaken =
  | Refusal
  | { readonly code: "output_too_long" }
  | { readonly code: StateRefusal };

/**
 * Side calls that come over HTTP, with the attempt's token, gathered as those over a binding are. All
 * that is lost with the object is what came in the last tenth of a second.
 */
export class OutsideCalls {
  readonly #buffers = new Map<AttemptToken, SideCallBuffer>();

  /** @param send Gives a batch to the job. */
  take({ state }: RunningStep, said: Said, send: SendBatch): Result<null, NotTaken> {
    const { token } = state;
    const buffer =
      this.#buffers.get(token) ?? new SideCallBuffer(send, "outside", state.outsideBatch);
    this.#buffers.set(token, buffer);
    try {
      if (said.progress !== null) buffer.progress(said.progress);
      if (said.text !== "") buffer.output(said.text);
      return ok(null);
    } catch (cause) {
      if (!(cause instanceof SideCallFault) || cause.code !== "output_too_long") throw cause;
      return refuse({ code: cause.code });
    }
  }

  /** Takes no more of an attempt's. Resolves with what has not arrived: it belongs to the report. */
  async end(token: AttemptToken): Promise<readonly SideCalls[]> {
    const buffer = this.#buffers.get(token);
    this.#buffers.delete(token);
    return (await buffer?.end()) ?? [];
  }

  /** Forgets every attempt but those that run: nobody will complete the others. */
  keepOnly(running: readonly AttemptToken[]): void {
    for (const token of this.#buffers.keys()) {
      if (!running.includes(token)) void this.end(token);
    }
  }
}
