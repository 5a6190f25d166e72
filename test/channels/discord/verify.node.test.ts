import { readFileSync } from "node:fs";
import { verifyKey } from "discord-interactions";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSignedByDiscord } from "../../../src/channels/discord/verify.ts";

type Vectors = {
  readonly public_key_hex: string;
  readonly cases: readonly {
    readonly name: string;
    readonly timestamp: string;
    readonly body: string;
    readonly signature: string;
    readonly expect: number;
  }[];
};

const VECTORS: Vectors = JSON.parse(readFileSync("test/vectors/discord-ed25519.json", "utf8"));
const KEY = VECTORS.public_key_hex;

/** Somebody else's: of a key pair that signed nothing here. */
const OTHER_KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

const bytes = (text: string) => new TextEncoder().encode(text);

const GOOD = VECTORS.cases[0] as Vectors["cases"][number];
const good = {
  publicKeys: [KEY],
  signature: GOOD.signature,
  timestamp: GOOD.timestamp,
  body: bytes(GOOD.body),
};

describe("a signature", () => {
  test.each(VECTORS.cases)("is judged as Discord's own libraries do: $name", async (vector) => {
    const { timestamp, body, signature, expect: status } = vector;

    const isSigned = await isSignedByDiscord({ ...good, timestamp, signature, body: bytes(body) });

    expect(isSigned).toBe(status === 200);
    expect(await verifyKey(body, signature, timestamp, KEY)).toBe(isSigned);
  });

  test.each([
    { name: "without a signature", given: { signature: null } },
    { name: "without a timestamp", given: { timestamp: null } },
    { name: "with an empty timestamp", given: { timestamp: "" } },
    { name: "with a timestamp that is no number", given: { timestamp: "1763665200 " } },
    { name: "where no key is set", given: { publicKeys: [] } },
    { name: "of another key", given: { publicKeys: [OTHER_KEY] } },
    { name: "where the key is none", given: { publicKeys: ["zz", ""] } },
  ])("is refused $name", async ({ given }) => {
    expect(await isSignedByDiscord({ ...good, ...given })).toBe(false);
  });

  test.each([
    { publicKeys: [OTHER_KEY, KEY] },
    { publicKeys: [KEY, OTHER_KEY] },
    { publicKeys: [KEY.toUpperCase()] },
  ])("may be of any of the keys: $publicKeys", async ({ publicKeys }) => {
    expect(await isSignedByDiscord({ ...good, publicKeys })).toBe(true);
    expect(await isSignedByDiscord({ ...good, publicKeys })).toBe(true);
  });

  test("is refused after any one bit is another, as the npm verifier refuses it", async () => {
    const whole = Buffer.concat([Buffer.from(GOOD.signature, "hex"), good.body]);

    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: whole.length * 8 - 1 }), async (bit) => {
        const flipped = Buffer.from(whole);
        flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
        const signature = flipped.subarray(0, 64).toString("hex");
        const body = new Uint8Array(flipped.subarray(64));

        expect(await isSignedByDiscord({ ...good, signature, body })).toBe(false);
        expect(await verifyKey(body, signature, GOOD.timestamp, KEY)).toBe(false);
      }),
    );
  });

  test("is accepted for any body that was signed, as the npm verifier accepts it", async () => {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as {
      readonly privateKey: Parameters<typeof crypto.subtle.sign>[1];
      readonly publicKey: Parameters<typeof crypto.subtle.exportKey>[1];
    };
    const raw = await crypto.subtle.exportKey("raw", pair.publicKey);
    const key = Buffer.from(raw as ArrayBuffer).toString("hex");

    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(4_000_000_000),
        async (body, unixSeconds) => {
          const timestamp = String(unixSeconds);
          const message = Buffer.concat([Buffer.from(timestamp), body]);
          const signature = Buffer.from(
            await crypto.subtle.sign("Ed25519", pair.privateKey, message),
          ).toString("hex");

          expect(await isSignedByDiscord({ publicKeys: [key], signature, timestamp, body })).toBe(
            true,
          );
          expect(await verifyKey(body, signature, timestamp, key)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});
