import { describe, expect, test } from "vitest";
import { signatureHeaders, webhookKey } from "../../src/edge/webhook-signature.ts";
import { epochMs } from "../../src/lang/time.ts";
import vectors from "../data/standard-webhooks.json" with { type: "json" };

describe("signatureHeaders", () => {
  test.each(vectors.v1)("are those of the specification for $webhook_id", (vector) => {
    const key = webhookKey(vector.secret);
    const at = epochMs(Number(vector.webhook_timestamp) * 1000 + 999);
    const body = Buffer.from(vector.body_utf8_hex, "hex").toString();

    expect(key.ok && signatureHeaders(key.value, { id: vector.webhook_id, at, body })).toEqual({
      "webhook-id": vector.webhook_id,
      "webhook-timestamp": vector.webhook_timestamp,
      "webhook-signature": vector.webhook_signature,
    });
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
