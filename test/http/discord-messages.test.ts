import { describe, expect, test } from "vitest";
import { verdictOf } from "../../scripts/channels/judge.ts";
import { numberedText } from "../../scripts/channels/texts.ts";
import { aPlace, openDiscord, seen, seenText, until } from "./discord-place.ts";
import { useServer } from "./support.ts";

const TEXTS = {
  brief: numberedText("brief", 1500),
  several: numberedText("several", 5000),
  book: numberedText("book", 50_000),
} as const;

/** What is in a text that Discord would take for something else, or would not take. */
const HOSTILE = "@everyone <@&1> `` ``` \u0000 \ud800 end";
const FENCED = `\`\`\`js\n${"let line = 1; // @everyone\n".repeat(150)}\`\`\`\nafterwards`;

const echoing = (name: string, text: string, more: object = {}) => ({
  name,
  description: "Says it",
  run: "lab/echo",
  payload: { text },
  ...more,
});
const artifact = (name: string, bytes: number) => ({
  name,
  description: "Makes a file",
  run: "lab/artifact",
  payload: { name: `${name}.bin`, bytes, content_type: "application/octet-stream" },
});

const CONFIG = JSON.stringify({
  discord: {
    commands: [
      ...Object.entries(TEXTS).map(([name, text]) => echoing(name, text)),
      echoing("filed", TEXTS.several, { long_text: "file" }),
      echoing("hostile", HOSTILE),
      echoing("fenced", FENCED),
      echoing("secret-book", TEXTS.book, { ephemeral: true }),
      artifact("small", 20_000),
      artifact("large", 2_000_000),
      { name: "json", description: "Says it", run: "lab/echo", payload: { list: [1, 2] } },
    ],
  },
});

const FILE_BYTES_MAX = 1_000_000;
const discord = await openDiscord({ fileBytesMax: FILE_BYTES_MAX });

describe.each(["object", "consumer"] as const)("what Discord is told by the %s", (runner) => {
  const variables = { ...discord.variables, QUEUE_RUNNER: runner };
  const server = useServer(variables, null, { config: CONFIG });

  const whole = async (name: "brief" | "several" | "book", typed: string = name) => {
    const place = aPlace(discord, server);
    await place.types(typed);
    const due = { kind: "words", name, text: TEXTS[name] } as const;
    await until(() => verdictOf(due, place.screen.messages) === "right");
    return place;
  };

  test("is one message where it fits", async () => {
    const { screen, calls } = await whole("brief");

    expect([screen.messages.length, calls().length]).toEqual([1, 0]);
  });

  test("is several messages where it does not, the first in the place of the others' beginning", async () => {
    const { screen, calls, breaches } = await whole("several");

    expect(screen.messages.length).toBe(3);
    const taken = calls().filter(({ status }) => status === 200);
    expect(taken.map(({ method }) => method)).toEqual(["PATCH", "POST", "POST"]);
    expect(taken.map(({ json }) => json["allowed_mentions"])).toEqual(
      [1, 2, 3].map(() => ({ parse: [] })),
    );
    expect(breaches()).toEqual([]);
  });

  test.each([
    { typed: "book", name: "book" },
    { typed: "filed", name: "several" },
  ] as const)("is a file where it is a book, or is to be one: $typed", async ({ typed, name }) => {
    const { screen } = await whole(name, typed);

    const [message, ...more] = screen.messages;
    expect(more).toEqual([]);
    expect(message?.files.map((file) => [file.name, file.contentType])).toEqual([
      ["result.txt", "text/plain; charset=utf-8"],
    ]);
    expect(message?.text).toMatch(/…\n-# The whole of it is in `result\.txt`\.$/);
  });

  test("stays with who asked, however long it is", async () => {
    const { screen } = await whole("book", "secret-book");

    expect(screen.messages.map(({ isEphemeral }) => isEphemeral)).toEqual([true]);
  });

  test("is shown as it is, but for what Discord does not take; a fence is closed, and nobody pinged", async () => {
    const { types, screen, breaches } = aPlace(discord, server);
    await types("hostile");

    expect(screen.messages.map(({ text, pings }) => [text, pings])).toEqual([
      ["@everyone <@&1> `` ```   end\n```", []],
    ]);
    expect(breaches()).toEqual([]);
  });

  test("keeps its fences where it is cut", async () => {
    const { types, screen } = aPlace(discord, server);
    await types("fenced");
    await seenText(screen, "afterwards");

    expect(screen.messages.length).toBeGreaterThanOrEqual(2);
    for (const { text, pings } of screen.messages) {
      expect(text.match(/```/g)?.length).toBe(2);
      expect(pings).toEqual([]);
    }
    expect(screen.messages[1]?.text).toMatch(/^```js\n/);
  });

  test("is its output where a job says nothing in words", async () => {
    const { types, screen } = aPlace(discord, server);
    await types("json");

    // The lab says its payload in words as well.
    expect(screen.messages.map(({ text }) => text)).toEqual(['{"list":[1,2]}']);
  });

  test("has the job's files with it", async () => {
    const { types, screen, breaches } = aPlace(discord, server);
    await types("small");
    const message = await seen(screen, ({ files }) => files.length > 0);

    expect(message.files.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ["small.bin", 20_000],
    ]);
    expect([message.text, screen.messages.length]).toEqual(["small.bin has 20000 bytes", 1]);
    expect(breaches()).toEqual([]);
  });

  test("names the files that are larger than Discord takes there", async () => {
    const { types, screen, breaches } = aPlace(discord, server);
    await types("large");
    const message = await seenText(screen, "large.bin has");

    expect(message.text).toBe("large.bin has 2000000 bytes\n-# Not attached: `large.bin` (2.0 MB)");
    expect([message.files, breaches()]).toEqual([[], []]);
  });
});
