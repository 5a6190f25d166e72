import type { Fault } from "../config/fault.ts";
import type { CommandSpec } from "../core/plugin/manifest.ts";
import { ATTEMPTS_MAX, DEFAULT_RETRY } from "../core/retry/retry.ts";
import type { Given } from "./given.ts";
import { typedValue } from "./query.ts";

/** What of a trigger asks for more attempts than the command allows itself: that needs `jobs:admin`. */
export function raisedAttempts(
  { body, query }: { readonly body: Given; readonly query: Given },
  spec: Pick<CommandSpec, "retry">,
): readonly Fault[] {
  return [
    ...raised("max_attempts", body["max_attempts"], spec),
    ...raised("query.max_attempts", typedValue(query["max_attempts"]), spec),
  ];
}

function raised(
  path: string,
  attempts: unknown,
  { retry }: Pick<CommandSpec, "retry">,
): readonly Fault[] {
  const { maxAttempts } = retry ?? DEFAULT_RETRY;
  // Beyond what any command may have, the schema has said so.
  const isTooMany = Number(attempts) > maxAttempts && Number(attempts) <= ATTEMPTS_MAX;
  if (!isTooMany || !Number.isInteger(attempts)) return [];
  return [{ path, message: `Must be at most ${maxAttempts}, the command's own limit` }];
}
