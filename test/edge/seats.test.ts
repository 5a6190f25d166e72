import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DiscordSeat } from "../../src/core/channel/seat.ts";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import type { Outcome } from "../../src/core/plugin/outcome.ts";
import type { ClaimedDelivery } from "../../src/edge/callbacks/claimed-delivery.ts";
import { deliver } from "../../src/edge/callbacks/deliver.ts";
import { after, epochMs, seconds } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aDiscordSeat, seatCallback } from "../support/a-seat.ts";
import { aReceiver, callbackMessage, deliverCallbacks, ledgerOf, submitWith } from "./receivers.ts";
import { CLAIM, crash, newObject, setClock, type TestObject, until } from "./support.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

type Receiver = ReturnType<typeof aReceiver>;

/** What is said in so many messages. */
const SEVERAL = Array.from({ length: 700 }, (_, at) => `word${at}`).join(" ");
const says = (text: string): Outcome => ({ ...aSuccess, result: { text, output: {} } }) as Outcome;

/** A job that somebody in Discord has just started; the receiver is Discord. */
async function aSeatedJob(over: Partial<DiscordSeat> = {}) {
  const [object, receiver] = [newObject(), aReceiver()];
  const now = epochMs(Date.now());
  const seat = aDiscordSeat({
    applicationId: receiver.name,
    channelId: receiver.name,
    tokenAt: now,
    ackUntil: after(now, seconds(2)),
    ...over,
  });
  await submitWith(object, seatCallback(seat));
  return { object, receiver, seat };
}

const end = (object: TestObject, text: string) =>
  object.job.report(ONLY_STEP, CLAIM.token, { ...anEnd(aSuccess), outcome: says(text) });

/** A job whose acknowledgement said no more than that an answer comes, and which has one now. */
async function anAnswerOwed(text: string) {
  const seated = await aSeatedJob();
  expect(await seated.object.job.answerInline("discord")).toBeNull();
  await seated.object.job.claim(CLAIM);
  await end(seated.object, text);
  return seated;
}

const said = async (receiver: Receiver) =>
  (await receiver.requests()).map(({ method, path, body, headers }) => {
    const isJson = headers["content-type"]?.startsWith("application/json") === true;
    const { content } = isJson ? (JSON.parse(body) as { content: string }) : { content: "files" };
    return { how: `${method} ${path.endsWith("@original") ? "first" : "next"}`, content, body };
  });
const howOf = async (receiver: Receiver) => (await said(receiver)).map(({ how }) => how);
const rowsOf = async (object: TestObject) =>
  (await ledgerOf(object)).map(({ event, state }) => [event, state]);
const idle = (object: TestObject) =>
  until(async () => (await ledgerOf(object)).every(({ state }) => state !== "pending"));

async function claimed(object: TestObject): Promise<ClaimedDelivery> {
  const claim = await object.job.claimDelivery(1);
  if (claim === null) throw new Error("Nothing is due");
  return claim;
}

const DELIVERED = [["job.succeeded", "delivered"]];

