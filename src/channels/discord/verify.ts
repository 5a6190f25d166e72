import { fromHex, joined } from "../../lang/bytes.ts";
import { utf8Bytes } from "../../lang/text.ts";

export type Signed = {
  /** 64 hexadecimal digits each; two while the key is being changed. */
  readonly publicKeys: readonly string[];
  /** `X-Signature-Ed25519`; `null` = there was none. */
  readonly signature: string | null;
  /** `X-Signature-Timestamp`; `null` = there was none. */
  readonly timestamp: string | null;
  /** As it came: a body that was parsed and written again is another one. */
  readonly body: Uint8Array;
};

const SIGNATURE = /^[0-9a-fA-F]{128}$/;
const TIMESTAMP = /^\d{1,20}$/;
const PUBLIC_KEY = /^[0-9a-fA-F]{64}$/;

const ED25519 = { name: "Ed25519" };

/** By its digits. The gateway has two keys at most, so that there are never more of them. */
const imported = new Map<string, ReturnType<typeof importKey>>();

/**
 * Whether the request is Discord's own: signed with any of the keys. There is no window of time to be in,
 * as Discord documents none; what comes twice is found by its id.
 */
export async function isSignedByDiscord(signed: Signed): Promise<boolean> {
  const { publicKeys, signature, timestamp, body } = signed;
  if (signature === null || !SIGNATURE.test(signature)) return false;
  if (timestamp === null || !TIMESTAMP.test(timestamp)) return false;
  const prefix = utf8Bytes(timestamp);
  const message = joined([prefix, body], prefix.byteLength + body.byteLength);
  const checked = publicKeys
    .filter((digits) => PUBLIC_KEY.test(digits))
    .map(async (digits) =>
      crypto.subtle.verify(
        ED25519,
        await keyOf(digits.toLowerCase()),
        bytesOf(signature),
        new Uint8Array(message),
      ),
    );
  return (await Promise.all(checked)).includes(true);
}

function keyOf(digits: string): ReturnType<typeof importKey> {
  const key = imported.get(digits) ?? importKey(digits);
  imported.set(digits, key);
  return key;
}

/** Of digits whose form was checked. */
function bytesOf(digits: string) {
  return new Uint8Array(fromHex(digits) ?? []);
}

function importKey(digits: string) {
  return crypto.subtle.importKey("raw", bytesOf(digits), ED25519, false, ["verify"]);
}
