import { failureOf, type Outcome } from "../core/plugin/outcome.ts";
import type { PluginRequest } from "../core/plugin/request.ts";
import { RESPONSE_BYTES_MAX, readResponse } from "../core/plugin/response.ts";
import { utf8Prefix } from "../lang/text.ts";
import type { DurationMs, EpochMs } from "../lang/time.ts";

/** A plugin Worker as the gateway sees it: the entrypoint `Plugin` behind a service binding. */
export type PluginBinding = {
  manifest(): Promise<unknown>;
  invoke(request: PluginRequest, job?: object): Promise<unknown>;
};

export type CallLimits = {
  /** How long the attempt may run in all: for the message. */
  readonly timeoutMs: DurationMs;
  readonly deadlineAt: EpochMs;
  /** After the deadline an answer still counts for this long. */
  readonly graceMs: DurationMs;
  /** Aborts when the attempt is no longer ours: its lease was lost, or the job is over. */
  readonly stale?: AbortSignal;
};

type CallOptions = CallLimits & {
  /** What the plugin may do to its job on the way; none for a command without a job. */
  readonly job?: object;
};

/** A plugin's first line says what broke; its further lines may be a stack, which is nobody's business. */
const THROWN_BYTES_MAX = 1000;

/**
 * Calls a plugin for one attempt. Whatever happens, it comes back with an outcome, in time.
 *
 * The platform cannot take a call back, so a plugin is told its deadline and stops by itself (the SDK
 * sees to it). One that does not is left behind: its answer reaches nobody.
 */
export async function callPlugin(
  plugin: PluginBinding | undefined,
  request: PluginRequest,
  { timeoutMs, deadlineAt, graceMs, stale, job }: CallOptions,
): Promise<Outcome> {
  if (plugin === undefined) {
    return failureOf("transport", "The plugin is not bound to the gateway at present");
  }

  const given = Promise.withResolvers<Outcome>();
  const giveUpMs = Math.max(0, deadlineAt + graceMs - Date.now());
  const timer = setTimeout(() => given.resolve(timeoutOf(timeoutMs)), giveUpMs);
  const onStale = () => given.resolve(failureOf("lease_lost", "The attempt is no longer wanted"));
  stale?.addEventListener("abort", onStale, { once: true });
  try {
    const outcome = await Promise.race([answerOf(plugin, request, job), given.promise]);
    const isLate = Date.now() >= deadlineAt && !stale?.aborted;
    return isLate && mayComeOfDeadline(outcome) ? timeoutOf(timeoutMs) : outcome;
  } finally {
    clearTimeout(timer);
    stale?.removeEventListener("abort", onStale);
  }
}

async function answerOf(
  plugin: PluginBinding,
  request: PluginRequest,
  job: object | undefined,
): Promise<Outcome> {
  try {
    const answer = job === undefined ? plugin.invoke(request) : plugin.invoke(request, job);
    return readResponse(jsonText(await answer));
  } catch (cause) {
    return thrown(cause);
  }
}

/**
 * An error that comes after the deadline is how a plugin stops because of it. One that says that trying
 * again is useless is an answer like any other, and the grace is there to take it.
 */
function mayComeOfDeadline(outcome: Outcome): boolean {
  return outcome.kind === "failure" && outcome.retryable;
}

function timeoutOf(timeoutMs: number): Outcome {
  return failureOf("timeout", `No answer within ${timeoutMs} ms`);
}

/**
 * `remote` marks what the plugin's own code threw; without it, the call itself broke.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/rpc/error-handling/
 */
function thrown(cause: unknown): Outcome {
  if (isBeyondRpc(cause)) return failureOf("protocol_fault", BEYOND_RPC);
  const isRemote = cause instanceof Error && (cause as { remote?: unknown }).remote === true;
  if (!isRemote) return failureOf("transport", "The call to the plugin broke off");
  const [firstLine = ""] = cause.message.split("\n");
  return failureOf("plugin_error", `The plugin threw: ${utf8Prefix(firstLine, THROWN_BYTES_MAX)}`, {
    code: "plugin_threw",
  });
}

/** The platform's own limit stops such an answer before it can be measured. */
const BEYOND_RPC = `Cannot take an answer of more than 32 MiB: the limit is ${RESPONSE_BYTES_MAX} bytes`;

/**
 * Whether the answer was too large for a call between Workers. Nothing but its message tells this error
 * from others; the request is far below that limit, so it can only be the answer.
 *
 * @see https://developers.cloudflare.com/workers/runtime-apis/rpc/#limitations
 */
function isBeyondRpc(cause: unknown): boolean {
  return cause instanceof Error && /^Serialized RPC .* limited to 32\s?MiB/.test(cause.message);
}

/** A binding returns a value, the protocol speaks of JSON: what JSON cannot say ends as a fault. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (cause) {
    // A cycle or a BigInt. The message names which; it is kept as the excerpt of a protocol fault.
    return `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
}
