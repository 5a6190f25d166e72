import { expect, test } from "vitest";
import * as z from "zod/mini";
import { ConfigFault, faultsOf } from "../../src/config/fault.ts";

test("of a hundred thousand unknown keys all are found, and the first hundred asked about", () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => [`wiat${index}`, 1] as const);
  const given = { wiat: 1, ...Object.fromEntries(keys), waait: 1 };
  const { error } = z.strictObject({ wait: z.optional(z.number()) }).safeParse(given);

  const found = error === undefined ? [] : faultsOf(error, () => ["wait"]);

  expect(found).toHaveLength(100_002);
  expect(found[0]).toEqual({ path: "wiat", message: 'Unknown key: did you mean "wait"?' });
  expect(found.at(-1)).toEqual({ path: "waait", message: "Unknown key" });
});

test("of a key that may not be one, the fault says why", () => {
  const Names = z.record(
    z.string().check(z.regex(/^[a-z]+$/, "Must be in small letters")),
    z.number(),
  );
  const { error } = z.object({ names: Names }).safeParse({ names: { ann: 1, Bob: 2 } });

  expect(error === undefined ? [] : faultsOf(error)).toEqual([
    { path: "names.Bob", message: "Must be in small letters" },
  ]);
});

test("a fault of a file is told with its line, and of the whole with no place", () => {
  const faults = [
    { path: "jobs.retention", message: "Must be longer", line: 4 },
    { path: "", message: "Must be a map", line: 1 },
    { path: "PORT", message: "Must be a number" },
  ];

  expect(new ConfigFault("the file", faults).message).toBe(
    "Cannot use the file: line 4: jobs.retention: Must be longer; line 1: Must be a map; " +
      "PORT: Must be a number",
  );
});

// Only zod/mini in this file: the other zod would bring its own words with it.
test("a fault that its schema has no words for says what was expected", () => {
  const Given = z.object({ count: z.int().check(z.maximum(9)), mode: z.enum(["any", "all"]) });
  const { error } = Given.safeParse({ count: 10, mode: 1 });

  expect(error === undefined ? [] : faultsOf(error)).toEqual([
    { path: "count", message: "Too big: expected number to be <=9" },
    { path: "mode", message: 'Invalid option: expected one of "any"|"all"' },
  ]);
});
