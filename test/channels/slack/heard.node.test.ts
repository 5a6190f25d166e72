import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChannelVerdict } from "../../../src/channels/channel-call.ts";
import { slackHeard } from "../../../src/channels/slack/heard.ts";
import { slackSaid } from "../../../src/channels/slack/say.ts";
import type { Telling } from "../../../src/channels/telling.ts";
import type { SeatMemory } from "../../../src/core/channel/seat.ts";
import { type EpochMs, epochMs } from "../../../src/lang/time.ts";
import { at } from "../../support/a-job.ts";
import {
  aForm,
  anAnswer,
  aSaying,
  callOf,
  RESPONSE_URL,
  running,
  type SayingOver,
  succeeded,
  withArtifacts,
} from "./a-saying.ts";

const LONG = "word ".repeat(3000);
const upload = { id: "F1", url: "https://files.slack.com/upload/1" };
const botMessage = { channel: "C1", id: "1.2" };
const NOW = at(1000);

/** What is made of an answer to the call that these words lead to. */
function heard(over: SayingOver, ...answer: Parameters<typeof anAnswer>): ChannelVerdict {
  const saying = aSaying(over);
  const call = callOf(slackSaid(saying));
  return slackHeard({ saying, call, answer: anAnswer(...answer) });
}

const SAID = { result: { kind: "said" }, news: { saidAt: NOW } };

type Failure = { readonly restMs?: number; readonly news?: Partial<SeatMemory> };

const failed = (error: string, retryable: boolean, { restMs, news = {} }: Failure = {}) => ({
  result: { kind: "failed", error, retryable, restMs: restMs ?? null },
  news,
});

describe("a response_url", () => {
  test.each([
    { status: 200, json: null },
    { status: 200, json: { ok: true } },
    { status: 202, json: null },
  ])("that answers $status has heard it", ({ status, json }) => {
    expect(heard({}, status, json)).toEqual(SAID);
  });

  test("is told the next message, where there is one", () => {
    const snapshot = succeeded(LONG);

    expect(heard({ telling: { snapshot } }, 200).result).toEqual({ kind: "more" });
    expect(heard({ telling: { snapshot, part: 1 } }, 200).result).toEqual({ kind: "said" });
    expect(heard({ telling: { snapshot }, memory: { uses: 4 } }, 200).result).toEqual({
      kind: "said",
    });
  });

  test("is told it also where the use has been counted already", () => {
    const saying = aSaying({ telling: { snapshot: succeeded(LONG) }, memory: { uses: 3 } });
    const call = callOf(slackSaid(saying));
    const counted = { ...saying, memory: { ...saying.memory, ...call.begins } };

    const verdict = slackHeard({ saying: counted, call, answer: anAnswer(200) });

    expect(verdict.result).toEqual({ kind: "more" });
  });

  test.each([
    { status: 404, json: { error: "expired_url" }, error: "expired" },
    { status: 410, json: null, error: "expired" },
    { status: 400, json: { error: "invalid_blocks" }, error: "http_status" },
    { status: 403, json: null, error: "http_status" },
    { status: 302, json: null, error: "http_status" },
    { status: 200, json: { ok: false, error: "used_url" }, error: "http_status" },
  ])("that answers $status is never used again", ({ status, json, error }) => {
    expect(heard({}, status, json)).toEqual(
      failed(error, true, { restMs: 0, news: { isWayClosed: true } }),
    );
  });

  test.each([500, 502, 503])("that answers %i is asked again", (status) => {
    expect(heard({}, status)).toEqual(failed("http_status", true));
  });

  test.each([
    { after: "3", restMs: 3000 },
    { after: "86400", restMs: 3_600_000 },
  ])("is given the rest that it asks for: $after", ({ after, restMs }) => {
    expect(heard({}, 429, null, { "retry-after": after })).toEqual(
      failed("rate_limited", true, { restMs: restMs, news: { notBefore: at(1000 + restMs) } }),
    );
  });

  test("that asks for a rest and says not how long has the usual one", () => {
    expect(heard({}, 429)).toEqual(failed("rate_limited", true));
  });
});

