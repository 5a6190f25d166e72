import type { Settings } from "../core/plugin/settings.ts";
import type { GatewayEnv } from "../edge/env.ts";
import type { EpochMs } from "../lang/time.ts";

/** One request, as every handler gets it. */
export type Call = {
  readonly request: Request;
  readonly env: GatewayEnv;
  readonly settings: Settings;
  /** The named parts of the path, decoded. */
  readonly params: { readonly [name: string]: string };
  /** Scheme and host that the caller used: the base of links. */
  readonly origin: string;
  /** When it got here: a caller's patience begins when they ask, not when they have been understood. */
  readonly receivedAt: EpochMs;
  /** Keeps the invocation alive for work that outlasts the answer, or the caller. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

export type Handler = (call: Call) => Promise<Response>;
