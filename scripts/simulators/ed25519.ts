import { createPrivateKey, createPublicKey, sign } from "node:crypto";

/** A key as Discord has one for each application. */
export type SigningKey = {
  /** 64 hexadecimal digits: what the application is told in the portal. */
  readonly publicKeyHex: string;
  /** Over the timestamp and the body, one directly after the other. In hexadecimal digits. */
  readonly sign: (timestamp: string, body: string) => string;
};

/** What stands before a seed in a private key (RFC 8410). */
const PRIVATE_KEY_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");

/** @param seedHex 32 bytes, in hexadecimal digits: the same seed is the same key. */
export function signingKey(seedHex: string): SigningKey {
  const der = Buffer.concat([PRIVATE_KEY_PREFIX, Buffer.from(seedHex, "hex")]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const { x = "" } = createPublicKey(key).export({ format: "jwk" });
  return {
    publicKeyHex: Buffer.from(x, "base64url").toString("hex"),
    sign: (timestamp, body) => sign(null, Buffer.from(timestamp + body), key).toString("hex"),
  };
}
