import { expect, test } from "vitest";
import * as z from "zod";
import { faultsOf } from "../../src/config/fault.ts";

test("of a hundred thousand unknown keys all are found, and the first hundred asked about", () => {
  const keys = Array.from({ length: 100_000 }, (_, index) => [`wiat${index}`, 1] as const);
  const given = { wiat: 1, ...Object.fromEntries(keys), waait: 1 };
  const { error } = z.strictObject({ wait: z.number().optional() }).safeParse(given);

  const found = error === undefined ? [] : faultsOf(error, () => ["wait"]);

  expect(found).toHaveLength(100_002);
  expect(found[0]).toEqual({ path: "wiat", message: 'Unknown key: did you mean "wait"?' });
  expect(found.at(-1)).toEqual({ path: "waait", message: "Unknown key" });
});
