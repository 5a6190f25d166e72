import { expect, test } from "vitest";
import { InvariantError, invariant, unreachable } from "../../src/lang/invariant.ts";

test("a kept promise is silent, a broken one stops with its message", () => {
  expect(() => invariant(1 + 1 === 2, "Cannot count")).not.toThrow();
  expect(() => invariant(false, "Cannot count")).toThrow(new InvariantError("Cannot count"));
});

test("a value outside its type is named", () => {
  expect(() => unreachable({ kind: "new" } as never)).toThrow(
    new InvariantError('Cannot handle variant: {"kind":"new"}'),
  );
});
