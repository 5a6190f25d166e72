import { type DurationMs, days, hours } from "../../lang/time.ts";
import { type Settings, settingsOf } from "../plugin/settings.ts";

/** How long a finished job can be read: 30 days, and an hour where nobody asked for the result. */
const RETENTION_MS = days(30);
const ACK_RETENTION_MS = hours(1);

/**
 * How long a job of a plugin can be read when it is final: as its plugin is set, else as all jobs are.
 *
 * @param keepsResult `false` for fire-and-forget: there is nothing to read but how it went, so that only
 *   what is said of its own plugin changes it.
 */
export function retentionOf(settings: Settings, plugin: string, keepsResult: boolean): DurationMs {
  const forAll = keepsResult ? (settings.jobs.retentionMs ?? RETENTION_MS) : ACK_RETENTION_MS;
  return settingsOf(settings, plugin).retentionMs ?? forAll;
}

/** How long a job of a plugin may take from its start to its end; `null` = as long as it takes. */
export function maxDurationOf(settings: Settings, plugin: string): DurationMs | null {
  return settingsOf(settings, plugin).maxDurationMs ?? settings.jobs.maxDurationMs;
}
