import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import {
  type HookProof,
  type HookRequest,
  verifyHook,
} from "../../../src/channels/inbound/verify.ts";
import { epochMs } from "../../../src/lang/time.ts";
import vectors from "../../data/standard-webhooks.json" with { type: "json" };

const AT = 1_700_000_000;
const SECRET = "It's a Secret to Everybody";
const WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_WHSEC = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

const hex = (secret: string, text: string | Uint8Array) =>
  createHmac("sha256", secret).update(text).digest("hex");
const base64 = (secret: string, text: string) =>
  createHmac("sha256", secret).update(text).digest("base64");

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function proof(profile: HookProof["profile"], over: Partial<HookProof> = {}): HookProof {
  const isStandard = profile === "standard";
  const header = profile === "generic" ? "x-signature" : null;
  return { profile, header, secrets: [isStandard ? WHSEC : SECRET], ...over };
}

function request(
  headers: Record<string, string>,
  body: string | Uint8Array,
  atSeconds = AT,
): HookRequest {
  const sent = typeof body === "string" ? bytes(body) : body;
  return { headers: new Headers(headers), body: sent, now: epochMs(atSeconds * 1000) };
}

const github = (signature: string, body = "Hello, World!") =>
  verifyHook(proof("github"), request({ "x-hub-signature-256": signature }, body));

describe("GitHub", () => {
  /** From GitHub's documentation. */
  const VECTOR = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  test("is believed for the request of its own documentation", async () => {
    expect(await github(`sha256=${VECTOR}`)).toBe(true);
  });

  test.each([
    { what: "another body", signature: `sha256=${VECTOR}`, body: "Hello, World?" },
    { what: "no algorithm", signature: VECTOR },
    { what: "another algorithm", signature: `sha1=${VECTOR}` },
    { what: "no signature", signature: "" },
    { what: "half a signature", signature: `sha256=${VECTOR.slice(0, 32)}` },
    { what: "more than a signature", signature: `sha256=${VECTOR}00` },
    { what: "no hexadecimal", signature: `sha256=${"z".repeat(64)}` },
    { what: "the old SHA-1 in its place", signature: `sha256=${"0".repeat(40)}` },
  ])("is not believed with $what", async ({ signature, body }) => {
    expect(await github(signature, body)).toBe(false);
  });

  test("is not believed without the header", async () => {
    expect(await verifyHook(proof("github"), request({}, "Hello, World!"))).toBe(false);
  });
});

describe("Stripe", () => {
  const body = '{"id":"evt_1","type":"charge.succeeded"}';
  const SIGNATURE = hex(SECRET, `${AT}.${body}`);

  const stripe = (header: string, over: { body?: string; now?: number } = {}) =>
    verifyHook(
      proof("stripe"),
      request({ "stripe-signature": header }, over.body ?? body, over.now ?? AT),
    );

  test.each([
    { what: "as it sends it", header: `t=${AT},v1=${SIGNATURE}` },
    { what: "with the old scheme beside it", header: `t=${AT},v1=${SIGNATURE},v0=${SIGNATURE}` },
    { what: "while its secret is rolled", header: `t=${AT},v1=${"0".repeat(64)},v1=${SIGNATURE}` },
    { what: "with blanks", header: `t=${AT}, v1=${SIGNATURE}` },
  ])("is believed $what", async ({ header }) => {
    expect(await stripe(header)).toBe(true);
  });

  test.each([
    { what: "no time", header: `v1=${SIGNATURE}` },
    { what: "another time", header: `t=${AT + 1},v1=${SIGNATURE}` },
    { what: "a time that is no number", header: `t=1e9,v1=${SIGNATURE}` },
    { what: "the test scheme only", header: `t=${AT},v0=${SIGNATURE}` },
    { what: "no signature", header: `t=${AT}` },
    { what: "nothing", header: "" },
  ])("is not believed with $what", async ({ header }) => {
    expect(await stripe(header)).toBe(false);
  });

  test("is not believed for another body", async () => {
    expect(await stripe(`t=${AT},v1=${SIGNATURE}`, { body: `${body} ` })).toBe(false);
  });

  test.each([
    { now: AT + 300, isBelieved: true },
    { now: AT + 301, isBelieved: false },
    { now: AT - 300, isBelieved: true },
    { now: AT - 301, isBelieved: false },
  ])("has five minutes: at $now $isBelieved", async ({ now, isBelieved }) => {
    expect(await stripe(`t=${AT},v1=${SIGNATURE}`, { now })).toBe(isBelieved);
  });

  test("has five signatures read, so that nobody has a thousand computed", async () => {
    const wrong = (count: number) => `v1=${"0".repeat(64)},`.repeat(count);

    expect(await stripe(`t=${AT},${wrong(4)}v1=${SIGNATURE}`)).toBe(true);
    expect(await stripe(`t=${AT},${wrong(5)}v1=${SIGNATURE}`)).toBe(false);
  });
});

