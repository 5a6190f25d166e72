import { describe, expect, test } from "vitest";
import { slackAck, slackInline, slackNote } from "../../../src/channels/slack/inline.ts";
import { slackSaid } from "../../../src/channels/slack/say.ts";
import type { Snapshot } from "../../../src/core/job/snapshot.ts";
import { at } from "../../support/a-job.ts";
import {
  API,
  aForm,
  aSaying,
  aSlackSeat,
  aTelling,
  callOf,
  jsonOf,
  RESPONSE_URL,
  running,
  type SayingOver,
  succeeded,
  withArtifacts,
  wordsOf,
} from "./a-saying.ts";

const LONG = "word ".repeat(3000);
const VERY_LONG = "word ".repeat(10_000);
const QUESTION = { waitId: "wait-1", form: aForm() };
const PROGRESS = {
  about: "progress",
  snapshot: running({ percent: 1, message: "Reading" }),
} as const;
const LATE = { about: "late", snapshot: running() } as const;
const BOT_MESSAGE = { channel: "C1", id: "1.2" };

const said = (over: SayingOver) => slackSaid(aSaying(over));
const call = (over: SayingOver) => callOf(said(over));
const sent = (over: SayingOver) => jsonOf(call(over));
const methodOf = (over: SayingOver) => call(over).url.replace(`${API}/`, "");

describe("through the response_url", () => {
  test("an answer takes the place of the acknowledgement", () => {
    const { body, ...rest } = call({});

    expect(rest).toEqual({
      method: "POST",
      url: RESPONSE_URL,
      auth: "none",
      isRepeatable: true,
      begins: { uses: 1 },
    });
    expect(body).toMatchObject({
      kind: "json",
      json: {
        response_type: "in_channel",
        replace_original: true,
        text: "hello",
        unfurl_links: false,
        unfurl_media: false,
      },
    });
  });

  test.each(["in_channel", "ephemeral"] as const)("it is seen as was set: %s", (response) => {
    expect(sent({ seat: { response } })).toMatchObject({ response_type: response });
  });

  test("it replaces nothing where the sender saw no acknowledgement", () => {
    const over = { seat: { isAcknowledged: false, threadTs: "1.1" } };

    expect(sent(over)).toMatchObject({ replace_original: false, thread_ts: "1.1" });
    expect(call(over).isRepeatable).toBe(false);
  });

  test("what comes after the first message is added, and said again rather than lost", () => {
    const telling = { snapshot: succeeded(LONG), part: 1 };
    const first = call({ telling, memory: { uses: 1 } });

    const again = call({ telling: { ...telling, isUnsure: true }, memory: { uses: 2 } });

    expect(jsonOf(first)).toMatchObject({ replace_original: false });
    expect(first.isRepeatable).toBe(false);
    expect(jsonOf(again)).toEqual(jsonOf(first));
    expect(again.begins).toEqual({ uses: 3 });
  });

  test("the messages are the answer, one after the other, and then there is no more", () => {
    const pieces = [0, 1, 2].map((part) =>
      wordsOf(sent({ telling: { snapshot: succeeded(VERY_LONG), part } })),
    );

    expect(pieces[0]).not.toContain("Job `job-1`");
    expect(pieces[2]).toContain("It is cut here");
    expect(said({ telling: { snapshot: succeeded(VERY_LONG), part: 3 } })).toEqual({
      kind: "nothing",
    });
  });

  test("with one use left, the message says that it is cut", () => {
    const snapshot = succeeded(LONG);

    const last = sent({ telling: { snapshot }, memory: { uses: 4 } });

    expect(wordsOf(last)).toContain("It is cut here");
    expect(wordsOf(sent({ telling: { snapshot }, memory: { uses: 3 } }))).not.toContain("cut here");
  });

  test("a question is asked where it can be answered", () => {
    const json = sent({ telling: { about: "question", snapshot: running(), question: QUESTION } });

    expect(json).toMatchObject({ replace_original: true, text: "Go on?" });
    expect(JSON.stringify(json)).toContain("actions");
  });

  test("a question that is not there is not asked", () => {
    expect(said({ telling: { about: "question" } })).toEqual({ kind: "nothing" });
  });
});

