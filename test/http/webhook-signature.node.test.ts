import { Webhook, WebhookVerificationError } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { signatureHeaders, type WebhookKey, webhookKey } from "../../src/edge/webhook-signature.ts";
import { epochMs } from "../../src/lang/time.ts";
import vectors from "../data/standard-webhooks.json" with { type: "json" };

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString("base64")}`;

function keyOf(secret: string): WebhookKey {
  const key = webhookKey(secret);
  if (!key.ok) throw new Error(key.reason);
  return key.value;
}

describe("signatureHeaders", () => {
  test.each(vectors.v1)("are those of the specification for $webhook_id", (vector) => {
    const at = epochMs(Number(vector.webhook_timestamp) * 1000 + 999);
    const body = Buffer.from(vector.body_utf8_hex, "hex").toString();

    expect(signatureHeaders([keyOf(vector.secret)], { id: vector.webhook_id, at, body })).toEqual({
      "webhook-id": vector.webhook_id,
      "webhook-timestamp": vector.webhook_timestamp,
      "webhook-signature": vector.webhook_signature,
    });
  });
});

describe("while a secret is being changed", () => {
  const [OLD, NEW, FOREIGN] = [secretOf(1), secretOf(2), secretOf(3)] as const;
  const body = '{"type":"job.succeeded","text":"héllo 🚀"}';
  const message = { id: "msg_1", at: epochMs(Date.now()), body };
  const rotated = () => signatureHeaders([keyOf(NEW), keyOf(OLD)], message);

  test("there is a signature for each of the two", () => {
    const [first, second, ...others] = (rotated()["webhook-signature"] ?? "").split(" ");
    const alone = (secret: string) =>
      signatureHeaders([keyOf(secret)], message)["webhook-signature"];

    expect([first, second]).toEqual([alone(NEW), alone(OLD)]);
    expect(first).not.toBe(second);
    expect(others).toEqual([]);
  });

  test.each([
    { who: "has not heard of it", secret: OLD },
    { who: "has taken the new one", secret: NEW },
  ])("a receiver that $who finds its own", ({ secret }) => {
    expect(new Webhook(secret).verify(body, rotated())).toEqual(JSON.parse(body));
  });

  test.each([
    { what: "with another secret", secret: FOREIGN, text: body },
    { what: "of another body", secret: NEW, text: `${body} ` },
  ])("a receiver $what refuses it", ({ secret, text }) => {
    expect(() => new Webhook(secret).verify(text, rotated())).toThrow(WebhookVerificationError);
  });

  test("a receiver that still knows only the old one refuses what comes after the change", () => {
    const after = signatureHeaders([keyOf(NEW)], message);

    expect(() => new Webhook(OLD).verify(body, after)).toThrow(WebhookVerificationError);
  });
});

describe("webhookKey", () => {
  const ofBytes = (count: number) => `whsec_${Buffer.alloc(count, 7).toString("base64")}`;

  test.each([24, 25, 26, 64])("takes %i bytes", (count) => {
    expect(webhookKey(ofBytes(count)).ok).toBe(true);
  });

  test.each([
    { what: "no prefix", secret: ofBytes(24).slice(6), why: "it must begin with whsec_" },
    { what: "nothing", secret: "", why: "it must begin with whsec_" },
    { what: "a foreign alphabet", secret: "whsec_!!!!", why: "it must be base64 after whsec_" },
    {
      what: "no padding",
      secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
      why: "it must be base64 after whsec_",
    },
    { what: "no bytes", secret: "whsec_", why: "it must hold 24 to 64 bytes" },
    { what: "23 bytes", secret: ofBytes(23), why: "it must hold 24 to 64 bytes" },
    { what: "65 bytes", secret: ofBytes(65), why: "it must hold 24 to 64 bytes" },
  ])("refuses $what", ({ secret, why }) => {
    expect(webhookKey(secret)).toEqual({ ok: false, reason: why });
  });
});
