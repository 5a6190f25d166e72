import { createHmac } from "node:crypto";
import { isValidSlackRequest } from "@slack/bolt";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSignedBySlack } from "../../../src/channels/slack/verify.ts";
import { epochMs } from "../../../src/lang/time.ts";
import requests from "../../vectors/slack-requests.json" with { type: "json" };
import vectors from "../../vectors/slack-v0.json" with { type: "json" };

const SECRET = vectors.signing_secret;
const NOW_SECONDS = 1_763_665_200;

const bytes = (text: string) => new TextEncoder().encode(text);

const signed = (body: Uint8Array, timestamp: number, secret = SECRET) =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest("hex")}`;

type Sent = {
  readonly secrets?: readonly string[];
  readonly signature?: string | null;
  readonly timestamp?: string | null;
  readonly body?: Uint8Array;
  readonly nowSeconds?: number;
};

/** Of a request that is as it must be, but for what is said. */
function isTaken(sent: Sent = {}): Promise<boolean> {
  const { secrets = [SECRET], body = bytes("text=hello"), nowSeconds = NOW_SECONDS } = sent;
  return isSignedBySlack({
    secrets,
    body,
    signature: sent.signature === undefined ? signed(body, NOW_SECONDS) : sent.signature,
    timestamp: sent.timestamp === undefined ? String(NOW_SECONDS) : sent.timestamp,
    now: epochMs(nowSeconds * 1000 + 999),
  });
}

describe("a signature of Slack's", () => {
  test.each(vectors.cases)("is judged as Slack says: $name", async (vector) => {
    const verdict = await isTaken({
      signature: vector.signature,
      timestamp: vector.timestamp,
      body: bytes(vector.body),
      nowSeconds: vector.now_seconds,
    });

    expect(verdict).toBe(vector.expect === 200);
  });

  test.each(requests.requests)("is true of a whole request: $name", async ({ headers, body }) => {
    const { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp } = headers;

    const verdict = await isTaken({
      signature: signature ?? null,
      timestamp: timestamp ?? null,
      body: bytes(body),
      nowSeconds: requests.now_seconds,
    });

    expect(verdict).toBe(signature !== undefined);
  });

  test.each([
    { ageSeconds: -301, isIn: false },
    { ageSeconds: -300, isIn: true },
    { ageSeconds: 300, isIn: true },
    { ageSeconds: 301, isIn: false },
  ])("that is $ageSeconds s old is taken: $isIn", async ({ ageSeconds, isIn }) => {
    expect(await isTaken({ nowSeconds: NOW_SECONDS + ageSeconds })).toBe(isIn);
  });

  test.each([
    { what: "no signature", sent: { signature: null } },
    { what: "no time", sent: { timestamp: null } },
    { what: "a time in words", sent: { timestamp: "now" } },
    { what: "an empty time", sent: { timestamp: "" } },
    { what: "a time with a sign", sent: { timestamp: `+${NOW_SECONDS}` } },
    { what: "a time with a point", sent: { timestamp: `${NOW_SECONDS}.0` } },
    { what: "a time of 13 digits", sent: { timestamp: `000${NOW_SECONDS}` } },
    { what: "two signatures", sent: { signature: `v0=${"0".repeat(64)},v0=${"0".repeat(64)}` } },
    { what: "half a signature", sent: { signature: `v0=${"0".repeat(32)}` } },
    { what: "no secret at all", sent: { secrets: [] } },
    { what: "another secret", sent: { secrets: ["0123456789abcdef"] } },
  ])("is not there with $what", async ({ sent }) => {
    expect(await isTaken(sent)).toBe(false);
  });

  test("of another time is not one of this time", async () => {
    const signature = signed(bytes("text=hello"), NOW_SECONDS - 1);

    expect(await isTaken({ signature })).toBe(false);
  });

  test.each([
    ["new-secret", SECRET],
    [SECRET, "old-secret"],
  ])("is true with either of two secrets: %s, %s", async (...secrets) => {
    expect(await isTaken({ secrets })).toBe(true);
  });
});

const aBody = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }),
  fc.string({ minLength: 1, maxLength: 300, unit: "grapheme" }).map(bytes),
);

test("whatever Slack's own library takes is taken, and what somebody else signed is not", async () => {
  const text = fc.string({ maxLength: 200, unit: "grapheme" });
  await fc.assert(
    fc.asyncProperty(text, fc.boolean(), fc.integer({ min: 0, max: 400 }), async (...drawn) => {
      const [body, isForeign, ageSeconds] = drawn;
      const timestamp = NOW_SECONDS - ageSeconds;
      const signature = signed(bytes(body), timestamp, isForeign ? "somebody-else" : SECRET);

      const theirs = isValidSlackRequest({
        signingSecret: SECRET,
        body,
        headers: { "x-slack-signature": signature, "x-slack-request-timestamp": timestamp },
        nowMilliseconds: NOW_SECONDS * 1000,
      });

      const sent = { signature, timestamp: String(timestamp), body: bytes(body) };
      expect(await isTaken(sent)).toBe(theirs);
      expect(theirs).toBe(!isForeign && ageSeconds <= 300);
    }),
  );
});

test("one bit that was changed on the way, wherever it is, and nothing is believed", async () => {
  await fc.assert(
    fc.asyncProperty(aBody, fc.nat(), fc.constantFrom("body", "signature"), async (...drawn) => {
      const [body, seed, where] = drawn;
      const signature = signed(body, NOW_SECONDS);
      const target = where === "body" ? body : bytes(signature);
      const bit = seed % (target.length * 8);

      const changed = target.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));

      expect(await isTaken({ body, signature })).toBe(true);
      const sent =
        where === "body"
          ? { body: changed, signature }
          : { body, signature: new TextDecoder().decode(changed) };
      expect(await isTaken(sent)).toBe(false);
    }),
  );
});
