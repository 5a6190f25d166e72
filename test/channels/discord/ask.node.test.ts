import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { componentsOf } from "../../../src/channels/discord/ask-components.ts";
import { modalOf } from "../../../src/channels/discord/ask-modal.ts";
import { chosenIn, filledIn } from "../../../src/channels/discord/choice-values.ts";
import { readCustomId } from "../../../src/channels/discord/custom-id.ts";
import type { AskForm } from "../../../src/core/ask/ask-form.ts";
import { aChoice, aField, aForm, JOB_ID } from "../../support/a-discord-saying.ts";

type Node = { readonly [key: string]: unknown };

const question = (form: Partial<AskForm>) => ({ waitId: "wait-1", form: aForm(form) });

/** Of the one row: whatever is in it. */
const entriesOf = (form: Partial<AskForm>) =>
  (componentsOf(JOB_ID, question(form))[0]?.["components"] ?? []) as readonly Node[];

const labelledOf = (form: Partial<AskForm>) =>
  (modalOf(JOB_ID, question(form))?.["components"] ?? []) as readonly (Node & {
    readonly component: Node;
  })[];

const times = <Made>(count: number, make: (name: string) => Made) =>
  Array.from({ length: count }, (_, index) => make(`n${index}`));

const verbOf = ({ custom_id: id }: Node) => readCustomId(String(id))?.verb;

describe("below a question", () => {
  test.each([
    { name: "a few choices", form: { choices: times(5, aChoice) }, verbs: Array(5).fill("choose") },
    { name: "many choices", form: { choices: times(6, aChoice) }, verbs: ["select"] },
    { name: "fields", form: { fields: [aField("a")] }, verbs: ["open", "decline"] },
    { name: "too many fields", form: { fields: times(6, aField) }, verbs: ["decline"] },
    { name: "nothing", form: {}, verbs: ["accept", "decline"] },
  ])("stands what answers $name", ({ form, verbs }) => {
    expect(entriesOf(form).map(verbOf)).toEqual(verbs);
  });

  test("a list has the first 25 choices, with what is said about them", () => {
    const choices = times(30, (id) => aChoice(id, { description: `About ${id}` }));
    const [list] = entriesOf({ choices });

    expect(list?.["options"]).toHaveLength(25);
    expect(list?.["options"]).toMatchObject([
      { label: "n0", value: "n0", description: "About n0" },
      { label: "n1", value: "n1", description: "About n1" },
      ...choices.slice(2, 25).map(({ id }) => ({ value: id })),
    ]);
  });

  test("a choice without words is called by its id", () => {
    expect(entriesOf({ choices: [aChoice("a", { label: " \0 " })] })).toMatchObject([
      { label: "a" },
    ]);
  });
});

describe("a form", () => {
  test("has a field for each kind", () => {
    const fields = [
      aField("name", { description: "Yours", initial: "Ada" }),
      aField("story", { kind: "long_text", isRequired: false }),
      aField("age", { kind: "number" }),
      aField("sure", { kind: "boolean", initial: "true" }),
      aField("size", { kind: "choice", choices: [aChoice("s"), aChoice("m")], isRequired: false }),
    ];

    expect(labelledOf({ fields })).toEqual([
      {
        type: 18,
        label: "name",
        description: "Yours",
        component: input("name", { value: "Ada" }),
      },
      { type: 18, label: "story", component: input("story", { style: 2, required: false }) },
      { type: 18, label: "age", component: input("age") },
      {
        type: 18,
        label: "sure",
        component: {
          type: 3,
          custom_id: "sure",
          options: [
            { label: "Yes", value: "true", default: true },
            { label: "No", value: "false" },
          ],
          required: true,
          min_values: 1,
        },
      },
      {
        type: 18,
        label: "size",
        component: {
          type: 3,
          custom_id: "size",
          options: [
            { label: "s", value: "s" },
            { label: "m", value: "m" },
          ],
          required: false,
          min_values: 0,
        },
      },
    ]);
  });

  const input = (customId: string, over: Node = {}) => ({
    type: 4,
    custom_id: customId,
    style: 1,
    required: true,
    max_length: 4000,
    ...over,
  });

  test("holds all that is required, and in the room that is left what is not", () => {
    const optional = times(4, (name) => aField(name, { isRequired: false }));
    const required = [aField("a"), aField("b"), aField("c")];
    const names = labelledOf({ fields: [...optional, ...required] }).map(({ label }) => label);

    expect(names).toEqual(["n0", "n1", "a", "b", "c"]);
  });

  test("is none where it cannot hold what is required, or where there is nothing to fill in", () => {
    expect(modalOf(JOB_ID, question({ fields: times(6, aField) }))).toBeNull();
    expect(modalOf(JOB_ID, question({}))).toBeNull();
  });

  test("says that a list is not the whole, and takes text where there is no list", () => {
    const fields = [
      aField("many", { kind: "choice", choices: times(26, aChoice) }),
      aField("none", { kind: "choice" }),
    ];

    expect(labelledOf({ fields })).toMatchObject([
      { description: "The first 25", component: { type: 3 } },
      { component: { type: 4 } },
    ]);
  });

  test("begins with nothing rather than with half of what is too long", () => {
    const [field] = labelledOf({ fields: [aField("a", { initial: "x".repeat(4001) })] });

    expect(field?.component).toEqual(input("a"));
  });
});

