import { createHmac } from "node:crypto";
import type { Kind } from "./kind.ts";

/** What `holdline.yaml` says of the hook, and its secret. */
export const HOOK = {
  name: "orders",
  secret: "not-known-to-anybody-else",
  settings: {
    profile: "generic",
    header: "X-Sign",
    id_header: "X-Id",
    secret: "ORDERS_SECRET",
    run: "lab/work",
  },
} as const;

/** A program of somebody else's tells what has happened there, and tells it twice. */
export const hooked: Kind = {
  share: 3,
  plan: (random, name) => {
    const body = { ms: random.between(50, 1000), text: name };
    const sign = createHmac("sha256", HOOK.secret).update(JSON.stringify(body)).digest("hex");
    return {
      path: `/in/${HOOK.name}`,
      body,
      headers: { "x-sign": sign, "x-id": name },
      copies: 2,
      isTrigger: false,
      ends: ["succeeded"],
      wrong: ({ job }) => (job.result?.text === name ? [] : ["has another's text"]),
    };
  },
};
