import { expect, test } from "vitest";
import { retentionOf } from "../../../src/core/job/retention.ts";
import { NO_SETTINGS, type Settings, settingsOf } from "../../../src/core/plugin/settings.ts";
import { type DurationMs, days, hours, minutes } from "../../../src/lang/time.ts";

function settings(jobs: DurationMs | null, text: DurationMs | null): Settings {
  return {
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