describe("the Web API", () => {
  const bot = { hasBot: true, seat: { responseUrl: null } };
  /** It has answered: whether the message arrived is known. */
  const known = (retryable: boolean) =>
    failed("http_status", retryable, { news: { posting: null } });
  const fails = (error: string, headers = {}) => heard(bot, 200, { ok: false, error }, headers);

  test("has posted a message, which is remembered", () => {
    expect(heard(bot, 200, { ok: true, channel: "C1", ts: "1.2" })).toEqual({
      result: { kind: "said" },
      news: { saidAt: NOW, botMessage, posting: null },
    });
    expect(heard(bot, 200, { ok: true }).news).toEqual({ saidAt: NOW, posting: null });
  });

  test("has edited a message", () => {
    expect(heard({ ...bot, memory: { botMessage } }, 200, { ok: true, ts: "1.2" })).toEqual(SAID);
  });

  test("remembers of several messages the first one, which can be replaced", () => {
    const telling = { snapshot: succeeded(LONG), part: 1 };
    const seat = { responseUrl: null, response: "ephemeral" } as const;

    expect(heard({ hasBot: true, seat, telling }, 200, { ok: true, message_ts: "1.3" })).toEqual(
      SAID,
    );
  });

  test.each(["ratelimited", "rate_limited"])("asks for a rest: %s", (code) => {
    expect(fails(code, { "retry-after": "7" })).toEqual(
      failed("rate_limited", true, {
        restMs: 7000,
        news: { notBefore: at(8000), posting: null },
      }),
    );
  });

  test.each(["internal_error", "fatal_error", "service_unavailable", "request_timeout"])(
    "has trouble of its own: %s",
    (code) => {
      expect(fails(code)).toEqual(known(true));
    },
  );

  test.each([
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "msg_too_long",
    "msg_blocks_too_long",
    "no_text",
    "invalid_blocks",
    "restricted_action",
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "org_login_required",
    "message_not_found",
    "something_new",
  ])("will not do it: %s", (code) => {
    expect(fails(code)).toEqual(known(false));
  });

  test.each(["message_not_found", "cant_update_message", "edit_window_closed"])(
    "cannot edit any more, so that it is said anew: %s",
    (error) => {
      const memory = { botMessage };

      expect(heard({ ...bot, memory }, 200, { ok: false, error })).toEqual(
        failed("http_status", true, { restMs: 0, news: { botMessage: null } }),
      );
    },
  );

  test.each([
    { status: 404, verdict: known(false) },
    { status: 301, verdict: known(false) },
  ])("that answers $status will not do it", ({ status, verdict }) => {
    expect(heard(bot, status)).toEqual(verdict);
  });

  test.each([500, 502, 200])("that answers %i and nothing readable may have done it", (status) => {
    expect(heard(bot, status)).toEqual(failed("http_status", true));
  });
});

describe("a file on its way", () => {
  const snapshot = withArtifacts(succeeded("hello"), [{ name: "a.csv", bytes: 12 }]);
  const atPart = (part: number, memory: Partial<SeatMemory> = {}) => ({
    hasBot: true,
    memory,
    telling: { snapshot, part },
  });
  const place = { ok: true, file_id: "F1", upload_url: upload.url };

  test("goes from where to, over its bytes, to being shown", () => {
    expect(heard(atPart(0), 200)).toMatchObject({ result: { kind: "more" } });
    expect(heard(atPart(1), 200, place)).toEqual({ result: { kind: "more" }, news: { upload } });
    expect(heard(atPart(2, { upload }), 200)).toEqual({
      result: { kind: "more" },
      news: { saidAt: NOW },
    });
    expect(heard(atPart(3, { upload }), 200, { ok: true, files: [] })).toEqual({
      result: { kind: "said" },
      news: { saidAt: NOW, upload: null },
    });
  });

  test("is sent to nobody but Slack", () => {
    const elsewhere = { ...place, upload_url: "https://files.example.com/upload" };

    expect(heard(atPart(1), 200, elsewhere)).toEqual(failed("url_not_allowed", false));
  });

  test("is sent to whoever stands in for Slack", () => {
    const url = "http://127.0.0.1:4000/upload/1";
    const over = { ...atPart(1), base: "http://127.0.0.1:4000/api" };

    expect(heard(over, 200, { ...place, upload_url: url }).news).toEqual({
      upload: { id: "F1", url },
    });
  });

  test("stays where no place for it is named", () => {
    expect(heard(atPart(1), 200, { ok: true })).toEqual(failed("http_status", false));
  });

  test("is given up where its place takes no bytes", () => {
    expect(heard(atPart(2, { upload }), 404)).toEqual(
      failed("http_status", true, { restMs: 0, news: { filesRefusedAt: 2, upload: null } }),
    );
  });

  test.each([
    { part: 1, error: "missing_scope" },
    { part: 3, error: "not_in_channel" },
  ])("is left out where it is refused for good: $error", ({ part, error }) => {
    const refused = heard(atPart(part, { upload }), 200, { ok: false, error });

    const news = { filesRefusedAt: part, upload: null };
    expect(refused).toEqual(failed("http_status", true, { restMs: 0, news }));
    expect(heard(atPart(part, { upload }), 200, { ok: false, error: "fatal_error" })).toEqual(
      failed("http_status", true),
    );
  });

  test("that was refused is tried again with what is told next", () => {
    const long = { snapshot: succeeded("word ".repeat(4000)), part: 1 };
    const over = { hasBot: true, memory: { uses: 1, filesRefusedAt: 1 }, telling: long };

    expect(heard(over, 200)).toEqual({
      result: { kind: "said" },
      news: { saidAt: NOW, filesRefusedAt: null },
    });
  });

  test("is sent again after trouble on the way", () => {
    expect(heard(atPart(2, { upload }), 500)).toEqual(failed("http_status", true));
  });
});

