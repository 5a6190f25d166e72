import type { HookSettings } from "../../core/channel/channel-settings.ts";
import { fromBase64 } from "../../lang/base64.ts";
import { fromHex, joined } from "../../lang/bytes.ts";
import { utf8Bytes } from "../../lang/text.ts";
import type { EpochMs } from "../../lang/time.ts";

/** How a sender proves who it is. */
export type HookProof = Pick<HookSettings, "profile" | "header"> & {
  /** The secret of today, and during a change the one before. None = nobody can prove anything. */
  readonly secrets: readonly string[];
};

/** What came, before anything of it is believed. */
export type HookRequest = {
  readonly headers: HookHeaders;
  /** As it came: what was parsed and written again has another signature. */
  readonly body: Uint8Array;
  readonly now: EpochMs;
};

export type HookHeaders = { readonly get: (name: string) => string | null };

/** What a request says of itself: true if one of the signatures is an HMAC-SHA256 of what is signed. */
type Claim = {
  readonly signed: Uint8Array;
  readonly signatures: readonly Uint8Array<ArrayBuffer>[];
};

/** How old a signed time may be, and how far ahead: as Stripe and Standard Webhooks say. */
const WINDOW_SECONDS = 300;

/** During a change of secrets there are two or three. Each costs a pass over the body, and anyone may send some. */
const SIGNATURES_MAX = 5;

const NOTHING: readonly Uint8Array<ArrayBuffer>[] = [];

/** Whether what came was signed, just now where the profile has a time, by somebody who knows a secret. */
export async function verifyHook(proof: HookProof, request: HookRequest): Promise<boolean> {
  const claim = claimOf(proof, request);
  if (claim === null) return false;
  const keys = proof.secrets.map((secret) => keyBytes(proof.profile, secret));
  for (const key of keys) {
    if (key !== null && (await isTrue(claim, key))) return true;
  }
  return false;
}

/** `null` = it claims nothing, or was signed too long ago. */
function claimOf(proof: HookProof, request: HookRequest): Claim | null {
  const { headers, body } = request;
  switch (proof.profile) {
    case "github":
      return { signed: body, signatures: githubSignatures(headers.get("x-hub-signature-256")) };
    case "stripe":
      return stripeClaim(request);
    case "standard":
      return standardClaim(request);
    case "generic":
      return {
        signed: body,
        signatures: proof.header === null ? NOTHING : anySignature(headers.get(proof.header)),
      };
  }
}

/** @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
function githubSignatures(header: string | null): Claim["signatures"] {
  const [, hex = ""] = /^sha256=(.*)$/.exec(header ?? "") ?? [];
  return hmacs([fromHex(hex)]);
}

/** @see https://docs.stripe.com/webhooks#verify-manually */
function stripeClaim({ headers, body, now }: HookRequest): Claim | null {
  const parts = (headers.get("stripe-signature") ?? "").split(",").map((part) => part.trim());
  const valuesOf = (key: string) =>
    parts.filter((part) => part.startsWith(`${key}=`)).map((part) => part.slice(key.length + 1));
  const [at = ""] = valuesOf("t");
  if (!isFresh(at, now)) return null;
  return { signed: signedWith(`${at}.`, body), signatures: hmacs(valuesOf("v1").map(fromHex)) };
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardClaim({ headers, body, now }: HookRequest): Claim | null {
  const id = headers.get("webhook-id") ?? "";
  const at = headers.get("webhook-timestamp") ?? "";
  if (id === "" || !isFresh(at, now)) return null;
  const given = (headers.get("webhook-signature") ?? "").split(" ");
  const own = given.filter((one) => one.startsWith("v1,")).map((one) => one.slice("v1,".length));
  return {
    signed: signedWith(`${id}.${at}.`, body),
    signatures: hmacs(own.map(fromBase64)),
  };
}

/** In hexadecimal, bare or after `sha256=`, or in base64: 64 digits are never base64 of 32 bytes. */
function anySignature(header: string | null): Claim["signatures"] {
  const text = (header ?? "").replace(/^sha256=/, "");
  return hmacs([fromHex(text) ?? fromBase64(text)]);
}

/** What may be an HMAC-SHA256. */
function hmacs(given: readonly (Uint8Array | null)[]): Claim["signatures"] {
  return given
    .filter((bytes) => bytes?.byteLength === 32)
    .slice(0, SIGNATURES_MAX)
    .map((bytes) => Uint8Array.from(bytes ?? []));
}

function isFresh(at: string, now: EpochMs): boolean {
  return /^\d{1,12}$/.test(at) && Math.abs(Math.floor(now / 1000) - Number(at)) <= WINDOW_SECONDS;
}

function signedWith(prefix: string, body: Uint8Array): Uint8Array {
  const head = utf8Bytes(prefix);
  return joined([head, body], head.byteLength + body.byteLength);
}

const WHSEC = "whsec_";

/** Standard Webhooks writes the key in base64; for all others the text is the key. Never an empty one. */
function keyBytes(profile: HookProof["profile"], secret: string): Uint8Array | null {
  const bytes = profile === "standard" ? standardKey(secret) : utf8Bytes(secret);
  return bytes === null || bytes.byteLength === 0 ? null : bytes;
}

function standardKey(secret: string): Uint8Array | null {
  return secret.startsWith(WHSEC) ? fromBase64(secret.slice(WHSEC.length)) : null;
}

/** Compared by the platform, in a time that says nothing of where they differ. */
async function isTrue({ signed, signatures }: Claim, keyOf: Uint8Array): Promise<boolean> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", Uint8Array.from(keyOf), algorithm, false, [
    "verify",
  ]);
  for (const signature of signatures) {
    if (await crypto.subtle.verify("HMAC", key, signature, signed)) return true;
  }
  return false;
}
