import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Manner, messagesOf, oneMessageOf } from "../../../src/channels/discord/message.ts";
import type { Snapshot } from "../../../src/core/job/snapshot.ts";
import {
  aChoice,
  aField,
  anArtifact,
  aQuestion,
  aResult,
  aSnapshot,
  aTelling,
  JOB_ID,
} from "../../support/a-discord-saying.ts";
import { anError } from "../../support/a-job.ts";

const MANNER: Manner = {
  onward: "nowhere",
  messagesMax: 5,
  longText: "messages",
  fileBytesMax: 10_485_760,
  takesFiles: true,
};

const NOTE = `-# job ${JOB_ID}`;

const saidOf = (snapshot: Partial<Snapshot>, manner: Partial<Manner> = {}) =>
  messagesOf(aTelling({ snapshot: aSnapshot(snapshot) }), { ...MANNER, ...manner });

const contentsOf = (snapshot: Partial<Snapshot>, manner: Partial<Manner> = {}) =>
  saidOf(snapshot, manner).map(({ content }) => content);

const failure = (status: Snapshot["status"], message: string, attempt = 1) => ({
  status,
  attempt,
  result: null,
  error: { ...anError, message },
});

describe("a result", () => {
  test.each([
    { name: "its text", result: aResult("Hi **there**", { a: 1 }), content: "Hi **there**" },
    { name: "without NUL and halves", result: aResult("a\0b\ud800c"), content: "abc" },
    {
      name: "its output",
      result: aResult(null, { a: 1 }),
      content: '```json\n{\n  "a": 1\n}\n```',
    },
    { name: "blank text as none", result: aResult(" \n", { a: 1 }), content: /json/ },
    { name: "nothing", result: aResult(null), content: "Done." },
    { name: "what is not kept", result: { result: null }, content: "Done." },
  ])("is told as $name", ({ result, content }) => {
    const [said, ...others] = contentsOf(result);

    expect(others).toEqual([]);
    if (content instanceof RegExp) expect(said).toMatch(content);
    else expect(said).toBe(content);
  });

  test("closes no fence of ours, whatever is in it", () => {
    const [content = ""] = contentsOf(aResult(null, { a: "```" }));

    expect([...content.matchAll(/```/g)]).toHaveLength(2);
  });

  test("of files names them, and has them attached but for the gateway's own", () => {
    const [message] = saidOf({
      ...aResult(null),
      artifacts: [anArtifact("a.txt"), anArtifact("_result.json")],
    });

    expect(message.content).toBe("Done: `a.txt`.");
    expect(message.files.map(({ name }) => name)).toEqual(["a.txt"]);
  });

  test("names what does not fit, with its size", () => {
    const artifacts = [
      anArtifact("big.zip", 10_485_761),
      ...Array.from({ length: 12 }, (_, index) => anArtifact(`f${index}`, 5)),
    ];
    const [message] = saidOf({ ...aResult("Hi"), artifacts });

    expect(message.files.map(({ name }) => name)).toHaveLength(10);
    expect(message.content).toBe(
      "Hi\n-# Not attached: `big.zip` (10.5 MB), `f10` (5 bytes), `f11` (5 bytes)",
    );
  });

  test("attaches no more than 25 MiB in all", () => {
    const artifacts = Array.from({ length: 4 }, (_, index) => anArtifact(`f${index}`, 8_000_000));
    const [message] = saidOf({ ...aResult("Hi"), artifacts });

    expect(message.files).toHaveLength(3);
    expect(message.content).toContain("-# Not attached: `f3` (8.0 MB)");
  });
});

describe("a long text", () => {
  const text = (units: number) => "word ".repeat(units / 5);

  test("is told in up to five messages, and then in a file", () => {
    expect(contentsOf(aResult(text(9000))).join("")).toBe(text(9000));
    expect(saidOf(aResult(text(9000)))).toHaveLength(5);
    expect(saidOf(aResult(text(9900)))).toHaveLength(1);
  });

  test.each([
    { kind: "txt", given: text(3000), type: "text/plain; charset=utf-8" },
    { kind: "md", given: `# Title\n${text(3000)}`, type: "text/plain; charset=utf-8" },
    { kind: "json", given: JSON.stringify([text(3000)]), type: "application/json" },
    { kind: "txt", given: `{ ${text(3000)}`, type: "text/plain; charset=utf-8" },
  ])("is its first lines and a file where the settings say so: $kind", (given) => {
    const { kind, given: whole, type } = given;
    const [message, ...others] = saidOf(aResult(whole), { longText: "file" });

    expect(others).toEqual([]);
    expect(message.files).toEqual([
      { name: `result.${kind}`, contentType: type, from: { kind: "text", text: whole } },
    ]);
    expect(message.content).toMatch(new RegExp(`in \`result.${kind}\`.$`));
    expect(message.content.length).toBeLessThan(700);
  });

  test("of an output is a file, as half of a JSON is none", () => {
    const [message, ...others] = saidOf(aResult(null, { text: text(3000) }));

    expect(others).toEqual([]);
    expect(message.files[0]?.name).toBe("result.json");
  });

  test.each([{ takesFiles: false }, { fileBytesMax: 1000 }])(
    "is its beginning where no file is taken, with the job to ask for the rest: %j",
    (manner) => {
      const [message] = saidOf(aResult(text(3000)), { longText: "file", ...manner });

      expect(message.files).toEqual([]);
      expect(message.content).toMatch(/^word word .*…\n-# This is its beginning: .*3.0 KB/s);
      expect(message.content.endsWith(NOTE)).toBe(true);
    },
  );

  test("is a file where it has to be one message", () => {
    const telling = aTelling({ snapshot: aSnapshot(aResult(text(3000))) });

    expect(oneMessageOf(telling, MANNER).files[0]?.name).toBe("result.txt");
  });
});

describe("an end without success", () => {
  test.each([
    {
      snapshot: failure("failed", "There is no `x`, @everyone"),
      content: `❌ **That did not work**.\nThere is no \\\`x\\\`, \\@everyone\nChange what you ask for before you try again.\n${NOTE}`,
    },
    {
      snapshot: failure("dead", "Busy", 4),
      content: `❌ **That did not work** after 4 attempts.\nBusy\nYou can try again later.\n${NOTE}`,
    },
    {
      snapshot: failure("timed_out", "Took over 10 s"),
      content: `⌛ **That took too long, and was stopped**.\nTook over 10 s\nYou can try again, or ask for less at once.\n${NOTE}`,
    },
    { snapshot: failure("cancelled", ""), content: `🚫 **Cancelled**.\n${NOTE}` },
  ])("says what to do: $snapshot.status", ({ snapshot, content }) => {
    expect(contentsOf(snapshot)).toEqual([content]);
  });
});

describe("on the way", () => {
  test.each([
    {
      progress: { percent: 40, message: "Reading\n*files*" },
      content: "⏳ 40 % — Reading \\*files\\*",
    },
    { progress: { percent: 12.6, message: null }, content: "⏳ 13 %" },
    { progress: { percent: null, message: "Almost" }, content: "⏳ Almost" },
    { progress: null, content: "⏳ Working" },
  ])("says how far it is: $content", ({ progress, content }) => {
    const telling = aTelling({ about: "progress", snapshot: aSnapshot({ progress }) });

    expect(messagesOf(telling, MANNER)).toEqual([{ content, files: [], components: [] }]);
  });

  test.each([
    { onward: "channel", words: "a new message in this channel" },
    { onward: "direct", words: "a direct message to you" },
    { onward: "nowhere", words: "ask for it by the job's id" },
  ] as const)("says where the answer will come: $onward", ({ onward, words }) => {
    const [{ content }] = messagesOf(aTelling({ about: "late" }), { ...MANNER, onward });

    expect(content).toContain(words);
    expect(content.endsWith(NOTE)).toBe(true);
  });
});

describe("a question", () => {
  const contentOf = (form: Parameters<typeof aQuestion>[0]) =>
    messagesOf(aTelling(aQuestion(form)), MANNER)[0].content;

  test("says what its buttons have no room for", () => {
    const choices = [aChoice("a", { label: "A", description: "The first" }), aChoice("b")];

    expect(contentOf({ text: "Which *one*?", choices })).toBe(
      "**Deploy?**\nWhich *one*?\n- **A**: The first",
    );
  });

  test("says that there are more choices than a list can hold", () => {
    const choices = Array.from({ length: 30 }, (_, index) => aChoice(`c${index}`));

    expect(contentOf({ choices })).toContain("the first 25 of 30 choices");
  });

  test("says that a form leaves something out, or cannot hold it at all", () => {
    const fields = (isRequired: boolean) =>
      Array.from({ length: 7 }, (_, index) => aField(`f${index}`, { isRequired }));

    expect(contentOf({ fields: fields(false) })).toContain("leaves out 2");
    expect(contentOf({ fields: fields(true) })).toContain("Answer it over HTTP");
  });

  test("keeps its buttons and its notes where its text becomes a file, or is cut", () => {
    const choices = Array.from({ length: 30 }, (_, index) => aChoice(`c${index}`));
    const telling = aTelling(aQuestion({ text: "word ".repeat(600), choices }));
    const [filed, ...others] = messagesOf(telling, MANNER);
    const [cut] = messagesOf(telling, { ...MANNER, takesFiles: false });

    expect(others).toEqual([]);
    expect(filed.files[0]?.name).toBe("result.md");
    expect(cut.files).toEqual([]);
    for (const { content, components } of [filed, cut]) {
      expect(components).toHaveLength(1);
      expect(content).toContain("the first 25 of 30 choices");
      expect(content.split(NOTE)).toHaveLength(2);
    }
  });

  test("has words where it was asked without any", () => {
    expect(contentOf({ title: " " })).toBe("How should this go on?");
  });
});

test("whatever is said is within Discord's limits, and never empty", () => {
  const text = fc
    .array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("```", "```js\n", "@everyone ")))
    .chain((parts) => fc.nat(80).map((times) => parts.join("").repeat(times)));
  const result = fc.record({
    text: fc.option(text),
    output: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant({})),
    artifacts: fc.constant([]),
  });
  const snapshot = fc.record({
    status: fc.constantFrom("succeeded", "failed", "dead", "timed_out", "cancelled"),
    result,
    error: text.map((message) => ({ ...anError, message })),
    artifacts: fc.array(
      fc.nat(20_000_000).map((bytes) => anArtifact(`f${bytes}`, bytes)),
      { maxLength: 30 },
    ),
    progress: fc.record({ percent: fc.option(fc.nat(100)), message: fc.option(text) }),
  });
  const manner = fc.record({
    onward: fc.constantFrom("channel", "direct", "nowhere"),
    messagesMax: fc.integer({ min: 1, max: 5 }),
    longText: fc.constantFrom("messages", "file"),
    fileBytesMax: fc.nat(10_485_760),
    takesFiles: fc.boolean(),
  });
  const about = fc.constantFrom("end", "progress", "late", "question");
  const title = fc.string({ unit: "binary" });
  const form = fc.record({ title, text: fc.option(text) });

  fc.assert(
    fc.property(about, fc.tuple(snapshot, form), manner, (why, [over, asked], how) => {
      const telling = aTelling({
        ...aQuestion(asked),
        about: why,
        snapshot: aSnapshot(over as never),
      });
      const messages = messagesOf(telling, how as Manner);

      expect(messages.length).toBeLessThanOrEqual((how as Manner).messagesMax);
      for (const { content, files } of messages) {
        expect(content.length).toBeLessThanOrEqual(1960);
        expect(content.trim()).not.toBe("");
        expect(content.isWellFormed()).toBe(true);
        expect([...content.matchAll(/```/g)].length % 2).toBe(0);
        expect(files.length).toBeLessThanOrEqual(10);
      }
    }),
    { numRuns: 200 },
  );
});
