import type { JsonObject } from "../../lang/json.ts";
import { type DurationMs, hours, minutes, seconds } from "../../lang/time.ts";
import type { RetryPolicy } from "../retry/retry.ts";

/** How long an interactive caller waits by default (plugin protocol, section Manifest). */
export type Timing = "immediate" | "short" | "medium" | "long" | "ack";

/** Who makes the call: the job's own object at once, or a consumer of the RUNS queue. */
export type Dispatch = "direct" | "queue";

export type ExecutionMode = "asynchronous" | "synchronous";

/** What a plugin says of itself, checked and with every default filled in. */
export type Manifest = {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Attempts at once; `null` = as many as come. */
  readonly concurrency: number | null;
  /** What the plugin wants to be given as `config`. */
  readonly configKeys: {
    readonly required: readonly string[];
    readonly optional: readonly string[];
  };
  readonly commands: { readonly [name: string]: CommandSpec };
};

export type CommandSpec = {
  readonly description: string;
  readonly type: "read" | "write";
  readonly timing: Timing;
  readonly executionMode: ExecutionMode;
  /** How long one attempt may run: at most `attemptMsMax`. */
  readonly timeoutMs: DurationMs;
  /** `null` = none of its own: the default applies, or the interactive profile while somebody waits. */
  readonly retry: RetryPolicy | null;
  readonly dispatch: Dispatch;
  readonly idempotent: boolean;
  /** Whether it is given the plugin's state document and may change it: such attempts run one at a time. */
  readonly state: boolean;
  /** JSON Schema of the payload; `null` = any object. */
  readonly input: JsonObject | null;
  /** JSON Schema of the result's `output`; `null` = anything. */
  readonly output: JsonObject | null;
};

/**
 * The longest call: a queue consumer, and a pending call of an object, live 15 minutes at most, and
 * the grace and the report must fit in as well.
 *
 * @see https://developers.cloudflare.com/queues/platform/limits/
 */
export const CALL_MS_MAX: DurationMs = minutes(14);

/** The longest attempt of a `long` command: beyond a call it is finished outside, once `accepted`. */
const LONG_MS_MAX: DurationMs = hours(24);

/** Each holds a slot of the plugin's lane, and every change of the lane looks at all of them. */
export const CONCURRENCY_MAX = 1000;

/** An `immediate` command is called while its caller waits and leaves no job: it must be bounded. */
const IMMEDIATE_MS_MAX: DurationMs = seconds(10);

/** How long an attempt of a command may run at most. */
export function attemptMsMax(timing: Timing): DurationMs {
  if (timing === "immediate") return IMMEDIATE_MS_MAX;
  return timing === "long" ? LONG_MS_MAX : CALL_MS_MAX;
}

/** Attempt timeouts of commands that declare none, by the standard names (plugin protocol). */
const TIMEOUT_MS_OF: { readonly [command: string]: DurationMs } = {
  poll: seconds(60),
  health: seconds(10),
  init: seconds(30),
};

export function defaultTimeoutMs(command: string, timing: Timing): DurationMs {
  if (timing === "immediate") return IMMEDIATE_MS_MAX;
  const byName = Object.hasOwn(TIMEOUT_MS_OF, command) ? TIMEOUT_MS_OF[command] : undefined;
  return byName ?? seconds(120);
}

export function defaultDispatch(timing: Timing): Dispatch {
  return timing === "immediate" || timing === "short" ? "direct" : "queue";
}

const DEFAULT_WAIT_MS: { readonly [timing in Timing]: DurationMs } = {
  immediate: seconds(30),
  short: seconds(30),
  medium: seconds(120),
  long: seconds(0),
  ack: seconds(0),
};

/** What `wait: true` means for a command: long work answers with the id at once. */
export function defaultWaitMs(timing: Timing): DurationMs {
  return DEFAULT_WAIT_MS[timing];
}
