import { RpcTarget } from "cloudflare:workers";
import type { SideCalls } from "../core/job/side-calls.ts";
import type { Outcome } from "../core/plugin/outcome.ts";
import type { PluginRequest } from "../core/plugin/request.ts";
import { type CallLimits, callPlugin, type Invoke } from "./plugin-call.ts";
import { type SendBatch, SideCallBuffer } from "./side-call-buffer.ts";

/**
 * The job, in the hands of a plugin while it works on an attempt (plugin protocol, section Transports):
 * the second argument of `invoke`. Each call resolves when it is taken, which may be before others see it.
 */
class JobCapability extends RpcTarget {
  readonly #calls: SideCallBuffer;
  readonly #over: Promise<void>;

  /** @param over Resolves when nobody wants the attempt any more, or it has ended. */
  constructor(calls: SideCallBuffer, over: Promise<void>) {
    super();
    this.#calls = calls;
    this.#over = over;
  }

  /** Comes back when the attempt is not wanted any more: it was cancelled, or its lease was lost. */
  async gone(): Promise<void> {
    await this.#over;
  }

  /** @param value `{ percent?: 0 to 100, message? }`. */
  async progress(value: unknown): Promise<void> {
    this.#calls.progress(value);
  }

  /** @param text A piece of partial text: readers put the pieces together. */
  async output(text: unknown): Promise<void> {
    this.#calls.output(text);
  }

  async artifact(): Promise<never> {
    throw new Error("This version of Holdline has no artifacts yet");
  }
}

/** How an attempt ended, and what it said on the way that has not arrived yet. */
export type AttemptEnd = { readonly outcome: Outcome; readonly batches: readonly SideCalls[] };

/** Calls a plugin for one attempt and passes on what it says on the way. */
export async function runAttempt(
  invoke: Invoke,
  request: PluginRequest,
  { limits, send }: { readonly limits: CallLimits; readonly send: SendBatch },
): Promise<AttemptEnd> {
  const calls = new SideCallBuffer(send);
  const over = Promise.withResolvers<void>();
  limits.stale?.addEventListener("abort", () => over.resolve(), { once: true });
  const job = new JobCapability(calls, over.promise);
  try {
    const outcome = await callPlugin(invoke, request, { ...limits, job });
    return { outcome, batches: await calls.end() };
  } finally {
    over.resolve();
  }
}
