import type { Submission } from "../core/job/command.ts";
import { plainPlan } from "../core/job/plan.ts";
import { maxDurationOf, retentionOf } from "../core/job/retention.ts";
import { TIMINGS } from "../core/job/timings.ts";
import { type DurationMs, durationMs, longest, minutes } from "../lang/time.ts";
import type { Call } from "./call.ts";
import type { Target } from "./target.ts";
import { traceparentOf } from "./traceparent.ts";

/** A lane that did not hear of a job's end asks it what it has changed of the state; it must still be there. */
const KEPT_FOR_LANE_MS = minutes(10);

/** What somebody wants of a job; the rest follows from its command and the settings. */
export type Wanted = Pick<
  Submission,
  | "id"
  | "submittedBy"
  | "payload"
  | "event"
  | "tags"
  | "metadata"
  | "callbacks"
  | "startAt"
  | "breaker"
> & {
  /** `null` = the command's own. */
  readonly timeoutMs: DurationMs | null;
  readonly maxAttempts: number | null;
  /** How long after its end it must be kept at least, because something leads to it. */
  readonly keptMs: DurationMs;
  /** Whether somebody holds the line. */
  readonly isWaited: boolean;
};

/** The job of a target, whoever wants it. */
export function submissionOf(
  call: Call,
  { plugin, command, spec }: Target,
  { timeoutMs, maxAttempts, keptMs, isWaited, ...wanted }: Wanted,
): Submission {
  const keepsResult = spec.timing !== "ack";
  return {
    ...wanted,
    origin: call.origin,
    traceparent: traceparentOf(call.request.headers),
    keepsResult,
    retryOf: null,
    maxDurationMs: maxDurationOf(call.settings, plugin.name),
    retentionMs: longest(
      retentionOf(call.settings, plugin.name, keepsResult),
      keptMs,
      spec.state ? KEPT_FOR_LANE_MS : durationMs(0),
    ),
    timings: TIMINGS,
    plan: plainPlan({
      plugin: plugin.name,
      command,
      transport: plugin.transport,
      binding: plugin.binding,
      spec,
      timeoutMs,
      maxAttempts,
      concurrency: plugin.manifest.concurrency,
      isWaited,
    }),
  };
}
