import { messageOf } from "../lang/message-of.ts";
import { logWarning } from "./log.ts";

/** The object has more work than it can take: trying again would make it worse. */
export class OverloadedFault extends Error {
  override readonly name = "OverloadedFault";
  readonly code = "overloaded";
  readonly retryable = false;
}

/** Three tries outlive a deploy or a reset; a fourth would only add to an outage. */
const TRIES_MAX = 3;

/** Jittered rests between tries, in milliseconds: short, because somebody may be waiting. */
const REST_MS_MIN = 20;
const REST_MS_MAX = 250;

/**
 * Calls an object, again on a new stub where the platform says that this helps: after an error a stub
 * is dead, and a reset object is back at once. Only for methods that may run twice.
 *
 * @throws {OverloadedFault} when the object is overloaded: answer 503, do not retry.
 * @throws the last error where trying again did not help or cannot help.
 * @see https://developers.cloudflare.com/durable-objects/best-practices/error-handling/
 */
export async function callObject<Stub, Answer>(
  newStub: () => Stub,
  call: (stub: Stub) => Promise<Answer>,
): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(newStub());
    } catch (cause) {
      if (isOverloaded(cause)) throw new OverloadedFault("The object is overloaded", { cause });
      if (attempt >= TRIES_MAX || !mayHelp(cause)) throw cause;
      logWarning("object.call_retried", { attempt, message: messageOf(cause) });
      await scheduler.wait(REST_MS_MIN + Math.random() * (REST_MS_MAX - REST_MS_MIN));
    }
  }
}

type PlatformError = {
  readonly retryable?: unknown;
  readonly overloaded?: unknown;
  readonly durableObjectReset?: unknown;
};

/** `retryable` alone misses resets: those carry `durableObjectReset` only. */
function mayHelp(cause: unknown): boolean {
  const error = cause as PlatformError | null;
  return error?.retryable === true || error?.durableObjectReset === true;
}

function isOverloaded(cause: unknown): boolean {
  return (cause as PlatformError | null)?.overloaded === true;
}
