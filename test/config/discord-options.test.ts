import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import type { JsonObject } from "../../src/lang/json.ts";

/** The faults of one option, which is right but for this. JSON is YAML. */
function optionFaults(over: JsonObject) {
  const options = [{ name: "text", type: "string", description: "What", ...over }];
  const command = { name: "ai", description: "Ask", run: "text/summarize", options };
  const read = readSettings(JSON.stringify({ discord: { commands: [command] } }));
  return read.ok ? [] : read.reason.map(({ path, message }) => ({ path, message }));
}

const OPTION = "discord.commands[0].options[0]";

describe("an option of Discord", () => {
  const VALUED = "Is for a string, an integer or a number only";
  const LENGTH = "Must be a length: a whole number from 0, or 1 for max, to 6000";
  const choice = (value: string | number, name = "One") => ({ choices: [{ name, value }] });

  test.each([
    {
      over: { name: "Text" },
      key: "name",
      message: "Must be 1 to 32 small letters, digits, - and _",
    },
    { over: { description: "" }, key: "description", message: "Must be 1 to 100 characters" },
    { over: { description: null }, key: "description", message: "Must be 1 to 100 characters" },
    { over: { type: "boolean", min: 1 }, key: "min", message: VALUED },
    { over: { type: "user", ...choice("a") }, key: "choices", message: VALUED },
    {
      over: { type: "attachment", autocomplete: { run: "a/b" } },
      key: "autocomplete",
      message: VALUED,
    },
    {
      over: { ...choice("a"), autocomplete: { run: "a/b" } },
      key: "autocomplete",
      message: "Must not be set beside choices",
    },
    {
      over: { autocomplete: { run: "b" } },
      key: "autocomplete.run",
      message: "Must be plugin/command: pipelines cannot be started from here yet",
    },
    {
      over: { autocomplete: { run: "a/b", playload: {} } },
      key: "autocomplete.playload",
      message: 'Unknown key: did you mean "payload"?',
    },
    { over: { requierd: true }, key: "requierd", message: 'Unknown key: did you mean "required"?' },
    { over: { choices: [] }, key: "choices", message: "Must not be empty" },
    {
      over: { choices: Array.from({ length: 26 }, (_, n) => ({ name: `c${n}`, value: "v" })) },
      key: "choices",
      message: "Must be at most 25 choices",
    },
    {
      over: { choices: [...choice("a").choices, ...choice("b").choices] },
      key: "choices[1].name",
      message: "Is the name of another choice too",
    },
    { over: choice("a", ""), key: "choices[0].name", message: "Must be 1 to 100 characters" },
    {
      over: { choices: [{ name: "a", value: "b", valeu: 1 }] },
      key: "choices[0].valeu",
      message: 'Unknown key: did you mean "value"?',
    },
    {
      over: choice(5),
      key: "choices[0].value",
      message: "Must be text of 1 to 100 characters",
    },
    {
      over: choice("x".repeat(101)),
      key: "choices[0].value",
      message: "Must be text of 1 to 100 characters",
    },
    {
      over: { type: "integer", ...choice(1.5) },
      key: "choices[0].value",
      message: "Must be a whole number within ±(2^53 − 1)",
    },
    {
      over: { type: "number", ...choice("1") },
      key: "choices[0].value",
      message: "Must be a number within ±(2^53 − 1)",
    },
    { over: { min: -1 }, key: "min", message: LENGTH },
    { over: { min: 1.5 }, key: "min", message: LENGTH },
    { over: { max: 0 }, key: "max", message: LENGTH },
    { over: { max: 6001 }, key: "max", message: LENGTH },
    {
      over: { type: "integer", max: 1e300 },
      key: "max",
      message: "Must be a whole number within ±(2^53 − 1)",
    },
    {
      over: { type: "number", min: -1e300 },
      key: "min",
      message: "Must be a number within ±(2^53 − 1)",
    },
    { over: { min: 5, max: 4 }, key: "min", message: "Must not be above max" },
  ])("is refused for its $key: $message", ({ over, key, message }) => {
    expect(optionFaults(over as JsonObject)).toEqual([{ path: `${OPTION}.${key}`, message }]);
  });

  test.each([
    { min: 0, max: 6000 },
    { type: "integer", min: -(2 ** 53 - 1), max: 2 ** 53 - 1 },
    { type: "number", min: -0.5, max: 2 ** 53 - 1 },
    choice("x".repeat(100)),
    { type: "number", ...choice(0.5) },
    { type: "attachment", required: true },
  ])("may be %j", (over) => {
    expect(optionFaults(over as JsonObject)).toEqual([]);
  });
});
