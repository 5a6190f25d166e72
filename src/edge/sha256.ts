import { toHex } from "../lang/bytes.ts";

/** The SHA-256 of a text's UTF-8, in 64 hexadecimal digits. */
export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return toHex(new Uint8Array(digest));
}
