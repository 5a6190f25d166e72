import { fromBase64, toBase64 } from "./base64.ts";

const FORM = /^[A-Za-z0-9_-]*$/;

/** Base64 that may stand in URLs and ids, without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes, or `null` where the text is not base64url. */
export function fromBase64url(text: string): Uint8Array | null {
  if (!FORM.test(text)) return null;
  const padding = "=".repeat((4 - (text.length % 4)) % 4);
  return fromBase64(`${text.replaceAll("-", "+").replaceAll("_", "/")}${padding}`);
}
