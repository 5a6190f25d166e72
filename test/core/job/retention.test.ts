import { expect, test } from "vitest";
import { maxDurationOf, retentionOf } from "../../../src/core/job/retention.ts";
import { NO_SETTINGS, type Settings, settingsOf } from "../../../src/core/plugin/settings.ts";
import { type DurationMs, days, hours, minutes } from "../../../src/lang/time.ts";

function settings(jobs: DurationMs | null, text: DurationMs | null): Settings {
  return {
    ...NO_SETTINGS,
    jobs: { ...NO_SETTINGS.jobs, retentionMs: jobs },
    plugins: { text: { ...settingsOf(NO_SETTINGS, "text"), retentionMs: text } },
  };
}

test.each([
  { what: "nothing is set", jobs: null, text: null, kept: days(30), ack: hours(1) },
  { what: "all jobs are set", jobs: days(7), text: null, kept: days(7), ack: hours(1) },
  { what: "the plugin is set", jobs: null, text: minutes(2), kept: minutes(2), ack: minutes(2) },
  { what: "both are", jobs: days(7), text: days(60), kept: days(60), ack: days(60) },
])("where $what, a job can be read for $kept ms, fire-and-forget for $ack", (given) => {
  const set = settings(given.jobs, given.text);

  expect(retentionOf(set, "text", true)).toBe(given.kept);
  expect(retentionOf(set, "text", false)).toBe(given.ack);
});

test("what is set for one plugin says nothing of another", () => {
  const set = settings(days(7), minutes(2));

  expect(retentionOf(set, "other", true)).toBe(days(7));
  expect(retentionOf(set, "other", false)).toBe(hours(1));
});

test("how long a job may take is set for its plugin, else for all jobs, else not at all", () => {
  const set = (jobs: DurationMs | null, text: DurationMs | null): Settings => ({
    ...NO_SETTINGS,
    jobs: { ...NO_SETTINGS.jobs, maxDurationMs: jobs },
    plugins: { text: { ...settingsOf(NO_SETTINGS, "text"), maxDurationMs: text } },
  });

  expect(maxDurationOf(NO_SETTINGS, "text")).toBeNull();
  expect(maxDurationOf(set(hours(2), null), "text")).toBe(hours(2));
  expect(maxDurationOf(set(hours(2), hours(1)), "text")).toBe(hours(1));
  expect(maxDurationOf(set(hours(2), hours(1)), "other")).toBe(hours(2));
});
