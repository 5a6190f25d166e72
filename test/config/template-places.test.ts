import { expect, test } from "vitest";
import { placeFaults } from "../../src/config/template-places.ts";

const ROOTS = ["options", "user"];

test("places that lead somewhere have no faults", () => {
  const template = { a: "{options.text}", b: ["{user.name}, {{no place}}"], c: { d: "{options}" } };

  expect(placeFaults(template, ROOTS, { options: ["text"] })).toEqual([]);
});

test("a place that begins with nothing there is asks what was meant", () => {
  expect(placeFaults({ a: "{option.text} and {x}" }, ROOTS)).toEqual([
    'Has {option.text}, but places begin with options, user: did you mean "options"?',
    "Has {x}, but places begin with options, user",
  ]);
});

test("a place below a root is held to what there is, where that is known", () => {
  expect(placeFaults({ a: "{options.txt} {user.anything}" }, ROOTS, { options: ["text"] })).toEqual(
    ["Has {options.txt}, but there is no 'txt' in options: did you mean \"text\"?"],
  );
});
