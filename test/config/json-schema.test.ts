import { describe, expect, test } from "vitest";
import { schemaFaultsOf } from "../../src/config/json-schema.ts";

const SCHEMA = {
  type: "object",
  properties: {
    text: { type: "string", minLength: 3 },
    count: { type: "integer", minimum: 1, maximum: 50 },
    either: { anyOf: [{ type: "string" }, { type: "number" }] },
    list: {
      type: "array",
      items: {
        type: "object",
        properties: { name: { type: "string" } },
        required: ["name"],
        additionalProperties: false,
      },
    },
    kind: { enum: ["x", "y"] },
    many: { type: "array", items: { anyOf: [{ type: "string" }, { type: "number" }] } },
    link: { $ref: "#/$defs/link" },
    "odd/key~": { type: "string" },
  },
  required: ["text"],
  additionalProperties: false,
  $defs: { link: { type: "string", format: "uri" } },
} as const;

const faults = (value: object) => schemaFaultsOf(SCHEMA as never, value as never, "payload");

describe("schemaFaultsOf", () => {
  test("finds nothing wrong with what fits", () => {
    expect(faults({ text: "abc", count: 1, either: 2, list: [{ name: "n" }], kind: "x" })).toEqual(
      [],
    );
  });

  test.each([
    { value: {}, path: "payload.text", message: "Is required" },
    {
      value: { text: 1 },
      path: "payload.text",
      message: 'Type "number" is invalid. Expected "string"',
    },
    { value: { text: "ab" }, path: "payload.text", message: "String is too short (2 < 3)" },
    { value: { text: "abc", count: 99 }, path: "payload.count", message: "99 is greater than 50" },
    {
      value: { text: "abc", either: {} },
      path: "payload.either",
      message: "Does not match any subschemas",
    },
    { value: { text: "abc", list: [{}] }, path: "payload.list[0].name", message: "Is required" },
    {
      value: { text: "abc", list: [{ name: "n" }, { name: "n", nmae: 1 }] },
      path: "payload.list[1].nmae",
      message: 'Unknown key: did you mean "name"?',
    },
    {
      value: { text: "abc", cuont: 1 },
      path: "payload.cuont",
      message: 'Unknown key: did you mean "count"?',
    },
    {
      value: { text: "abc", kind: "z" },
      path: "payload.kind",
      message: 'Does not match any of ["x","y"]',
    },
    {
      value: { text: "abc", link: "no uri" },
      path: "payload.link",
      message: 'String does not match format "uri"',
    },
    {
      value: { text: "abc", "odd/key~": 1 },
      path: "payload.odd/key~",
      message: 'Type "number" is invalid. Expected "string"',
    },
    { value: { text: "abc", "10": 1 }, path: "payload.10", message: "Unknown key" },
    {
      value: { text: "abc", list: { 0: 1 } },
      path: "payload.list",
      message: 'Type "object" is invalid. Expected "array"',
    },
    {
      value: { text: "abc", list: [{ name: "n", 0: 1 }] },
      path: "payload.list[0].0",
      message: "Unknown key",
    },
    { value: { text: "abc", "50%": 1 }, path: "payload.50%", message: "Unknown key" },
  ])("finds in $value one fault, at $path", ({ value, path, message }) => {
    expect(faults(value)).toEqual([{ path, message }]);
  });

  test("finds a hundred thousand unknown keys, and asks what was meant for the first hundred", () => {
    const keys = Array.from({ length: 100_000 }, (_, index) => [`texd${index}`, 1] as const);

    const found = faults({ text: "abc", texd: 1, ...Object.fromEntries(keys), cuont: 1 });

    expect(found).toHaveLength(100_002);
    expect(found[0]?.message).toBe('Unknown key: did you mean "text"?');
    expect(found.at(-1)).toEqual({ path: "payload.cuont", message: "Unknown key" });
  });

  test("finds every one of 20,000 values that fit no alternative, and refuses what has more", () => {
    const found = [20_000, 200_000].map((length) => {
      return faults({ text: "abc", many: Array.from({ length }, () => null) });
    });

    expect(found[0]).toHaveLength(20_000);
    expect(found[1]).toEqual([{ path: "payload", message: "Has too many faults to be listed" }]);
  });

  test("finds all of them at once", () => {
    expect(faults({ count: 0, kind: "z", list: {} }).map(({ path }) => path)).toEqual([
      "payload.text",
      "payload.count",
      "payload.list",
      "payload.kind",
    ]);
  });
});
