import * as z from "zod/mini";
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
  /** Triggers that one isolate takes on at once. */
  readonly triggersMax: number;
  /** Objects that may be awake on this machine when another is made; `null` = the platform sees to that. */
  readonly objectsMax: number | null;
  /** What the guard of outgoing URLs lets through on plain http. */
  readonly allowHttp: readonly HttpHost[];
  readonly discord: {
    /** What interactions are signed with; two while it is being changed, none = Discord is not set up. */
    readonly publicKeys: readonly string[];
    readonly applicationId: string | null;
    readonly botToken: string | null;
    /** Without a slash at its end. */
    readonly apiBase: string;
  };
  readonly slack: {
    /** As for Discord. */
    readonly signingSecrets: readonly string[];
    readonly botToken: string | null;
    readonly apiBase: string;
  };
};

/** Each holds a connection and some kilobytes of an isolate's 128 MB. */
const WAITERS_DEFAULT = 5000;
const WAITERS_MAX = 30_000;

/**
 * As many as may wait, because a caller who triggers and waits counts as both, here for 30 s. Each holds a
 * connection, and what it sent until that is stored.
 */
const TRIGGERS_DEFAULT = 5000;

/** Three files each: a machine that has as many needs no limit. */
const OBJECTS_MAX = 1_000_000;

const countTo = (max: number) =>
  z.pipe(
    z.pipe(Text(/^\d+$/, `Must be a number from 1 to ${max}`), z.transform(Number)),
    z.int().check(z.minimum(1), z.maximum(max)),
  );

/** Keys and secrets of one kind, the newest first: during a change there are two. */
const listOf = (form: RegExp, message: string) =>
  z.pipe(
    z.pipe(z.string(), z.transform(entriesOf)),
    z.array(Text(form, message)).check(z.maxLength(2, "Must be at most two, with a comma")),
  );

const PublicKeys = listOf(
  /^[0-9a-f]{64}$/i,
  "Must be 64 hexadecimal digits: see General Information",
);
const SigningSecrets = listOf(/^\S{8,}$/, "Must be the signing secret: see Basic Information");

/** As each channel writes its ids. An empty variable is one that is not set. */
const Snowflake = Text(/^(?:\d{5,20})?$/, "Must be an id of digits");
const Token = Text(/^[\x21-\x7e]*$/, "Must be a token, without blanks");

const ApiBase = z.pipe(
  Text(/^https?:\/\/[^\s?#]+$/, "Must be a URL, without a query"),
  z.transform((url: string) => url.replace(/\/+$/, "")),
);

const Variables = z.object({
  HOLDLINE_ANONYMOUS: z.optional(z.enum(["admin"])),
  QUEUE_RUNNER: z._default(z.enum(["consumer", "object"]), "consumer"),
  HOLDLINE_WAITERS_PER_TOKEN: z.optional(countTo(WAITERS_MAX)),
  HOLDLINE_WAITERS_MAX: z._default(countTo(WAITERS_MAX), WAITERS_DEFAULT),
  HOLDLINE_TRIGGERS_MAX: z._default(countTo(WAITERS_MAX), TRIGGERS_DEFAULT),
  HOLDLINE_OBJECTS_MAX: z.optional(countTo(OBJECTS_MAX)),
  HOLDLINE_ALLOW_HTTP: z.optional(HttpHosts),
  DISCORD_PUBLIC_KEY: z.optional(PublicKeys),
  DISCORD_APPLICATION_ID: z.optional(Snowflake),
  DISCORD_BOT_TOKEN: z.optional(Token),
  DISCORD_API_BASE: z._default(ApiBase, "https://discord.com/api/v10"),
  SLACK_SIGNING_SECRET: z.optional(SigningSecrets),
  SLACK_BOT_TOKEN: z.optional(Token),
  SLACK_API_BASE: z._default(ApiBase, "https://slack.com/api"),
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
      inAll: parsed.data.HOLDLINE_WAITERS_MAX,
    },
    triggersMax: parsed.data.HOLDLINE_TRIGGERS_MAX,
    objectsMax: parsed.data.HOLDLINE_OBJECTS_MAX ?? null,
    allowHttp: parsed.data.HOLDLINE_ALLOW_HTTP ?? [],
    discord: {
      publicKeys: parsed.data.DISCORD_PUBLIC_KEY ?? [],
      applicationId: parsed.data.DISCORD_APPLICATION_ID || null,
      botToken: parsed.data.DISCORD_BOT_TOKEN || null,
      apiBase: parsed.data.DISCORD_API_BASE,
    },
    slack: {
      signingSecrets: parsed.data.SLACK_SIGNING_SECRET ?? [],
      botToken: parsed.data.SLACK_BOT_TOKEN || null,
      apiBase: parsed.data.SLACK_API_BASE,
    },
  };
  known.set(env, environment);
  return environment;
}

function Text(form: RegExp, message: string) {
  return z.string().check(z.regex(form, message));
}

function entriesOf(text: string): readonly string[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
