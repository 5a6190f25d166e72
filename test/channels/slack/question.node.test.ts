import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Pressed, readAction, readFields } from "../../../src/channels/slack/action.ts";
import { LIMITS, lengthOf } from "../../../src/channels/slack/block.ts";
import { slackReplacement } from "../../../src/channels/slack/inline.ts";
import { answeredMessage, questionMessage } from "../../../src/channels/slack/question-message.ts";
import type { AskForm, Field } from "../../../src/core/ask/ask-form.ts";
import type { JsonObject } from "../../../src/lang/json.ts";
import { aForm, aSlackSeat, objectsIn, running, wordsOf } from "./a-saying.ts";

const WAIT = "wait-1";
const ASKED = { jobId: "job-1", waitId: WAIT };

const choice = (id: string, label = id, description: string | null = null) => ({
  id,
  label,
  description,
});

const choices = (count: number) =>
  Array.from({ length: count }, (_, index) => choice(`id-${index}`, `Choice ${index}`));

function aField(over: Partial<Field> = {}): Field {
  return {
    name: "name",
    label: "Name",
    description: null,
    isRequired: true,
    kind: "text",
    choices: [],
    initial: null,
    ...over,
  };
}

const asked = (form: Partial<AskForm>, seat = aSlackSeat()) =>
  questionMessage(running(), { waitId: WAIT, form: aForm(form) }, seat);

const ofType = (json: readonly JsonObject[], type: string) =>
  objectsIn(json).filter((object) => object["type"] === type);

const isText = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** What pressing each of the buttons, or choosing each of a list's entries, says. */
function pressedIn(blocks: readonly JsonObject[]): readonly (Pressed | null)[] {
  const buttons = ofType(blocks, "button").map(({ action_id: id, value }) =>
    readAction({ actionId: String(id), value: isText(value), selected: null }),
  );
  const lists = ofType(blocks, "actions")
    .flatMap((actions) => ofType([actions], "static_select"))
    .flatMap(({ action_id: id, options }) =>
      (options as readonly JsonObject[]).map(({ value }) =>
        readAction({ actionId: String(id), value: null, selected: isText(value) }),
      ),
    );
  return [...buttons, ...lists];
}