describe("the response_url is kept for the answer", () => {
  test("how far a job is takes one use, the first", () => {
    expect(wordsOf(sent({ telling: PROGRESS }))).toContain("Reading (1 %)");
    expect(said({ telling: PROGRESS, memory: { uses: 1 } })).toEqual({ kind: "nothing" });
    expect(said({ telling: PROGRESS, memory: { saidAt: at(5) } })).toEqual({ kind: "nothing" });
  });

  test("a job that says nothing of it takes none", () => {
    expect(said({ telling: { about: "progress", snapshot: running() } })).toEqual({
      kind: "nothing",
    });
  });

  test("that it takes too long is said where nobody else can speak", () => {
    expect(sent({ telling: LATE })).toMatchObject({ replace_original: true });
    expect(said({ telling: LATE, hasBot: true })).toEqual({ kind: "nothing" });
    expect(said({ telling: { about: "late" } })).toEqual({ kind: "nothing" });
    expect(sent({ telling: LATE, hasBot: true, seat: { channelId: null } })).toBeDefined();
  });

  test("a question that waits for its answer stays where it is", () => {
    const snapshot = { ...running(), wait: {} } as unknown as Snapshot;

    expect(sent({ telling: { about: "late", snapshot } })).toMatchObject({
      replace_original: false,
    });
  });
});

describe("the bot", () => {
  const bot = { hasBot: true, seat: { responseUrl: null } };

  test("answers in the thread", () => {
    expect(sent({ ...bot, seat: { ...bot.seat, threadTs: "1.1" } })).toMatchObject({
      thread_ts: "1.1",
    });
  });

  test("edits what it has said before", () => {
    const over = { ...bot, memory: { botMessage: BOT_MESSAGE } };

    expect(methodOf(over)).toBe("chat.update");
    expect(call(over).isRepeatable).toBe(true);
    expect(sent(over)).toMatchObject({ channel: "C1", ts: "1.2", text: "hello" });
  });

  test("tells one person alone, and edits nothing of that", () => {
    const seat = { ...bot.seat, response: "ephemeral", threadTs: "1.1" } as const;
    const over = { ...bot, seat, memory: { botMessage: BOT_MESSAGE } };

    expect(methodOf(over)).toBe("chat.postEphemeral");
    expect(sent(over)).toMatchObject({ channel: "C1", user: "U1", thread_ts: "1.1" });
    expect(said({ ...over, telling: PROGRESS })).toEqual({ kind: "nothing" });
  });

  test("says how far a job is where it can be edited, and adds no message for it", () => {
    const closed = { hasBot: true, memory: { isWayClosed: true } };

    expect(methodOf({ ...bot, telling: PROGRESS })).toBe("chat.postMessage");
    expect(said({ ...closed, telling: PROGRESS })).toEqual({ kind: "nothing" });
    const memory = { isWayClosed: true, botMessage: BOT_MESSAGE };
    expect(methodOf({ ...closed, memory, telling: PROGRESS })).toBe("chat.update");
  });
});

