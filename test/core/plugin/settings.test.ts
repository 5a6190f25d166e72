import { expect, test } from "vitest";
import { DEFAULT_BREAKER, type PluginSettings } from "../../../src/core/plugin/plugin-settings.ts";
import { NO_SETTINGS, settingsOf } from "../../../src/core/plugin/settings.ts";

const DEFAULTS: PluginSettings = {
  config: {},
  concurrency: null,
  retry: null,
  breaker: DEFAULT_BREAKER,
  retentionMs: null,
  maxDurationMs: null,
  transport: { kind: "binding" },
};

test.each(["text", "constructor"])("a plugin that is not named has the defaults: %s", (plugin) => {
  expect(settingsOf(NO_SETTINGS, plugin)).toEqual(DEFAULTS);
});

test("a breaker opens after three failures in a row, for half an hour, to schedules alone", () => {
  expect(DEFAULT_BREAKER).toEqual({ threshold: 3, resetMs: 1_800_000, scope: "schedule" });
});

test("a plugin that is named has what is set for it", () => {
  const text = { ...DEFAULTS, concurrency: 4 };

  expect(settingsOf({ ...NO_SETTINGS, plugins: { text } }, "text")).toBe(text);
});