describe("a question", () => {
  test("of five choices is five buttons, and each says what it is", () => {
    const { blocks } = asked({ choices: choices(5) });

    expect(ofType(blocks, "button").map(({ text }) => (text as JsonObject)["text"])).toEqual(
      choices(5).map(({ label }) => label),
    );
    expect(pressedIn(blocks)).toEqual(
      choices(5).map(({ id }) => ({ ...ASKED, answer: { kind: "choice", id } })),
    );
  });

  test.each([6, 100])("of %i choices is a list, and each says what it is", (count) => {
    const { blocks } = asked({ choices: choices(count) });

    expect(ofType(blocks, "button")).toEqual([]);
    expect(pressedIn(blocks)).toEqual(
      choices(count).map(({ id }) => ({ ...ASKED, answer: { kind: "choice", id } })),
    );
  });

  test("says how many choices it cannot show, and where they can be answered", () => {
    const { blocks } = asked({ choices: choices(103) });

    expect(pressedIn(blocks).length).toBe(100);
    expect(wordsOf(blocks)).toContain(
      "3 more are not shown here. Answer with `POST http://gateway.test/jobs/job-1/resume`",
    );
  });

  test("leaves out a choice that could not come back", () => {
    const { blocks } = asked({ choices: [choice("a"), choice("x".repeat(151))] });

    expect(pressedIn(blocks)).toEqual([{ ...ASKED, answer: { kind: "choice", id: "a" } }]);
    expect(wordsOf(blocks)).toContain("1 more is not shown here.");
  });

  test("has no list where no choice could come back", () => {
    const { blocks } = asked({ choices: [choice("x".repeat(151))] });

    expect(ofType(blocks, "actions")).toEqual([]);
  });

  test("explains its choices above the buttons", () => {
    const { blocks } = asked({
      choices: [choice("y", "Yes & no", "Goes <on>"), choice("n", "No")],
    });

    expect(wordsOf(blocks)).toContain("*Yes &amp; no*: Goes &lt;on&gt;");
  });

  test("of nothing is yes or no", () => {
    const { text, blocks } = asked({ title: "Send <it>?", text: "To **all**." });

    expect(text).toBe("Send &lt;it&gt;?");
    expect(wordsOf(blocks)).toBe(
      [
        "*Send &lt;it&gt;?*",
        "To *all*.",
        "Continue",
        "Decline",
        "Only <@U1> can answer. Job `job-1` · lab/echo",
      ].join("\n"),
    );
    expect(pressedIn(blocks)).toEqual([
      { ...ASKED, answer: { kind: "accept" } },
      { ...ASKED, answer: { kind: "decline" } },
    ]);
  });

  test("for anyone does not say that it is for somebody", () => {
    expect(wordsOf(asked({}, aSlackSeat({ answers: "anyone" })).blocks)).not.toContain("<@U1>");
  });

  test("of fields has one for each, with buttons that tell where they are", () => {
    const { blocks } = asked({
      fields: [
        aField({ initial: "steve", description: "As on <paper>" }),
        aField({ name: "story", kind: "long_text", isRequired: false }),
        aField({ name: "age", kind: "number", initial: "7.5" }),
        aField({ name: "sure", kind: "boolean", initial: "true" }),
        aField({ name: "size", kind: "choice", choices: [choice("s"), choice("m")], initial: "m" }),
      ],
    });

    const inputs = ofType(blocks, "input").map(({ block_id, optional, element }) => ({
      block_id,
      optional,
      ...(element as JsonObject),
    }));
    expect(inputs).toMatchObject([
      { block_id: "field.name", optional: false, multiline: false, initial_value: "steve" },
      { block_id: "field.story", optional: true, multiline: true },
      { block_id: "field.age", type: "number_input", initial_value: "7.5" },
      { block_id: "field.sure", optional: true, initial_options: [{ value: "true" }] },
      { block_id: "field.size", type: "static_select", initial_option: { value: "m" } },
    ]);
    expect(wordsOf(blocks)).toContain("As on &lt;paper&gt;");
    expect(pressedIn(blocks)).toEqual([
      { ...ASKED, answer: { kind: "submit" } },
      { ...ASKED, answer: { kind: "decline" } },
    ]);
  });

  test.each([
    { what: "a number that is none", field: { kind: "number", initial: "seven" } },
    { what: "a text that is too long", field: { initial: "x".repeat(1001) } },
    { what: "a choice that there is not", field: { kind: "choice", initial: "z" } },
    { what: "an unticked box", field: { kind: "boolean", initial: "false" } },
  ] as const)("begins with nothing in place of $what", ({ field }) => {
    const { blocks } = asked({
      fields: [aField({ ...field, choices: [choice("s"), choice("m")] })],
    });

    expect(JSON.stringify(ofType(blocks, "input"))).not.toContain("initial");
  });

  test.each([0, 101])("lets %i choices of a field be typed", (count) => {
    const { blocks } = asked({ fields: [aField({ kind: "choice", choices: choices(count) })] });

    expect(ofType(blocks, "plain_text_input").length).toBe(1);
  });

  test("leaves out a field that could not come back, and says so", () => {
    const { blocks } = asked({ fields: [aField(), aField({ name: "x".repeat(250) })] });

    expect(ofType(blocks, "input").length).toBe(1);
    expect(wordsOf(blocks)).toContain("1 more is not shown here.");
  });
});

const aWord = fc.oneof(
  fc.string({ maxLength: 400, unit: "grapheme" }),
  fc.constantFrom("", "&".repeat(300), "```".repeat(100), "🚀".repeat(200)),
);
const aChoice = fc.record({
  id: aWord,
  label: aWord,
  description: fc.option(aWord),
});
const anyForm: fc.Arbitrary<AskForm> = fc.record({
  title: aWord,
  text: fc.option(aWord.map((word) => word.repeat(20))),
  choices: fc.array(aChoice, { maxLength: 130 }),
  fields: fc.array(
    fc.record({
      name: aWord,
      label: aWord,
      description: fc.option(aWord),
      isRequired: fc.boolean(),
      kind: fc.constantFrom("text", "long_text", "number", "boolean", "choice"),
      choices: fc.array(aChoice, { maxLength: 20 }),
      initial: fc.option(aWord),
    }),
    { maxLength: 60 },
  ),
});

