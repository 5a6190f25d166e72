import { RpcTarget } from "cloudflare:workers";
import { readArtifactAbout } from "../../core/artifact/artifact.ts";
import { WHY_NOT_KEPT } from "../../core/artifact/on-keep-artifact.ts";
import type { SideCalls } from "../../core/job/side-calls.ts";
import type { PluginRequest } from "../../core/plugin/request.ts";
import { isJsonObject } from "../../lang/json.ts";
import {
  type ArtifactPlace,
  type KeptOutcome,
  keepStream,
  storeOutcome,
} from "../artifacts/keep-artifact.ts";
import { type CallLimits, callPlugin, type Invoke } from "../plugin/plugin-call.ts";
import { type SendBatch, SideCallBuffer, SideCallFault } from "./side-call-buffer.ts";

/**
 * The job, in the hands of a plugin while it works on an attempt (plugin protocol, section Transports):
 * the second argument of `invoke`. Each call resolves when it is taken, which may be before others see it.
 */
class JobCapability extends RpcTarget {
  readonly #calls: SideCallBuffer;
  readonly #place: ArtifactPlace;
  readonly #over: Promise<void>;

  /** @param over Resolves when nobody wants the attempt any more, or it has ended. */
  constructor(calls: SideCallBuffer, place: ArtifactPlace, over: Promise<void>) {
    super();
    this.#calls = calls;
    this.#place = place;
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

  /**
   * Keeps bytes with the job, as they come.
   *
   * @param bytes A stream, or a string or bytes.
   * @param about `{ content_type? }`.
   */
  async artifact(name: unknown, bytes: unknown, about: unknown): Promise<void> {
    const type = isJsonObject(about) ? about["content_type"] : undefined;
    const read = readArtifactAbout(name, type);
    if (!read.ok) {
      throw new SideCallFault("invalid_side_call", `Cannot keep the artifact. ${read.reason}`);
    }
    const kept = await keepStream(this.#place, read.value, streamOf(bytes));
    if (!kept.ok) throw new SideCallFault(kept.reason.code, WHY[kept.reason.code] ?? GONE);
  }
}

const GONE = "This attempt is over: stop working on it";

const WHY: { readonly [code: string]: string } = WHY_NOT_KEPT;

function streamOf(bytes: unknown): ReadableStream<Uint8Array> {
  if (bytes instanceof ReadableStream) return bytes;
  if (typeof bytes !== "string" && !(bytes instanceof Uint8Array)) {
    const message = "Cannot keep an artifact: give a stream, a string or bytes";
    throw new SideCallFault("invalid_side_call", message);
  }
  return new Response(bytes).body ?? new ReadableStream();
}

/** How an attempt ended, with what came with its answer, and what it said on the way that has not arrived yet. */
export type AttemptEnd = KeptOutcome & { readonly batches: readonly SideCalls[] };

/** Calls a plugin for one attempt and passes on what it says on the way. */
export async function runAttempt(
  invoke: Invoke,
  request: PluginRequest,
  {
    limits,
    send,
    place,
  }: { readonly limits: CallLimits; readonly send: SendBatch; readonly place: ArtifactPlace },
): Promise<AttemptEnd> {
  const calls = new SideCallBuffer(send);
  const over = Promise.withResolvers<void>();
  limits.stale?.addEventListener("abort", () => over.resolve(), { once: true });
  const job = new JobCapability(calls, place, over.promise);
  try {
    const outcome = await callPlugin(invoke, request, { ...limits, job });
    return { ...(await storeOutcome(place, outcome)), batches: await calls.end() };
  } finally {
    over.resolve();
  }
}