const aTellingDrawn = fc.record({
  about: fc.constantFrom("end", "question", "progress", "late"),
  text: fc.constantFrom("hello", LONG, "word ".repeat(10_000)),
});
const anEnding = fc.record({
  status: fc.constantFrom(200, 200, 200, 404, 429, 500, 503),
  /** Nobody hears of the answer: the call is made again. */
  isLost: fc.boolean(),
  waitMs: fc.constantFrom(0, 1000, 600_000),
});

/** A seat, and whoever speaks to it: every call is counted before it is made. */
type Drive = {
  readonly hasBot: boolean;
  readonly left: Ending[];
  memory: SeatMemory;
  now: EpochMs;
  calls: number;
};

type Ending = { readonly status: number; readonly isLost: boolean; readonly waitMs: number };

/** One call, if there is one to make, and what is to be told next; `null` = the telling is over. */
function step(drive: Drive, telling: Partial<Telling>): Partial<Telling> | null {
  const { memory, hasBot, now } = drive;
  const saying = aSaying({ telling, memory, hasBot, now });
  const said = slackSaid(saying);
  const ending = drive.left.shift();
  if (said.kind !== "call" || ending === undefined) return null;
  const { call } = said;
  if (call.url === RESPONSE_URL) {
    drive.calls += 1;
    expect(now).toBeLessThan(at(29.75 * 60_000));
    expect(memory.isWayClosed).toBe(false);
  }
  drive.now = epochMs(now + ending.waitMs);
  drive.memory = { ...memory, ...call.begins };
  if (ending.isLost) return { ...telling, isUnsure: true };
  const answer = anAnswer(ending.status, { ok: ending.status === 200, error: "no" });
  const { result, news } = slackHeard({ saying, call, answer });
  drive.memory = { ...drive.memory, ...news };
  return nextOf(telling, result);
}

function nextOf(telling: Partial<Telling>, result: ChannelVerdict["result"]) {
  if (result.kind === "more") return { ...telling, part: (telling.part ?? 0) + 1, isUnsure: false };
  return result.kind === "failed" && result.retryable ? { ...telling, isUnsure: false } : null;
}

test("a response_url is called five times at most, whatever is told and whatever it answers", () => {
  const drawn = fc.tuple(
    fc.array(aTellingDrawn, { maxLength: 8 }),
    fc.array(anEnding, { minLength: 40, maxLength: 40 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(drawn, ([tellings, endings, hasBot]) => {
      const { memory } = aSaying();
      const drive: Drive = { hasBot, left: [...endings], memory, now: NOW, calls: 0 };
      for (const { about, text } of tellings) {
        const end = about === "end";
        let telling: Partial<Telling> | null = {
          about,
          snapshot: end ? succeeded(text) : running({ percent: 1, message: "x" }),
          question: about === "question" ? { waitId: "w", form: aForm() } : null,
        };
        while (telling !== null) telling = step(drive, telling);
      }
      expect(drive.calls).toBeLessThanOrEqual(5);
      expect(drive.memory.uses).toBe(drive.calls);
    }),
    { numRuns: 300 },
  );
});