describe("an answer", () => {
  const odd = ["x".repeat(101), "", "#1", "same", "same", "plain", " a ", "\ud800"];

  test("of a button or of a list is the choice's id, however it was called", () => {
    const form = aForm({ choices: odd.map((id) => aChoice(id)) });
    const [list] = entriesOf({ choices: form.choices });
    const values = ((list?.["options"] ?? []) as readonly Node[]).map(({ value }) => String(value));
    const select = { verb: "select", jobId: JOB_ID, waitId: "wait-1", choice: null } as const;

    expect(new Set(values).size).toBe(odd.length);
    expect(values.map((value) => chosenIn(form, select, { values: [value] }))).toEqual(odd);
    expect(
      odd.map((_, choice) => chosenIn(form, { ...select, verb: "choose", choice }, none)),
    ).toEqual(odd);
    expect(chosenIn(form, { ...select, verb: "choose", choice: 8 }, none)).toBeNull();
    expect(chosenIn(form, select, { values: ["gone"] })).toBeNull();
    expect(chosenIn(form, select, none)).toBeNull();
  });

  const none = { values: [] };

  test("of a form has the names of its fields, and leaves out what was left empty", () => {
    const long = "y".repeat(120);
    const form = aForm({
      fields: [
        aField(long),
        aField("empty", { isRequired: false }),
        aField("choice", { kind: "choice", choices: odd.map((id) => aChoice(id)) }),
        aField("unseen"),
      ],
    });

    expect(filledIn(form, { "#0": "Hi", empty: "", choice: "#0", other: "x" })).toEqual({
      [long]: "Hi",
      choice: odd[0],
    });
  });
});

test("whatever is asked, it is within Discord's limits", () => {
  const word = fc.string({ maxLength: 200, unit: "binary" });
  const choice = fc.record({ id: word, label: word, description: fc.option(word) });
  const field = fc.record({
    name: word,
    label: word,
    description: fc.option(word),
    isRequired: fc.boolean(),
    kind: fc.constantFrom("text", "long_text", "number", "boolean", "choice"),
    choices: fc.array(choice, { maxLength: 30 }),
    initial: fc.option(word),
  });
  const forms = fc.record({
    title: word,
    text: fc.option(word),
    choices: fc.array(choice, { maxLength: 30 }),
    fields: fc.array(field, { maxLength: 8 }),
  });
  const between = (text: unknown, least: number, most: number) => {
    expect(typeof text).toBe("string");
    expect(String(text).length).toBeGreaterThanOrEqual(least);
    expect(String(text).length).toBeLessThanOrEqual(most);
  };
  const checkList = ({ options = [] }: Node) => {
    const entries = options as readonly Node[];
    const values = entries.map(({ value }) => value);
    expect(entries.length).toBeLessThanOrEqual(25);
    expect(new Set(values).size).toBe(values.length);
    expect(entries.filter((entry) => entry["default"]).length).toBeLessThanOrEqual(1);
    for (const { label, value, description = "-" } of entries) {
      between(label, 1, 100);
      between(value, 1, 100);
      between(description, 1, 100);
    }
  };

  fc.assert(
    fc.property(forms, (form) => {
      const entries = entriesOf(form);
      expect(entries.length).toBeLessThanOrEqual(5);
      for (const entry of entries) {
        between(entry["custom_id"], 1, 100);
        if (entry["type"] === 2) between(entry["label"], 1, 80);
        else checkList(entry);
      }
      const modal = modalOf(JOB_ID, question(form));
      if (modal === null) return;
      between(modal["title"], 1, 45);
      const fields = labelledOf(form);
      const ids = fields.map(({ component }) => component["custom_id"]);
      expect(fields.length).toBeLessThanOrEqual(5);
      expect(new Set(ids).size).toBe(ids.length);
      for (const { label, description = "-", component } of fields) {
        between(label, 1, 45);
        between(description, 1, 100);
        between(component["custom_id"], 1, 100);
        checkList(component);
      }
    }),
  );
});
