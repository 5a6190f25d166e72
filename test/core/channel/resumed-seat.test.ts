import { describe, expect, test } from "vitest";
import { waitId } from "../../../src/core/ask/ask.ts";
import { failedBy } from "../../../src/core/callback/verdict.ts";
import { mayAnswer, withRefreshedSeat } from "../../../src/core/channel/resumed-seat.ts";
import { NOTHING_SAID } from "../../../src/core/channel/seat.ts";
import type { Resume } from "../../../src/core/job/command.ts";
import { decide } from "../../../src/core/job/decide.ts";
import { aToldJob, owedTo } from "../../support/a-callback.ts";
import { aCommand, anAsked } from "../../support/a-command.ts";
import { at } from "../../support/a-job.ts";
import { aDiscordSeat, aSlackSeat, seatCallback, seatOf } from "../../support/a-seat.ts";
import { decided, decidedAll } from "../../support/decided.ts";

const MINA = "1090000000000000003";
const asking = (seat = aDiscordSeat()) =>
  decidedAll(
    aToldJob([seatCallback(seat)]),
    [aCommand.claim(), 10],
    [aCommand.answer_inline(), 2000],
    [aCommand.report({ outcome: anAsked }), 2500],
  );
const answer = (over: Partial<Resume> = {}) =>
  aCommand.resume({ waitId: waitId("w1"), by: `discord:${MINA}`, ...over });
const press = {
  kind: "discord",
  token: "a-fresh-token",
  tokenAt: at(9_000_000),
  ackUntil: at(9_002_000),
} as const;

describe("a question in a channel may be answered by", () => {
  test.each([
    ["whoever started the job", aDiscordSeat(), `discord:${MINA}`, true],
    ["nobody else", aDiscordSeat(), "discord:7", false],
    ["anyone, where its command says so", aDiscordSeat({ answers: "anyone" }), "discord:7", true],
    ["nobody of another channel", aDiscordSeat(), "slack:U1", false],
    ["nobody of another channel with the same id", aDiscordSeat(), `slack:${MINA}`, false],
    ["whoever started it in Slack", aSlackSeat({ userId: "U1" }), "slack:U1", true],
    ["whoever comes with a token", aDiscordSeat(), "api", true],
  ])("%s", (...[, seat, by, may]) => {
    expect(mayAnswer(aToldJob([seatCallback(seat)]), by)).toBe(may);
  });

  test("nobody in a channel that the job was not started in", () => {
    expect(mayAnswer(aToldJob([]), `discord:${MINA}`)).toBe(false);
  });

  test("nobody else: the answer is refused, and the question stays", () => {
    const refused = decide(asking(), answer({ by: "discord:7" }), at(3000));

    expect(refused).toMatchObject({ ok: false, reason: { code: "not_asked", status: "waiting" } });
  });
});

describe("a seat that was pressed", () => {
  const told = decidedAll(asking(), [aCommand.note_delivery({ seq: 4, news: { uses: 2 } }), 2600]);

  test("is told by the way that the press opened, as if nothing had been said", () => {
    expect(owedTo(told)).toEqual([]);
    const { job } = decided(told, answer({ seat: press }), at(9_000_000));

    expect(seatOf(job).seat).toEqual({ ...aDiscordSeat(), ...press });
    expect(seatOf(job).talk).toMatchObject({ heldUntil: at(9_002_000), inlineSeq: null });
    expect(seatOf(job).talk.memory.uses).toBe(0);
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(9_002_000) });
  });

  test("waits for nothing that was still being said of the question", () => {
    const telling = asking();
    expect(seatOf(telling).next?.kind).toBe("sent");
    const { job } = decided(telling, answer({ seat: press }), at(9_000_000));

    expect(owedTo(job)).toEqual(["5 job.resumed"]);
    expect(seatOf(job).next).toEqual({ kind: "resting", retryAt: at(9_002_000) });
  });

  test("hears that it was answered by the answer to the press, and not once more", () => {
    const resumed = decided(told, answer({ seat: press }), at(9_000_000)).job;

    expect(owedTo(resumed)).toEqual(["6 job.resumed"]);
    const { job } = decided(resumed, aCommand.answer_inline(), at(9_001_000));
    expect(owedTo(job)).toEqual([]);
    expect(seatOf(job).next).toBeNull();
  });

  test("has what the bot has written still, to be edited when this way is over", () => {
    const botMessage = { channel: "C1", id: "9" };
    const unsaid = asking();
    const said = decidedAll(unsaid, [
      aCommand.note_delivery({ seq: 4, news: { botMessage } }),
      2600,
    ]);
    const { job } = decided(said, answer({ seat: press }), at(9_000_000));

    expect(seatOf(job).talk.memory).toEqual({ ...NOTHING_SAID, botMessage });
  });

  test("is the newest of its kind", () => {
    const job = withRefreshedSeat(aToldJob([seatCallback(), seatCallback()]), press);

    expect([seatOf(job, 1).seat, seatOf(job, 2).seat]).toEqual([
      aDiscordSeat(),
      { ...aDiscordSeat(), ...press },
    ]);
  });

  test("hears once of an answer that came another way, however that went", () => {
    const failed = aCommand.note_delivery({ seq: 6, verdict: failedBy("http_status") });
    const job = decidedAll(told, [answer({ by: "api" }), 3000], [failed, 3100]);

    expect(owedTo(job)).toEqual([]);
  });

  test("hears of an answer that came another way", () => {
    const { job, effects } = decided(told, answer({ by: "api" }), at(3000));

    expect(owedTo(job)).toEqual(["6 job.resumed"]);
    expect(effects).toContainEqual({ kind: "deliver", endpoint: 1 });
  });

  test("is none where the job has none of its kind", () => {
    const job = aToldJob([seatCallback(aSlackSeat())]);

    expect(withRefreshedSeat(job, press)).toBe(job);
    expect(withRefreshedSeat(aToldJob(), press)).toEqual(aToldJob());
  });

  test("has nobody told of a question that nobody has seen and nobody needs to answer", () => {
    const unsaid = asking();
    expect(owedTo(unsaid)).toEqual(["4 job.waiting"]);

    const failed = aCommand.note_delivery({
      seq: 4,
      verdict: { kind: "failed", error: "http_status", retryable: true, restMs: null },
    });
    const resting = decidedAll(unsaid, [failed, 2600]);
    const { job } = decided(resting, answer({ by: "api" }), at(2700));
    expect(owedTo(job)).toEqual(["5 job.resumed"]);
  });
});
