import * as z from "zod";
import { ConfigFault, faultsOf } from "./fault.ts";
import { type HttpHost, HttpHosts } from "./http-hosts.ts";

/** The gateway's variables (contract, section 11), checked and with their defaults. */
export type Environment = {
  /** `admin`: callers on this very machine may do everything without a token. Local work only. */
  readonly anonymous: "admin" | null;
  /** Where queue-dispatched attempts run: in the consumer, or in the job's own object. */
  readonly queueRunner: "consumer" | "object";
  /** Callers who may wait or watch at once. */
  readonly waiters: {
    /** With one token; `null` = not set. */
    readonly perToken: number | null;
    /** In one isolate of the gateway. */
    readonly inAll: number;
  };
  /** What the guard of outgoing URLs lets through on plain http. */
  readonly allowHttp: readonly HttpHost[];
};

/** Each holds a connection and some kilobytes of an isolate's 128 MB. */
const WAITERS_DEFAULT = 5000;
const WAITERS_MAX = 30_000;

const Count = z
  .string()
  .regex(/^\d+$/, `Must be a number from 1 to ${WAITERS_MAX}`)
  .transform(Number)
  .pipe(z.int().min(1).max(WAITERS_MAX));

const Variables = z.object({
  HOLDLINE_ANONYMOUS: z.enum(["admin"]).optional(),
  QUEUE_RUNNER: z.enum(["consumer", "object"]).default("consumer"),
  HOLDLINE_WAITERS_PER_TOKEN: Count.optional(),
  HOLDLINE_WAITERS_MAX: Count.optional(),
  HOLDLINE_ALLOW_HTTP: HttpHosts.optional(),
});

const known = new WeakMap<object, Environment>();

/**
 * Reads the variables, once per isolate. Other bindings in `env` are not its business.
 *
 * @throws {ConfigFault} with every fault at once.
 */
export function readEnvironment(env: object): Environment {
  const found = known.get(env);
  if (found !== undefined) return found;

  const parsed = Variables.safeParse(env);
  if (!parsed.success) throw new ConfigFault("the environment", faultsOf(parsed.error));
  const environment: Environment = {
    anonymous: parsed.data.HOLDLINE_ANONYMOUS ?? null,
    queueRunner: parsed.data.QUEUE_RUNNER,
    waiters: {
      perToken: parsed.data.HOLDLINE_WAITERS_PER_TOKEN ?? null,
      inAll: parsed.data.HOLDLINE_WAITERS_MAX ?? WAITERS_DEFAULT,
    },
    allowHttp: parsed.data.HOLDLINE_ALLOW_HTTP ?? [],
  };
  known.set(env, environment);
  return environment;
}
