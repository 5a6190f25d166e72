import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fill, fillText, pathsIn } from "../../../src/core/template/fill.ts";
import type { Json, JsonObject } from "../../../src/lang/json.ts";

const scope: JsonObject = {
  options: { text: "Hello", times: 3, loud: false, none: null, tags: ["a", "b"], "naïve-näme": 1 },
  headers: { "x-github-event": "push" },
  list: [{ x: 1 }, "two"],
  brace: "{options.text}",
};

const filled = (template: Json) => fill({ it: template }, scope);

describe("a text that is one place", () => {
  test.each([
    { template: "{options.text}", value: "Hello" },
    { template: "{options.times}", value: 3 },
    { template: "{options.loud}", value: false },
    { template: "{options.none}", value: null },
    { template: "{options.tags}", value: ["a", "b"] },
    { template: "{options.tags.1}", value: "b" },
    { template: "{options.naïve-näme}", value: 1 },
    { template: "{headers.x-github-event}", value: "push" },
    { template: "{list.0.x}", value: 1 },
    { template: "{list.0}", value: { x: 1 } },
    { template: "{brace}", value: "{options.text}" },
  ])("keeps the type of what it names: $template", ({ template, value }) => {
    expect(filled(template)).toEqual({ value: { it: value }, missing: [] });
  });

  test.each([
    ...["{nothing}", "{options.nothing}", "{options.text.0}", "{options.none.x}", "{list.2}"],
    ...["{list.length}", "{list.-1}", "{list.00}", "{list.x}", "{options.times.toFixed}"],
    ...["{toString}", "{options.valueOf}", "{headers.hasOwnProperty}"],
    ...["{constructor}", "{options.constructor.name}", "{__proto__}", "{list.map}"],
  ])("leaves its key out where it leads nowhere: %s", (template) => {
    const { value, missing } = filled(template);

    expect([Object.keys(value), missing]).toEqual([[], [template.slice(1, -1)]]);
  });

  test("is null where it leads nowhere in a list, so that the others keep their places", () => {
    expect(filled(["{nothing}", "{options.text}"])).toEqual({
      value: { it: [null, "Hello"] },
      missing: ["nothing"],
    });
  });
});

describe("any other text", () => {
  test.each([
    { template: "Say {options.text}!", value: "Say Hello!" },
    { template: "{options.text}{options.times}", value: "Hello3" },
    { template: "{options.loud} {options.none} {options.nothing}.", value: "false  ." },
    { template: "tags: {options.tags}", value: 'tags: ["a","b"]' },
    { template: "first: {list.0}", value: 'first: {"x":1}' },
    { template: "at {brace}", value: "at {options.text}" },
    { template: "{{options.text}}", value: "{options.text}" },
    { template: "{{{options.text}}}", value: "{Hello}" },
    { template: "}} {{", value: "} {" },
    { template: "a { b } {} {a b} {a..b} {.a} }", value: "a { b } {} {a b} {a..b} {.a} }" },
    { template: '{"text": {options.times}}', value: '{"text": 3}' },
    { template: "", value: "" },
  ])("has what the places name as text: $template", ({ template, value }) => {
    expect(filled(template).value).toEqual({ it: value });
  });
});

test("what is no text stays as it is, and places are found as deep as it goes", () => {
  const template = {
    a: [1, null, true, { b: "{options.times}", "{key}": "{x}" }],
    "{options.text}": 2,
  };

  expect(fill(template, scope)).toEqual({
    value: { a: [1, null, true, { b: 3 }], "{options.text}": 2 },
    missing: ["x"],
  });
});

test("what is missing is told once, in the order of the template", () => {
  const template = { a: "{x} and {y.z}", b: "{y.z}", c: ["{x}", "{w}"] };

  expect(fill(template, scope).missing).toEqual(["x", "y.z", "w"]);
});

test("names that others trip over are never looked up, also where a sender sent them", () => {
  const sent = JSON.parse(
    '{"__proto__":{"x":1},"constructor":1,"prototype":2,"body":{"__proto__":3}}',
  );

  for (const path of ["__proto__.x", "__proto__", "constructor", "prototype", "body.__proto__"]) {
    expect(fill({ it: `{${path}}` }, sent)).toEqual({ value: {}, missing: [path] });
  }
});

test("a key that is called __proto__ becomes a key, and nothing else", () => {
  const template = JSON.parse('{"__proto__":{"polluted":true}}') as JsonObject;

  const { value } = fill(template, {});

  expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":true}}');
  expect(Reflect.get(value, "polluted")).toBeUndefined();
});

test("one text stays a text, whatever it is made of", () => {
  expect(fillText("github.{headers.x-github-event}", scope)).toEqual({
    value: "github.push",
    missing: [],
  });
  expect(fillText("{options.times}", scope)).toEqual({ value: "3", missing: [] });
  expect(fillText("{nothing}", scope)).toEqual({ value: "", missing: ["nothing"] });
});

test("the places of a template can be listed", () => {
  expect(pathsIn({ a: "{body.x} {{no}}", b: [{ c: "{hook}" }, "{body.x}"] })).toEqual([
    "body.x",
    "hook",
  ]);
});

describe("whatever the template and the scope", () => {
  const aValue = fc.jsonValue() as fc.Arbitrary<Json>;
  const anObject = fc.dictionary(fc.string(), aValue) as fc.Arbitrary<JsonObject>;
  const aName = fc
    .stringMatching(/^[a-z_$@:'/-]{1,8}$/)
    .filter((name) => !["__proto__", "constructor", "prototype"].includes(name));

  const doubled = (value: Json): Json =>
    JSON.parse(JSON.stringify(value), (_key, each: unknown) =>
      typeof each === "string" ? each.replace(/[{}]/g, "$&$&") : each,
    );

  test("with its braces doubled, a template is what it says", () => {
    fc.assert(
      fc.property(anObject, anObject, (template, given) => {
        const { value, missing } = fill(doubled(template) as JsonObject, given);

        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(JSON.stringify(template))));
        expect(missing).toEqual([]);
      }),
    );
  });

  test("a place that stands alone is the very value that it names", () => {
    fc.assert(
      fc.property(fc.array(aName, { minLength: 1, maxLength: 5 }), aValue, (names, value) => {
        const nested = names.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);

        const { value: found, missing } = fill(
          { it: `{${names.join(".")}}` },
          nested as JsonObject,
        );

        expect(found["it"]).toBe(value);
        expect(missing).toEqual([]);
      }),
    );
  });

  test("it ends, and what comes out is JSON", () => {
    const aTemplate = fc.dictionary(
      fc.string(),
      fc.oneof(
        fc.string({ unit: fc.constantFrom("{", "}", "a", ".", "0", " ") }),
        aValue as fc.Arbitrary<unknown>,
      ),
    ) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(aTemplate, anObject, (template, given) => {
        const { value } = fill(template, given);

        expect(JSON.stringify(JSON.parse(JSON.stringify(value)))).toBe(JSON.stringify(value));
      }),
    );
  });
});
