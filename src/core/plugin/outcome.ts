import type { Json } from "../../lang/json.ts";
import type { DurationMs } from "../../lang/time.ts";
import type { GivenArtifact } from "../artifact/artifact.ts";
import type { Ask } from "../ask/ask.ts";
import type { StateUpdates } from "../lane/state.ts";

/** How one attempt ended, as its runner saw it: the plugin's answer, or why there is none. */
export type Outcome = Success | Accepted | Asked | Failure;

export type Success = {
  readonly kind: "success";
  readonly result: JobResult;
  /** What it changes of the plugin's state document; `null` = nothing. */
  readonly stateUpdates: StateUpdates | null;
  /** What came with the answer: whoever runs the attempt stores it before it reports. */
  readonly artifacts: readonly GivenArtifact[];
  readonly logs: readonly LogLine[];
};

/** The plugin has taken the work on, and somebody will complete it with the attempt's token. */
export type Accepted = { readonly kind: "accepted"; readonly logs: readonly LogLine[] };

/** The plugin needs something from somebody outside before it can go on. */
export type Asked = {
  readonly kind: "asked";
  readonly ask: Ask;
  readonly logs: readonly LogLine[];
};

export type Failure = {
  readonly kind: "failure";
  readonly reason: FailureReason;
  /** The plugin's own code, or the reason where it gave none. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** What the plugin asked for instead of the backoff; `null` = nothing. At most `RETRY_AFTER_MS_MAX`. */
  readonly retryAfterMs: DurationMs | null;
  readonly logs: readonly LogLine[];
  /** The beginning of an answer that broke the protocol, for the reader; else `null`. */
  readonly excerpt: string | null;
};

/** Why an attempt failed (plugin protocol, section Retry). */
export type FailureReason =
  | "plugin_error"
  | "retry_false"
  | "ex_config"
  | "timeout"
  | "protocol_fault"
  | "transport"
  | "lease_lost";

/** Failures that come of what the plugin said; of the others it may know nothing. */
const WORDS: readonly FailureReason[] = [
  "plugin_error",
  "retry_false",
  "ex_config",
  "protocol_fault",
];

/** Whether the plugin has spoken: then it was at work, whatever it said. */
export function isWordOfPlugin(outcome: Outcome): boolean {
  return outcome.kind !== "failure" || WORDS.includes(outcome.reason);
}

/** What a job has to show for itself. */
export type JobResult = {
  /** What a person should read. */
  readonly text: string | null;
  /** What a program should read. */
  readonly output: Json;
};

export type LogLine = { readonly level: string; readonly message: string };

/** A failure without a word from the plugin. */
export function failureOf(
  reason: FailureReason,
  message: string,
  about: Partial<Pick<Failure, "code" | "retryable" | "excerpt">> = {},
): Failure {
  return {
    kind: "failure",
    reason,
    code: reason,
    message,
    retryable: true,
    retryAfterMs: null,
    logs: [],
    excerpt: null,
    ...about,
  };
}
