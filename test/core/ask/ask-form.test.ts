import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AskForm, askFormOf, type Field, valuesOf } from "../../../src/core/ask/ask-form.ts";
import type { JsonObject } from "../../../src/lang/json.ts";

const formOf = (view: unknown, schema: unknown = {}) =>
  askFormOf(view as JsonObject, schema as JsonObject);

const aField = (over: Partial<Field> = {}): Field => ({
  name: "a",
  label: "a",
  description: null,
  isRequired: false,
  kind: "text",
  choices: [],
  initial: null,
  ...over,
});

const choice = (id: string, over: object = {}) => ({ id, label: id, description: null, ...over });

describe("a question as a form", () => {
  test.each([
    { view: { title: "Go?", text: "Now" }, title: "Go?", text: "Now" },
    { view: { title: " ", description: "Then" }, title: "A question", text: "Then" },
    { view: { title: 7, text: ["x"], description: null }, title: "A question", text: null },
  ])("has a title and maybe a text: $view", ({ view, title, text }) => {
    expect(formOf(view)).toEqual({ title, text, choices: [], fields: [] });
  });

  test.each([
    {
      what: "options",
      view: {
        options: [
          { id: "a", label: "A", description: "The first" },
          { id: 2, label: "" },
        ],
      },
      schema: {},
      choices: [{ id: "a", label: "A", description: "The first" }, choice("2", { value: 2 })],
    },
    {
      what: "options that the schema has as well",
      view: { options: [{ id: "a", label: "A" }] },
      schema: { properties: { choice: { enum: ["a"] } } },
      choices: [choice("a", { label: "A" })],
    },
    {
      what: "the one thing to choose",
      view: {},
      schema: { properties: { choice: { enum: ["a", 1, true, null, ["x"]] } } },
      choices: [choice("a"), choice("1", { value: 1 }), choice("true", { value: true })],
    },
  ])("has choices: $what", ({ view, schema, choices }) => {
    expect(formOf(view, schema)).toMatchObject({ choices, fields: [] });
  });

  test.each([
    { schema: { enum: ["x"] }, field: { kind: "choice", choices: [choice("x")] } },
    { schema: { type: "boolean", default: false }, field: { kind: "boolean", initial: "false" } },
    { schema: { type: "number", default: 1.5 }, field: { kind: "number", initial: "1.5" } },
    { schema: { type: ["null", "integer"] }, field: { kind: "number" } },
    { schema: { type: "string", maxLength: 200, default: "x" }, field: { initial: "x" } },
    { schema: { type: "string", maxLength: 201 }, field: { kind: "long_text" } },
    { schema: { type: "string", format: "multiline" }, field: { kind: "long_text" } },
    { schema: { type: "string", "x-multiline": true }, field: { kind: "long_text" } },
    { schema: { title: "A", description: "The A" }, field: { label: "A", description: "The A" } },
    { schema: { enum: "x", title: 7, default: {} }, field: {} },
    { schema: true, field: {} },
  ] as const)("has a field for a property: $schema", ({ schema, field }) => {
    expect(formOf({}, { properties: { a: schema } }).fields).toEqual([aField(field as never)]);
  });

  test("has the choice among its fields where it asks for more than that", () => {
    const properties = { choice: { enum: ["a", "b"] }, comment: {} };

    expect(formOf({ options: [{ id: "a" }, { id: "b" }] }, { properties })).toMatchObject({
      choices: [],
      fields: [
        { name: "choice", kind: "choice" },
        { name: "comment", kind: "text" },
      ],
    });
  });

  test("has fields in order, and says which are required", () => {
    const properties = { b: {}, a: {}, never: false };
    const view = { options: [{ id: "x" }] };

    expect(formOf(view, { properties, required: ["a"] })).toMatchObject({
      choices: [],
      fields: [aField({ name: "b", label: "b" }), aField({ isRequired: true })],
    });
    expect(formOf({}, { properties: { a: {} }, required: "a" }).fields).toEqual([aField()]);
  });

  test.each([{ schema: { properties: [] } }, { schema: { type: "object" } }, { schema: {} }])(
    "has nothing to fill in but yes and no: $schema",
    ({ schema }) => {
      expect(formOf({}, schema)).toMatchObject({ choices: [], fields: [] });
    },
  );

  test("can be made of anything", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        (view, properties) => {
          const form = formOf({ title: view["t"], options: view["o"], ...view }, { properties });

          const given = Object.fromEntries(form.fields.map(({ name }) => [name, "x"]));
          expect(form.title.trim()).not.toBe("");
          expect(Object.keys(valuesOf(form, given)).length).toBe(form.fields.length);
        },
      ),
    );
  });
});

describe("what people typed", () => {
  const fieldsForm = (...fields: Field[]): AskForm => ({
    title: "?",
    text: null,
    choices: [],
    fields,
  });

  test.each([
    { kind: "text", typed: "7", value: "7" },
    { kind: "long_text", typed: "a\nb", value: "a\nb" },
    { kind: "number", typed: " 1.5 ", value: 1.5 },
    { kind: "number", typed: "1e999", value: "1e999" },
    { kind: "number", typed: "many", value: "many" },
    { kind: "number", typed: " ", value: " " },
    { kind: "boolean", typed: "Yes", value: true },
    { kind: "boolean", typed: "true", value: true },
    { kind: "boolean", typed: " NO ", value: false },
    { kind: "boolean", typed: "false", value: false },
    { kind: "boolean", typed: "maybe", value: "maybe" },
    { kind: "choice", typed: "x", value: "x" },
    { kind: "choice", typed: "1", value: 1 },
    { kind: "choice", typed: "false", value: false },
    { kind: "choice", typed: "y", value: "y" },
  ] as const)("$typed, asked for a $kind, is $value", ({ kind, typed, value }) => {
    const choices = [choice("x"), choice("1", { value: 1 }), choice("false", { value: false })];

    expect(valuesOf(fieldsForm(aField({ kind, choices })), { a: typed })).toEqual({ a: value });
  });

  test("and what nobody filled in, or nobody asked for, is left out", () => {
    const form = fieldsForm(
      aField(),
      aField({ name: "b" }),
      aField({ name: "c" }),
      aField({ name: "toString" }),
    );

    expect(valuesOf(form, { a: "", b: null, d: "x" })).toEqual({});
  });

  test.each([
    { given: { choice: "2" }, values: { choice: 2 } },
    { given: { choice: "3" }, values: { choice: "3" } },
    { given: { choice: null }, values: {} },
    { given: { a: "2" }, values: {} },
  ])("where one thing is chosen, is that: $given", ({ given, values }) => {
    const form = formOf({ options: [{ id: 1 }, { id: 2 }] });

    expect(valuesOf(form, given)).toEqual(values);
  });
});
