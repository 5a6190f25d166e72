import { failureOf, type Outcome } from "../../core/plugin/outcome.ts";
import type { PluginRequest } from "../../core/plugin/request.ts";
import type { DurationMs, EpochMs } from "../../lang/time.ts";

/** One way to call a plugin. Whatever happens, it comes back with an outcome; in time it need not be. */
export type Invoke = (request: PluginRequest, about: CallContext) => Promise<Outcome>;

type CallContext = {
  /** What the plugin may do to its job on the way; none for a command without a job. */
  readonly job?: object;
  /** Aborts when nobody waits for the answer any more. Not every way can take its call back. */
  readonly signal: AbortSignal;
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

type CallOptions = CallLimits & Pick<CallContext, "job">;

/**
 * Calls a plugin for one attempt. Whatever happens, it comes back with an outcome, in time.
 *
 * A call over HTTP is aborted when its time is over. The platform cannot take back one over a binding, so
 * such a plugin is told its deadline and stops by itself (the SDK sees to it). One that does not is left
 * behind: its answer reaches nobody.
 */
export async function callPlugin(
  invoke: Invoke,
  request: PluginRequest,
  { timeoutMs, deadlineAt, graceMs, stale, job }: CallOptions,
): Promise<Outcome> {
  if (stale?.aborted) return NOT_WANTED;
  const given = Promise.withResolvers<Outcome>();
  const over = new AbortController();
  const giveUpMs = Math.max(0, deadlineAt + graceMs - Date.now());
  const timer = setTimeout(() => given.resolve(timeoutOf(timeoutMs)), giveUpMs);
  const onStale = () => given.resolve(NOT_WANTED);
  stale?.addEventListener("abort", onStale, { once: true });
  const context = { signal: over.signal, ...(job === undefined ? {} : { job }) };
  try {
    const outcome = await Promise.race([invoke(request, context), given.promise]);
    const isLate = Date.now() >= deadlineAt && !stale?.aborted;
    return isLate && mayComeOfDeadline(outcome) ? timeoutOf(timeoutMs) : outcome;
  } finally {
    clearTimeout(timer);
    stale?.removeEventListener("abort", onStale);
    over.abort();
  }
}

/** For nobody: who aborted it does not read it. */
const NOT_WANTED = failureOf("lease_lost", "The attempt is no longer wanted");

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