describe("Standard Webhooks", () => {
  const headersOf = (vector: (typeof vectors.v1)[number], over: Record<string, string> = {}) => ({
    "webhook-id": vector.webhook_id,
    "webhook-timestamp": vector.webhook_timestamp,
    "webhook-signature": vector.webhook_signature,
    ...over,
  });
  const [vector] = vectors.v1 as [(typeof vectors.v1)[number]];
  const sentAt = Number(vector.webhook_timestamp);
  const standard = (over: Record<string, string>, now = sentAt) =>
    verifyHook(proof("standard"), request(headersOf(vector, over), vector.body, now));

  test.each(vectors.v1)("are believed as specified: $webhook_id", async (each) => {
    const body = Uint8Array.from(Buffer.from(each.body_utf8_hex, "hex"));
    const now = Number(each.webhook_timestamp);

    const asked = request(headersOf(each), body, now);

    expect(await verifyHook(proof("standard", { secrets: [each.secret] }), asked)).toBe(true);
  });

  test("are believed as the specification's own package signs them", async () => {
    const body = '{"text":"héllo 🚀"}';
    const signature = new Webhook(WHSEC).sign("msg_1", new Date(AT * 1000), body);
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": `${AT}` };

    const asked = request({ ...headers, "webhook-signature": signature }, body);

    expect(await verifyHook(proof("standard"), asked)).toBe(true);
  });

  test.each([
    { what: "a second signature fits", given: `v1,${"A".repeat(43)}= ${vector.webhook_signature}` },
    { what: "there is one of another kind", given: `v1a,AAAA ${vector.webhook_signature}` },
  ])("are believed where $what", async ({ given }) => {
    expect(await standard({ "webhook-signature": given })).toBe(true);
  });

  test.each([
    { what: "another id", over: { "webhook-id": "msg_2" } },
    { what: "no id", over: { "webhook-id": "" } },
    { what: "another time", over: { "webhook-timestamp": String(sentAt + 1) } },
    { what: "a time in milliseconds", over: { "webhook-timestamp": `${sentAt}000` } },
    { what: "a time that is none", over: { "webhook-timestamp": "now" } },
    { what: "no time", over: { "webhook-timestamp": "" } },
    { what: "no signature", over: { "webhook-signature": "" } },
    {
      what: "no version",
      over: { "webhook-signature": vector.webhook_signature.replace("v1,", "") },
    },
    {
      what: "another version",
      over: { "webhook-signature": vector.webhook_signature.replace("v1,", "v2,") },
    },
    {
      what: "signatures joined by commas",
      over: { "webhook-signature": `v1,AAAA,${vector.webhook_signature}` },
    },
  ])("are not believed with $what", async ({ over }) => {
    expect(await standard(over)).toBe(false);
  });

  test.each([
    { now: sentAt + 300, isBelieved: true },
    { now: sentAt + 301, isBelieved: false },
    { now: sentAt - 300, isBelieved: true },
    { now: sentAt - 301, isBelieved: false },
  ])("have five minutes: at $now $isBelieved", async ({ now, isBelieved }) => {
    expect(await standard({}, now)).toBe(isBelieved);
  });

  test.each([WHSEC.slice("whsec_".length), "whsec_", "whsec_!", "", "whsec_AAA"])(
    "are not believed with what is no secret: %j",
    async (secret) => {
      // As somebody would sign who knows that it is empty, or takes the text for the key.
      for (const key of ["", secret]) {
        const signed = `msg_1.${AT}.{}`;
        const headers = {
          "webhook-id": "msg_1",
          "webhook-timestamp": `${AT}`,
          "webhook-signature": `v1,${base64(key, signed)}`,
        };
        const asked = request(headers, "{}");

        expect(await verifyHook(proof("standard", { secrets: [secret] }), asked)).toBe(false);
      }
    },
  );
});