/** The same promises wherever a seat is told from (design, section 4). */
describe.each(["consumer", "object"] as const)("a seat, told by the %s", (runner) => {
  const bring = (object: TestObject, times = 1) =>
    deliverCallbacks(
      Array.from({ length: times }, () => callbackMessage(object)),
      runner,
    );

  test.each(["evict", "crash"] as const)(
    "has its answer with the acknowledgement once, whatever comes between: %s",
    async (how) => {
      const { object, receiver } = await aSeatedJob();
      const down = downBy(how, object);
      await down();
      await object.job.claim(CLAIM);
      await down();
      await end(object, "fast");
      await down();
      const inline = await object.job.answerInline("discord");
      await down();
      const again = await object.job.answerInline("discord");
      await down();
      await bring(object, 2);

      expect(inline).toMatchObject({ content: "fast", allowed_mentions: { parse: [] } });
      expect(again).toEqual(inline);
      expect(await said(receiver)).toEqual([]);
      expect(await rowsOf(object)).toEqual(DELIVERED);
    },
  );

  test.each(["evict", "crash"] as const)(
    "is told what it was promised once, whatever comes between: %s",
    async (how) => {
      const { object, receiver } = await aSeatedJob();
      const down = downBy(how, object);
      await down();
      expect(await object.job.answerInline("discord")).toBeNull();
      await down();
      await object.job.claim(CLAIM);
      await down();
      await end(object, "slow");
      await down();
      expect(await object.job.answerInline("discord")).toBeNull();
      await down();
      await bring(object);
      await idle(object);
      await down();
      await bring(object, 3);

      expect(await said(receiver)).toMatchObject([{ how: "PATCH first", content: "slow" }]);
      expect(await rowsOf(object)).toEqual(DELIVERED);
    },
  );

  test.each(["evict", "crash"] as const)(
    "hears each of several messages once, with one between any two: %s",
    async (how) => {
      const { object, receiver } = await anAnswerOwed(SEVERAL);
      const down = downBy(how, object);
      for (let part = 0; part < 3; part += 1) {
        const claim = await claimed(object);
        await object.job.noteDelivery(await deliver(claim, env), false);
        await down();
      }
      await bring(object);

      expect(await howOf(receiver)).toEqual(["PATCH first", "POST next", "POST next"]);
      const words = (await said(receiver)).flatMap(
        ({ content }) => content.match(/word\d+/g) ?? [],
      );
      expect(words).toEqual(SEVERAL.split(" "));
      expect(await rowsOf(object)).toEqual(DELIVERED);
    },
  );

  test("hears no message twice of which nobody knows whether it was said", async () => {
    const { object, receiver } = await anAnswerOwed(SEVERAL);
    await object.job.noteDelivery(await deliver(await claimed(object), env), false);
    // It is said, and whoever said it dies before they can tell.
    await deliver(await claimed(object), env);
    await crash(object);
    await bring(object);
    await idle(object);

    // The whole goes into the first message, which can be written as often as need be.
    expect(await howOf(receiver)).toEqual(["PATCH first", "POST next", "PATCH first"]);
    const [, , last] = await said(receiver);
    expect(last?.body).toContain(SEVERAL);
    expect(await rowsOf(object)).toEqual(DELIVERED);
  });

  test("hears an edit again of which nobody knows, and sees it once", async () => {
    const { object, receiver } = await anAnswerOwed("slow");
    await deliver(await claimed(object), env);
    await crash(object);
    await bring(object);
    await idle(object);

    const [first, second, ...more] = await said(receiver);
    expect(second).toEqual(first);
    expect([first?.how, more]).toEqual(["PATCH first", []]);
  });

  test("hears nothing twice from messages that are doubled, and come at once", async () => {
    const { object, receiver } = await anAnswerOwed(SEVERAL);
    await Promise.all([bring(object, 3), bring(object, 3)]);
    await idle(object);

    expect(await howOf(receiver)).toEqual(["PATCH first", "POST next", "POST next"]);
  });

  test("hears the next message again where Discord has refused it, and no file in its place", async () => {
    const { object, receiver } = await anAnswerOwed(SEVERAL);
    const limited = { status: 429, headers: { "retry-after": "7" } };
    await receiver.reacts({}, limited);
    await bring(object);
    await until(async () => (await howOf(receiver)).length === 2);
    await until(async () => (await ledgerOf(object))[0]?.next_attempt_at !== null);
    setClock(Date.now() + 7000);
    await runDurableObjectAlarm(object.stub);
    await bring(object);
    await idle(object);

    expect(await howOf(receiver)).toEqual(["PATCH first", "POST next", "POST next", "POST next"]);
    const [, refused, again] = await said(receiver);
    expect(again?.content).toBe(refused?.content);
  });

  test("is told by a delivery where its acknowledgement was never given, or comes too late", async () => {
    const start = Date.now();
    setClock(start);
    const { object, receiver, seat } = await aSeatedJob();
    await object.job.claim(CLAIM);
    await end(object, "fast");
    await bring(object);
    expect(await said(receiver)).toEqual([]);

    setClock(seat.ackUntil + 251);
    // Whoever asks now has long said that it takes longer.
    expect(await object.job.answerInline("discord")).toBeNull();
    await bring(object);
    await idle(object);

    expect(await said(receiver)).toMatchObject([{ how: "PATCH first", content: "fast" }]);
    expect(await rowsOf(object)).toEqual(DELIVERED);
  });

  test("hears once that its token will soon be over", async () => {
    const { object, receiver, seat } = await aSeatedJob();
    await object.job.answerInline("discord");
    await object.job.claim(CLAIM);
    setClock(seat.tokenAt + 14 * 60_000);
    await runDurableObjectAlarm(object.stub);
    await bring(object);
    await until(async () => (await howOf(receiver)).length === 1);
    await evictDurableObject(object.stub);
    await runDurableObjectAlarm(object.stub);
    await bring(object);

    expect(await said(receiver)).toMatchObject([
      { how: "PATCH first", content: expect.stringContaining("⏳") },
    ]);
    // It is worth no row of the ledger.
    expect(await ledgerOf(object)).toEqual([]);
  });

  test("hears nothing by a token that is over, and the ledger says why", async () => {
    const { object, receiver, seat } = await anAnswerOwed("slow");
    setClock(seat.tokenAt + 14.8 * 60_000 + 1);
    await bring(object);
    await idle(object);

    expect(await said(receiver)).toEqual([]);
    expect(await ledgerOf(object)).toMatchObject([{ state: "failed", last_error: "expired" }]);
  });
});

function downBy(how: "evict" | "crash", object: TestObject): () => Promise<void> {
  return () => (how === "evict" ? evictDurableObject(object.stub) : crash(object));
}
