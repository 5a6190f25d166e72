import { expect, inject, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import { readYaml, TEXT_LENGTH_MAX } from "../../src/config/yaml.ts";
import { loadedSettings } from "../../src/edge/settings.ts";

test("the gateway's settings are those of holdline.yaml, read once", () => {
  const settings = loadedSettings();

  expect({ ok: true, value: settings }).toEqual(readSettings(inject("holdlineYaml")));
  expect(loadedSettings()).toBe(settings);
});

// The stack of a Worker is another one than Node's.
test.each([
  { what: "brackets", text: "[".repeat(TEXT_LENGTH_MAX) },
  { what: "dashes", text: "- ".repeat(TEXT_LENGTH_MAX / 2) },
  { what: "itself", text: "a: &x [*x, *x]" },
])("a text that nests without end is a fault in a Worker too: $what", ({ text }) => {
  expect(readYaml(text)).toMatchObject({
    ok: false,
    reason: [{ message: "Is nested deeper than 64 levels", line: 1 }],
  });
});
