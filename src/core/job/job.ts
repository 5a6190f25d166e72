import type { Brand } from "../../lang/brand.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { NonEmpty } from "../../lang/non-empty.ts";
import type { DurationMs, EpochMs } from "../../lang/time.ts";
import type { KeptArtifact } from "../artifact/artifact.ts";
import type { Settled } from "../callback/delivery.ts";
import type { Endpoint } from "../callback/endpoint.ts";
import type { BreakerPolicy } from "../plugin/plugin-settings.ts";
import type { PluginEvent } from "../plugin/request.ts";
import type { JobEvent } from "./event.ts";
import type { Step } from "./step.ts";
import type { Timings } from "./timings.ts";

/** Opaque, unguessable, URL-safe: the job object's own id (ADR 0002). */
export type JobId = Brand<string, "job-id">;

export function jobId(value: string): JobId {
  return value as JobId;
}

/** A job's public state word (contract, section 1). */
export type JobStatus =
  | "queued"
  | "running"
  | "waiting"
  | "succeeded"
  | "failed"
  | "timed_out"
  | "dead"
  | "cancelled";

/** One accepted piece of work. Set at submission, but for what comes after `breaker`. */
export type Job = {
  readonly id: JobId;
  /** Scheme and host of the request that submitted it: the base of every link. */
  readonly origin: string;
  /** Who triggered it: `api`, `retry`, a channel such as `discord`, or `webhook:<hook>`. */
  readonly submittedBy: string;
  readonly createdAt: EpochMs;
  /** What the caller sent; it passed the command's schema. */
  readonly payload: JsonObject;
  /** The event that started it; `null` for all that somebody triggered. */
  readonly event: PluginEvent | null;
  /** At most 16, as the caller gave them. */
  readonly tags: readonly string[];
  /** At most 4 KB, as the caller gave it. */
  readonly metadata: JsonObject;
  /** The caller's W3C trace context, passed on to plugins; `null` when there was none. */
  readonly traceparent: string | null;
  /** `false` for fire-and-forget commands: how it went is recorded, what it said is not. */
  readonly keepsResult: boolean;
  /** The final job that this one does again; `null` for all others. */
  readonly retryOf: JobId | null;
  /** How long a final job can still be read. */
  readonly retentionMs: DurationMs;
  readonly timings: Timings;
  /** How long it may take from its start to its end; `null` = as long as it takes. */
  readonly maxDurationMs: DurationMs | null;
  /** When it must be over, rests and retries included; `null` = it has no such limit. */
  readonly endBy: EpochMs | null;
  /** How its end is taken in by the breaker of its command; the policy is that of its submission. */
  readonly breaker: {
    readonly policy: BreakerPolicy;
    /** Whether it was let through an open breaker, to see whether it helps. */
    readonly isProbe: boolean;
  };
  /**
   * Numbered 1, 2, 3… without gaps; the last one's number is the snapshot's `seq`. A job that has been
   * stored may begin later than 1: the store keeps the older ones elsewhere.
   */
  readonly events: NonEmpty<JobEvent>;
  /** The number of the newest event that moved the job: it may be among those put away. */
  readonly movedSeq: number;
  /** The number of the final event; `null` while the job is open. */
  readonly finalSeq: number | null;
  /** Who is told of it, and what they are owed. Most jobs have nobody. */
  readonly endpoints: readonly Endpoint[];
  /** What became of deliveries. Like `events` it may begin later: the store keeps the older ones elsewhere. */
  readonly ledger: readonly Settled[];
  /** What its attempts kept, also what later attempts have replaced. */
  readonly artifacts: readonly KeptArtifact[];
  /** Whether the store of artifacts may have anything of it. */
  readonly hasStored: boolean;
  /** The plan and how far it got: exactly one step for a plain trigger (ADR 0001). */
  readonly steps: NonEmpty<Step>;
};