describe("files", () => {
  const snapshot = withArtifacts(succeeded("hello"), [{ name: "a.csv", bytes: 12 }]);
  const bot = { hasBot: true };
  const upload = { id: "F1", url: "https://files.slack.com/upload/1" };
  const part = (index: number, over: SayingOver = {}) =>
    call({ ...bot, ...over, telling: { snapshot, part: index } });

  test("take three calls each: where to, the bytes, and showing it", () => {
    const memory = { upload };

    expect([part(1), part(2, { memory }), part(3, { memory })]).toEqual([
      {
        method: "POST",
        url: `${API}/files.getUploadURLExternal`,
        auth: "bot",
        body: { kind: "form", fields: { filename: "a.csv", length: "12" } },
        isRepeatable: true,
        begins: {},
      },
      {
        method: "POST",
        url: upload.url,
        auth: "none",
        body: {
          kind: "bytes",
          file: {
            name: "a.csv",
            contentType: "text/plain",
            from: { kind: "artifact", name: "a.csv" },
          },
        },
        isRepeatable: true,
        begins: {},
      },
      {
        method: "POST",
        url: `${API}/files.completeUploadExternal`,
        auth: "bot",
        body: {
          kind: "json",
          json: { files: [{ id: "F1", title: "a.csv" }], channel_id: "C1" },
        },
        isRepeatable: false,
        begins: {},
      },
    ]);
    expect(said({ ...bot, telling: { snapshot, part: 4 } })).toEqual({ kind: "nothing" });
  });

  test("are shown in the thread", () => {
    const over = { memory: { upload }, seat: { threadTs: "1.1" } };

    expect(jsonOf(part(3, over))).toMatchObject({ thread_ts: "1.1" });
  });

  test("are asked for anew where the place for them is gone", () => {
    expect(part(2).url).toBe(`${API}/files.getUploadURLExternal`);
    expect(said({ ...bot, telling: { snapshot, part: 3 } })).toEqual({ kind: "nothing" });
  });

  test("that are refused for good make room for the rest of the words, in messages", () => {
    const long = { snapshot: succeeded(`${"word ".repeat(4000)}end`) };
    const rest = (filesRefusedAt: number, index: number) =>
      said({ ...bot, memory: { uses: 1, filesRefusedAt }, telling: { ...long, part: index } });
    const words = (refusedAt: number, index: number) =>
      wordsOf(jsonOf(callOf(rest(refusedAt, index))));

    expect(words(1, 1)).toMatch(/end\nJob/);
    expect(words(3, 3)).toBe(words(1, 1));
    expect([rest(1, 2), rest(3, 4), rest(4, 4)]).toEqual(Array(3).fill({ kind: "nothing" }));
    const filed = said({ ...bot, memory: { filesRefusedAt: 1 }, telling: { snapshot, part: 1 } });
    expect(filed).toEqual({ kind: "nothing" });
  });

  test("go to the channel that the bot's message has named", () => {
    const over = { memory: { upload, botMessage: { channel: "D1", id: "1.1" } } };

    expect(jsonOf(part(3, over))).toMatchObject({ channel_id: "D1" });
  });

  test("hold an answer that is too long, after a message with its beginning", () => {
    const long = { snapshot: succeeded(`${LONG}é`) };
    const over = { ...bot, memory: { upload } };

    expect(wordsOf(sent({ ...bot, telling: long }))).toContain("The whole answer follows, and is");
    expect(call({ ...over, telling: { ...long, part: 1 } }).body).toEqual({
      kind: "form",
      fields: { filename: "answer.md", length: String(LONG.length + 2) },
    });
    expect(call({ ...over, telling: { ...long, part: 2 } }).body).toMatchObject({
      kind: "bytes",
      file: { from: { kind: "text", text: `${LONG}é` } },
    });
  });

  test("are never more than ten, none of them empty or too large", () => {
    const files = [
      { name: "empty", bytes: 0 },
      { name: "large", bytes: 52_428_801 },
      ...Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, bytes: 52_428_800 })),
    ];
    const telling = { snapshot: withArtifacts(succeeded("hello"), files) };
    const filename = (index: number) => {
      const { body } = call({ ...bot, telling: { ...telling, part: index } });
      return body.kind === "form" ? body.fields["filename"] : null;
    };

    expect([filename(1), filename(28)]).toEqual(["f0", "f9"]);
    expect(said({ ...bot, telling: { ...telling, part: 31 } })).toEqual({ kind: "nothing" });
  });

  test.each([
    {
      what: "only one person may see them",
      over: { hasBot: true, seat: { response: "ephemeral" } },
    },
    { what: "there is no bot", over: {} },
    { what: "there is no channel", over: { hasBot: true, seat: { channelId: null } } },
  ] as const)("are not sent where $what: the words are split instead", ({ over }) => {
    const long = withArtifacts(succeeded(LONG), [{ name: "a.csv", bytes: 12 }]);

    expect(wordsOf(sent({ ...over, telling: { snapshot: long } }))).not.toContain(
      "follows, and is",
    );
    expect(wordsOf(sent({ ...over, telling: { snapshot: long, part: 1 } }))).toContain("`a.csv`");
    expect(said({ ...over, telling: { snapshot: long, part: 2 } })).toEqual({ kind: "nothing" });
  });
});

describe("the answer to the request itself", () => {
  const seat = aSlackSeat();

  test("is the whole answer where it fits", () => {
    expect(slackInline(aTelling(), seat)).toMatchObject({
      response_type: "in_channel",
      text: "hello",
    });
  });

  test("is a question", () => {
    const telling = aTelling({ about: "question", snapshot: running(), question: QUESTION });

    expect(slackInline(telling, seat)).toMatchObject({ text: "Go on?" });
  });

  test.each([
    { what: "too long", telling: { snapshot: succeeded(LONG) } },
    { what: "far too long", telling: { snapshot: succeeded(VERY_LONG) } },
    {
      what: "files",
      telling: { snapshot: withArtifacts(succeeded("a"), [{ name: "a", bytes: 1 }]) },
    },
    { what: "no question", telling: { about: "question", snapshot: running() } },
    { what: "no answer yet", telling: PROGRESS },
  ] as const)("is not: $what", ({ telling }) => {
    expect(slackInline(aTelling(telling), seat)).toBe(null);
  });

  test("is that it was heard, seen as the answer will be", () => {
    expect(slackAck({ response: "ephemeral" })).toEqual({
      response_type: "ephemeral",
      text: "Working on it…",
      blocks: [{ type: "section", text: { type: "mrkdwn", text: "Working on it…" } }],
      unfurl_links: false,
      unfurl_media: false,
    });
    expect(wordsOf(slackAck({ response: "in_channel" }, "job-1"))).toContain("Job `job-1`");
  });

  test("may be words for one person, beside what is there", () => {
    expect(slackNote("It was answered before.")).toMatchObject({
      response_type: "ephemeral",
      replace_original: false,
      text: "It was answered before.",
    });
  });
});
