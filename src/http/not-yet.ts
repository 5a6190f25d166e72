import type { Fault } from "../config/fault.ts";
import type { BodyOptions, QueryOptions } from "./trigger-schema.ts";

type Options = Partial<BodyOptions & QueryOptions>;

/** Options of the contract that are checked but not honoured yet: taken silently, they would mislead. */
const LATER: readonly (keyof Options)[] = [
  "callback_url",
  "state_webhook_url",
  "callbacks",
  "dedupe_key",
  "dedupe_ttl",
  "delay",
  "run_at",
];

/** What a trigger asks for that this version cannot do, option by option. */
export function notYetSupported(options: Options, headers: Headers): readonly Fault[] {
  const names: string[] = LATER.filter((name) => options[name] !== undefined);
  if (headers.has("idempotency-key")) names.push("Idempotency-Key");
  return names.map((path) => ({ path, message: "Is not supported yet" }));
}
