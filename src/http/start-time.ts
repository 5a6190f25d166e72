import type { Fault } from "../config/fault.ts";
import type { CommandSpec } from "../core/plugin/manifest.ts";
import { after, days, type EpochMs, epochMs, seconds } from "../lang/time.ts";
import type { BodyOptions } from "./trigger-schema.ts";

/** The longest a job may wait for its start (contract, section 2). */
const DELAY_MS_MAX = days(30);

/** How a caller says when a job starts: in so many seconds, or at a time. */
type Start = Pick<BodyOptions, "delay" | "run_at">;

/** When the job may start; `null` = at once. A time that is over is at once as well. */
export function startAtOf({ delay, run_at: runAt }: Start, receivedAt: EpochMs): EpochMs | null {
  if (runAt !== undefined) return epochMs(Date.parse(runAt));
  return delay === undefined || delay === 0 ? null : after(receivedAt, seconds(delay));
}

/** What is wrong with them beyond their form. */
export function startFaultsOf(
  start: Start,
  { timing }: CommandSpec,
  receivedAt: EpochMs,
): readonly Fault[] {
  const given = (["delay", "run_at"] as const).filter((name) => start[name] !== undefined);
  if (timing === "immediate") {
    const message = "Cannot be used with an immediate command: it makes no job that could wait";
    return given.map((path) => ({ path, message }));
  }
  if (given.length > 1) return [{ path: "run_at", message: "Give delay or run_at, not both" }];
  const startAt = startAtOf(start, receivedAt);
  return startAt === null || startAt <= after(receivedAt, DELAY_MS_MAX)
    ? []
    : [{ path: given.join(), message: "Must be at most 30 days from now" }];
}
