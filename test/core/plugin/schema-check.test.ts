import { describe, expect, test } from "vitest";
import { faultsInSchema } from "../../../src/core/plugin/schema-check.ts";

describe("faultsInSchema", () => {
  test("finds nothing wrong with a schema that uses all there is", () => {
    expect(
      faultsInSchema({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: ["object", "null"],
        description: "An annotation",
        properties: { a: { type: "string", pattern: "^a+$", minLength: 1 }, b: true },
        patternProperties: { "^x": { type: "number", minimum: 0.5 } },
        additionalProperties: false,
        required: ["a"],
        allOf: [{ $ref: "#/$defs/c" }],
        if: { properties: { b: { enum: [1, "x"] } } },
        $defs: { c: { items: { $ref: "#" }, prefixItems: [{ type: "integer" }] } },
      }),
    ).toEqual([]);
  });

  test.each([
    ...["items", "additionalProperties", "contains", "propertyNames"],
    ...["not", "if", "then", "else"],
  ])("looks into the schema under %s", (keyword) => {
    const [fault] = faultsInSchema({ [keyword]: { type: "strnig" } });

    expect(fault?.path).toBe(`${keyword}.type`);
    expect(faultsInSchema({ [keyword]: { type: "string" } })).toEqual([]);
  });

  test.each(["allOf", "anyOf", "oneOf", "prefixItems"])("looks into every schema of %s", (name) => {
    const [fault] = faultsInSchema({ [name]: [true, { type: "strnig" }] });

    expect(fault?.path).toBe(`${name}[1].type`);
  });

  test.each(["$defs", "definitions", "properties", "patternProperties"])(
    "looks into every schema by name of %s",
    (keyword) => {
      const [fault] = faultsInSchema({ [keyword]: { a: true, b: { type: "strnig" } } });

      expect(fault?.path).toBe(`${keyword}.b.type`);
    },
  );

  test.each(["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"])(
    "takes a whole number from 0 for %s",
    (keyword) => {
      expect(faultsInSchema({ [keyword]: 0 })).toEqual([]);
      expect([-1, 0.5, "1"].map((value) => faultsInSchema({ [keyword]: value }).length)).toEqual([
        1, 1, 1,
      ]);
    },
  );

  test("finds nothing wrong with a keyword that it does not know, whatever it is called", () => {
    expect(faultsInSchema({ constructor: 1, toString: "x", "x-multiline": true })).toEqual([]);
  });

  test("follows a reference to a name with a slash or a tilde in it", () => {
    const $defs = { "a/b": true, "a~1b": true, "c~d": true };
    const faultsOf = ($ref: string) => faultsInSchema({ $defs, $ref });

    expect(["#/$defs/a~1b", "#/$defs/a~01b", "#/$defs/c~0d"].flatMap(faultsOf)).toEqual([]);
    expect(faultsInSchema({ $defs: { "a/b": true }, $ref: "#/$defs/a~01b" })).toHaveLength(1);
  });

  test.each([
    { schema: { type: "strnig" }, path: "type", message: /Must be one of array, boolean/ },
    { schema: { type: [] }, path: "type", message: /Must be one of/ },
    { schema: { enum: "a" }, path: "enum", message: /Must be a list/ },
    { schema: { type: ["string", "strnig"] }, path: "type", message: /Must be one of/ },
    { schema: { required: ["a", 1] }, path: "required", message: /Must be a list of names/ },
    { schema: { required: [1] }, path: "required", message: /Must be a list of names/ },
    { schema: { properties: [] }, path: "properties", message: /Must be an object of schemas/ },
    { schema: { properties: { a: 7 } }, path: "properties.a", message: /Must be a schema/ },
    { schema: { items: [] }, path: "items", message: /Must be a schema/ },
    { schema: { anyOf: [] }, path: "anyOf", message: /Must be a list of schemas/ },
    { schema: { anyOf: [{ type: 1 }] }, path: "anyOf[0].type", message: /Must be one of/ },
    { schema: { minLength: -1 }, path: "minLength", message: /Must be a whole number from 0/ },
    { schema: { maximum: "9" }, path: "maximum", message: /Must be a number/ },
    { schema: { pattern: "(" }, path: "pattern", message: /Must be a regular expression/ },
    { schema: { pattern: "\\-" }, path: "pattern", message: /Must be a regular expression/ },
    { schema: { pattern: 1 }, path: "pattern", message: /Must be a regular expression/ },
    { schema: { $ref: "https://example.com/s" }, path: "$ref", message: /Must point inside/ },
    { schema: { $ref: "#/$defs/nope" }, path: "$ref", message: /Points nowhere: #\/\$defs\/nope/ },
  ])("finds what is wrong with $schema", ({ schema, path, message }) => {
    expect(faultsInSchema(schema as never)).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });
});
