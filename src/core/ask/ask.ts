import type { Brand } from "../../lang/brand.ts";
import type { JsonObject } from "../../lang/json.ts";
import { type DurationMs, days, type EpochMs, hours } from "../../lang/time.ts";

/** Names one question of a job: who answers another one than they think is told so. */
export type WaitId = Brand<string, "wait-id">;

export function waitId(value: string): WaitId {
  return value as WaitId;
}

/** What somebody may do about a question. */
export type ResumeAction = "accept" | "decline" | "cancel";

/** What a job asks of somebody outside. */
export type Ask = {
  /** What a person is shown: `title`, `text`, `options`. May be empty. */
  readonly view: JsonObject;
  /** JSON Schema of the values that answer it. What is asked without one has one made from its options. */
  readonly schema: JsonObject;
  readonly timeoutMs: DurationMs;
  readonly onTimeout: OnTimeout;
};

/** What happens when nobody has answered in time. */
export type OnTimeout =
  | { readonly kind: "fail" }
  | { readonly kind: "resume"; readonly action: ResumeAction; readonly values: JsonObject };

/** How a question was answered: the plugin is called again with it. */
export type Answered = {
  readonly waitId: WaitId;
  readonly action: ResumeAction;
  readonly values: JsonObject;
  /** Who answered: `api`, `discord:<user id>`, `slack:<user id>`, or `timeout`. */
  readonly by: string;
  readonly at: EpochMs;
};

/** Where the plugin says nothing of it: somebody may be asleep, and nobody wants a job to wait for ever. */
export const ASK_MS_DEFAULT: DurationMs = hours(24);

/** As far ahead as a start may be put off. */
export const ASK_MS_MAX: DurationMs = days(30);

/** Each leaves an attempt in the job's document, and may be tried as often as any other: see `JobStore`. */
export const ASKS_MAX = 20;

/** A view with its schema, and the values: both are part of the job's document. */
export const ASK_BYTES_MAX = 65_536;