describe("any other sender", () => {
  const body = '{"any":"thing"}';
  const generic = (signature: string, over: Partial<HookProof> = {}) =>
    verifyHook(proof("generic", over), request({ "x-signature": signature }, body));

  test.each([
    { how: "in hexadecimal", signature: hex(SECRET, body) },
    { how: "in capitals", signature: hex(SECRET, body).toUpperCase() },
    { how: "with the algorithm before it", signature: `sha256=${hex(SECRET, body)}` },
    { how: "in base64", signature: base64(SECRET, body) },
  ])("is believed with the HMAC of the body $how", async ({ signature }) => {
    expect(await generic(signature)).toBe(true);
  });

  test.each([
    { what: "another secret", signature: hex("other", body) },
    { what: "no signature", signature: "" },
    { what: "a text", signature: "let me in" },
    { what: "the secret itself", signature: SECRET },
  ])("is not believed with $what", async ({ signature }) => {
    expect(await generic(signature)).toBe(false);
  });

  test("is not believed where no header is set", async () => {
    expect(await generic(hex(SECRET, body), { header: null })).toBe(false);
  });
});

describe("while a secret is being changed", () => {
  const body = "{}";
  const asked = (secret: string) =>
    request({ "x-hub-signature-256": `sha256=${hex(secret, body)}` }, body);
  const both = proof("github", { secrets: ["new", "old"] });

  test.each(["new", "old"])("the %s one is believed", async (secret) => {
    expect(await verifyHook(both, asked(secret))).toBe(true);
  });

  test("no third one is", async () => {
    expect(await verifyHook(both, asked("older"))).toBe(false);
  });

  test("the one of Standard Webhooks may be either as well", async () => {
    const signature = new Webhook(OTHER_WHSEC).sign("msg_1", new Date(AT * 1000), body);
    const headers = { "webhook-id": "msg_1", "webhook-timestamp": `${AT}` };
    const given = request({ ...headers, "webhook-signature": signature }, body);

    const secrets = [WHSEC, OTHER_WHSEC];

    expect(await verifyHook(proof("standard", { secrets }), given)).toBe(true);
  });
});

test.each(["github", "stripe", "generic"] as const)(
  "nobody is believed where there is no secret, or an empty one: %s",
  async (profile) => {
    const headers = {
      "x-hub-signature-256": `sha256=${hex("", "{}")}`,
      "stripe-signature": `t=${AT},v1=${hex("", `${AT}.{}`)}`,
      "x-signature": hex("", "{}"),
    };
    for (const secrets of [[], [""]]) {
      expect(await verifyHook(proof(profile, { secrets }), request(headers, "{}"))).toBe(false);
    }
  },
);

describe("one flipped bit", () => {
  const flipped = (given: Uint8Array, bit: number): Uint8Array => {
    const changed = Uint8Array.from(given);
    changed.set([(changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))], bit >> 3);
    return changed;
  };
  const signedBy: {
    readonly [profile in HookProof["profile"]]: (body: Uint8Array) => {
      readonly signature: Uint8Array;
      readonly headers: (signature: Uint8Array) => Record<string, string>;
    };
  } = {
    github: (body) => ({
      signature: createHmac("sha256", SECRET).update(body).digest(),
      headers: (mac) => ({ "x-hub-signature-256": `sha256=${Buffer.from(mac).toString("hex")}` }),
    }),
    stripe: (body) => ({
      signature: createHmac("sha256", SECRET).update(`${AT}.`).update(body).digest(),
      headers: (mac) => ({ "stripe-signature": `t=${AT},v1=${Buffer.from(mac).toString("hex")}` }),
    }),
    standard: (body) => ({
      signature: createHmac("sha256", Buffer.from(WHSEC.slice(6), "base64"))
        .update(`msg_1.${AT}.`)
        .update(body)
        .digest(),
      headers: (mac) => ({
        "webhook-id": "msg_1",
        "webhook-timestamp": `${AT}`,
        "webhook-signature": `v1,${Buffer.from(mac).toString("base64")}`,
      }),
    }),
    generic: (body) => ({
      signature: createHmac("sha256", SECRET).update(body).digest(),
      headers: (mac) => ({ "x-signature": Buffer.from(mac).toString("base64") }),
    }),
  };

  test.each(["github", "stripe", "standard", "generic"] as const)(
    "in the body or in the signature is seen: %s",
    async (profile) => {
      const someBytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
      await fc.assert(
        fc.asyncProperty(someBytes, fc.nat(), fc.nat({ max: 255 }), async (body, at, bit) => {
          const { signature, headers } = signedBy[profile](body);
          const isBelieved = (sent: Uint8Array, mac: Uint8Array) =>
            verifyHook(proof(profile), request(headers(mac), sent));

          expect(await isBelieved(body, signature)).toBe(true);
          expect(await isBelieved(flipped(body, at % (8 * body.length)), signature)).toBe(false);
          expect(await isBelieved(body, flipped(signature, bit))).toBe(false);
        }),
      );
    },
  );
});
