import { Webhook } from "standardwebhooks";
import type { NonEmpty } from "../lang/non-empty.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import type { EpochMs } from "../lang/time.ts";

/** What is signed (Standard Webhooks): the exact body that is sent, with its name and its time. */
export type SignedMessage = {
  /** The same on every repeat, so that the receiver can drop one. Without a dot. */
  readonly id: string;
  readonly at: EpochMs;
  readonly body: string;
};

/** A secret that requests are signed with. */
export type WebhookKey = Pick<Webhook, "sign">;

const PREFIX = "whsec_";

/** Bounds of the specification: shorter can be guessed, longer gains nothing. */
const KEY_BYTES_MIN = 24;
const KEY_BYTES_MAX = 64;

/** Standard base64, padded. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A secret as it is written in a variable, or what is wrong with it: never a part of it. */
export function webhookKey(text: string): Result<WebhookKey, string> {
  if (!text.startsWith(PREFIX)) return refuse(`it must begin with ${PREFIX}`);
  const base64 = text.slice(PREFIX.length);
  if (!BASE64.test(base64)) return refuse(`it must be base64 after ${PREFIX}`);
  const bytes = (base64.replace(/=+$/, "").length * 6) >> 3;
  if (bytes < KEY_BYTES_MIN || bytes > KEY_BYTES_MAX) {
    return refuse(`it must hold ${KEY_BYTES_MIN} to ${KEY_BYTES_MAX} bytes`);
  }
  return ok(new Webhook(text));
}

/**
 * Headers that let the receiver check who sent a message, and when.
 *
 * @param keys While a secret is being changed there are two, and one signature for each.
 */
export function signatureHeaders(
  keys: NonEmpty<WebhookKey>,
  { id, at, body }: SignedMessage,
): { readonly [name: string]: string } {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at / 1000)),
    "webhook-signature": keys.map((key) => key.sign(id, new Date(at), body)).join(" "),
  };
}
