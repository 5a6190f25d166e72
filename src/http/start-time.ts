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

/** Where a start was said. */
type SaidStart = { readonly body: Start; readonly query: Start };

/** What is wrong with a start beyond its form. */
export function startFaultsOf(
  { body, query }: SaidStart,
  { timing }: CommandSpec,
  receivedAt: EpochMs,
): readonly Fault[] {
  const start = { ...query, ...body };
  const paths = (["delay", "run_at"] as const)
    .filter((name) => start[name] !== undefined)
    .map((name) => (body[name] === undefined ? `query.${name}` : name));
  const faults = (message: string) => paths.map((path) => ({ path, message }));
  if (timing === "immediate") {
    return faults("Cannot be used with an immediate command: it makes no job that could wait");
  }
  if (paths.length > 1) return faults("Give delay or run_at, not both").slice(-1);
  const startAt = startAtOf(start, receivedAt);
  const isInTime = startAt === null || startAt <= after(receivedAt, DELAY_MS_MAX);
  return isInTime ? [] : faults("Must be at most 30 days from now");
}
