import { RESPONSE_BYTES_MAX } from "../../src/core/plugin/response.ts";

/** Answers that break the protocol, each in the way its name says. */
export const GARBAGE = {
  not_json: () => "<html>502 Bad Gateway</html>",
  no_protocol: () => ({ status: "ok", text: "an answer of no protocol" }),
  protocol_2: () => ({ protocol: 2, status: "ok", text: "an answer of the next protocol" }),
  no_status: () => ({ protocol: 1, text: "an answer without a status" }),
  huge: () => ({ protocol: 1, status: "ok", text: "x".repeat(RESPONSE_BYTES_MAX + 1) }),
} as const satisfies Record<string, () => unknown>;

export type GarbageKind = keyof typeof GARBAGE;

export const GARBAGE_KINDS = Object.keys(GARBAGE) as [GarbageKind, ...GarbageKind[]];
