import type { GatewayEnv } from "../edge/env.ts";

/** One request, as every handler gets it. */
export type Call = {
  readonly request: Request;
  readonly env: GatewayEnv;
  /** The named parts of the path, decoded. */
  readonly params: { readonly [name: string]: string };
  /** Scheme and host that the caller used: the base of links. */
  readonly origin: string;
};

export type Handler = (call: Call) => Promise<Response>;