test("whatever is asked keeps Slack's limits", () => {
  const isLong = (texts: readonly unknown[], lengthMax: number) =>
    texts.filter((text) => String(text).length > lengthMax);
  fc.assert(
    fc.property(anyForm, fc.boolean(), (form, hasChoices) => {
      const { text, blocks } = asked(hasChoices ? form : { ...form, choices: [] });

      expect(lengthOf(text) + lengthOf(blocks)).toBeLessThanOrEqual(LIMITS.messageLength);
      expect(blocks.length).toBeLessThanOrEqual(LIMITS.blocks);
      const all = objectsIn(blocks);
      const ids = all.flatMap(({ action_id: action, block_id: block }) => [action, block]);
      expect(isLong(ids, LIMITS.idLength)).toEqual([]);
      const buttons = ofType(blocks, "button");
      const values = buttons.map(({ value }) => value);
      const labels = buttons.map((button) => (button["text"] as JsonObject)["text"]);
      expect(isLong(values, LIMITS.buttonValueLength)).toEqual([]);
      expect(isLong(labels, LIMITS.buttonTextLength)).toEqual([]);
      const options = all.flatMap((each) => (each["options"] as readonly JsonObject[]) ?? []);
      expect(
        isLong(
          options.map(({ value }) => value),
          LIMITS.optionValueLength,
        ),
      ).toEqual([]);
      for (const object of all.filter(({ type }) => /mrkdwn|plain_text$/.test(String(type)))) {
        expect(String(object["text"]).length).toBeGreaterThan(0);
        expect(String(object["text"]).length).toBeLessThanOrEqual(LIMITS.sectionLength);
      }
    }),
  );
});

describe("a question that was answered", () => {
  test("has the answer in the place of its buttons", () => {
    const form = aForm({ text: "Really?", choices: choices(2) });

    const { blocks } = answeredMessage({ form, answer: "yes & no", who: { userId: "U2" } });

    expect(wordsOf(blocks)).toBe("*Go on?*\nReally?\n✅ yes &amp; no — <@U2>");
    expect(ofType(blocks, "actions")).toEqual([]);
  });

  test("takes the question's place through the response_url of the answer", () => {
    const said = answeredMessage({ form: null, answer: "yes", who: { userId: "U2" } });

    expect(slackReplacement(said)).toMatchObject({
      replace_original: true,
      text: "✅ yes — <@U2>",
    });
  });

  test("says the answer alone where the question is not at hand", () => {
    expect(answeredMessage({ form: null, answer: "yes", who: { userId: "U2" } })).toEqual({
      text: "✅ yes — <@U2>",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "✅ yes — <@U2>" } }],
    });
  });
});

describe("what was pressed is nothing of ours", () => {
  test.each([
    { what: "a button of another app", action: { actionId: "a", value: "v", selected: null } },
    { what: "a button without a value", action: { actionId: "a", value: null, selected: null } },
    { what: "a list of another app", action: { actionId: "a", value: null, selected: "x" } },
    { what: "another JSON", action: { actionId: "a", value: "[1]", selected: null } },
    {
      what: "a verb that there is not",
      action: { actionId: "a", value: '{"j":"1","w":"2","v":"eat"}', selected: null },
    },
    {
      what: "no question",
      action: { actionId: "a", value: '{"j":"1","v":"accept"}', selected: null },
    },
    {
      what: "a list in which nothing is chosen",
      action: { actionId: '{"j":"1","w":"2"}', value: null, selected: null },
    },
  ])("$what", ({ action }) => {
    expect(readAction(action)).toBe(null);
  });
});

test("what stands in the fields comes back by name, as it was typed", () => {
  const state = {
    "field.text": { text: { type: "plain_text_input", value: "a\nb" } },
    "field.empty": { text: { type: "plain_text_input", value: null } },
    "field.age": { number: { type: "number_input", value: "7.5" } },
    "field.no age": { number: { type: "number_input", value: null } },
    "field.odd age": { number: { type: "number_input", value: "seven" } },
    "field.sure": { checked: { type: "checkboxes", selected_options: [{ value: "true" }] } },
    "field.unsure": { checked: { type: "checkboxes", selected_options: [] } },
    "field.size": { choice: { type: "static_select", selected_option: { value: "m" } } },
    "field.no size": { choice: { type: "static_select", selected_option: null } },
    "field.nothing": {},
    "field.broken": null,
    other: { text: { type: "plain_text_input", value: "x" } },
  };

  expect(readFields(state)).toEqual({
    text: "a\nb",
    age: "7.5",
    "odd age": "seven",
    sure: "true",
    unsure: "false",
    size: "m",
  });
});
