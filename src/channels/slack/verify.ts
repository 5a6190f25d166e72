import { joined } from "../../lang/bytes.ts";
import { utf8Bytes } from "../../lang/text.ts";
import type { EpochMs } from "../../lang/time.ts";

/** What came, before anything of it is believed. */
export type SlackProof = {
  /** Of today, and during a change the one before. None = nobody can prove anything. */
  readonly secrets: readonly string[];
  /** The header `X-Slack-Signature`; `null` = it is not there. */
  readonly signature: string | null;
  /** The header `X-Slack-Request-Timestamp`. */
  readonly timestamp: string | null;
  /** As it came: what was decoded and written again has another signature. */
  readonly body: Uint8Array;
  readonly now: EpochMs;
};

/** The digest is told in small letters, and compared as it is told. */
const SIGNATURE = /^v0=([0-9a-f]{64})$/;
const TIMESTAMP = /^\d{1,12}$/;

/** How old a request may be, and how far ahead: whoever has recorded one cannot send it again later. */
const WINDOW_SECONDS = 300;

/**
 * Whether Slack has sent this, just now: signature `v0` over the time and the exact body.
 *
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export async function isSignedBySlack(proof: SlackProof): Promise<boolean> {
  const { secrets, timestamp, body } = proof;
  const [, hex] = SIGNATURE.exec(proof.signature ?? "") ?? [];
  if (hex === undefined || timestamp === null || !isFresh(timestamp, proof.now)) return false;

  const head = utf8Bytes(`v0:${timestamp}:`);
  const signed = Uint8Array.from(joined([head, body], head.byteLength + body.byteLength));
  const signature = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  const verdicts = secrets.map((secret) => isHmac({ secret, signature, signed }));
  return (await Promise.all(verdicts)).includes(true);
}

function isFresh(timestamp: string, now: EpochMs): boolean {
  if (!TIMESTAMP.test(timestamp)) return false;
  return Math.abs(Math.floor(now / 1000) - Number(timestamp)) <= WINDOW_SECONDS;
}

type Claim = {
  /** 32 hexadecimal digits, used as the text that they are. */
  readonly secret: string;
  readonly signature: Uint8Array<ArrayBuffer>;
  readonly signed: Uint8Array<ArrayBuffer>;
};

/** The platform compares in constant time. */
async function isHmac({ secret, signature, signed }: Claim): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = Uint8Array.from(utf8Bytes(secret));
  const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  return crypto.subtle.verify("HMAC", key, signature, signed);
}
