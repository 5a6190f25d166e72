import { createHmac, randomUUID } from "node:crypto";
import { Webhook } from "standardwebhooks";

/** What a program of somebody else's sends to a hook, signed as it would. */
export type Sent = {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
};

export const SECRETS = {
  github: "It's a Secret to Everybody",
  stripe: "whsec_test_secret",
  standard: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  generic: "hunter2",
};

type Profile = keyof typeof SECRETS;

const now = () => Math.floor(Date.now() / 1000);
const hex = (secret: string, text: Sent["body"]) =>
  createHmac("sha256", secret).update(text).digest("hex");

/** Each sender's own way to sign, with the name of the delivery where it has one. */
export const SENDERS: {
  readonly [profile in Profile]: (
    body: Sent["body"],
    id?: string,
    headers?: Sent["headers"],
  ) => Sent;
} = {
  github: (body, id = randomUUID(), headers = {}) => ({
    headers: {
      "content-type": "application/json",
      "x-github-event": "push",
      "x-github-delivery": id,
      "x-hub-signature-256": `sha256=${hex(SECRETS.github, body)}`,
      ...headers,
    },
    body,
  }),
  stripe: (body, _id, headers = {}) => {
    const at = now();
    const signature = hex(SECRETS.stripe, `${at}.${String(body)}`);
    return { headers: { "stripe-signature": `t=${at},v1=${signature}`, ...headers }, body };
  },
  standard: (body, id = `msg_${randomUUID()}`, headers = {}) => ({
    headers: {
      "webhook-id": id,
      "webhook-timestamp": String(now()),
      "webhook-signature": new Webhook(SECRETS.standard).sign(id, new Date(), String(body)),
      ...headers,
    },
    body,
  }),
  generic: (body, id = randomUUID(), headers = {}) => ({
    headers: { "x-sign": hex(SECRETS.generic, body), "x-id": id, ...headers },
    body,
  }),
};
