import * as z from "zod";
import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import { ATTEMPTS_MAX } from "../core/retry/retry.ts";
import { isJsonObject, type JsonObject, jsonDepth } from "../lang/json.ts";
import { utf8Length } from "../lang/text.ts";
import { typedValue } from "./query.ts";

/** The longest a caller may hold the line (contract, section 3). More is refused, never shortened. */
export const WAIT_SECONDS_MAX = 300;

/** The other bounds of the contract's section 2. */
const TAGS_MAX = 16;
const TAG_LENGTH_MAX = 128;
const METADATA_BYTES_MAX = 4096;
const DELAY_SECONDS_MAX = 2_592_000;
const DEDUPE_KEY_LENGTH_MAX = 256;
const DEDUPE_TTL_SECONDS_MAX = 2_592_000;

/** Where it may lead is the guard's business: see `url-faults.ts`. */
const Url = z.string();

/** One who is to be called. What the words stand for is looked up elsewhere: see `callback-options.ts`. */
export const CallbackOption = z.strictObject({
  url: Url,
  events: z.array(z.string()).min(1).optional(),
  profile: z.enum(["standard", "states"]).optional(),
  secret: z.string().optional(),
});

const WAIT_FAULT = `Must be true, false or seconds from 0 to ${WAIT_SECONDS_MAX}`;

/** How long to hold the line. */
export const Wait = z
  .union([z.boolean(), z.number().min(0, WAIT_FAULT).max(WAIT_SECONDS_MAX, WAIT_FAULT)], WAIT_FAULT)
  .optional();

const NUMBERS = {
  timeout: z.number().positive(),
  max_attempts: z.int().min(1).max(ATTEMPTS_MAX),
  dedupe_ttl: z.int().min(1).max(DEDUPE_TTL_SECONDS_MAX),
  delay: z.number().min(0).max(DELAY_SECONDS_MAX),
};

/** Options that are a text each: in a query as in a body, also where they look like a number. */
const TEXTS = {
  on_disconnect: z.enum(["continue", "cancel"]).optional(),
  on_timeout: z.enum(["continue", "cancel"]).optional(),
  callback_url: Url.optional(),
  state_webhook_url: Url.optional(),
  dedupe_key: z.string().min(1).max(DEDUPE_KEY_LENGTH_MAX).optional(),
  run_at: z.iso
    .datetime({ offset: true, error: "Must be a time with its zone, as 2026-11-21T12:00:00Z" })
    .optional(),
};

const Tags = z.array(z.string().min(1).max(TAG_LENGTH_MAX)).max(TAGS_MAX);

const Metadata = z
  .custom<JsonObject>(isJsonObject, "Must be an object")
  .refine((value) => utf8Length(JSON.stringify(value)) <= METADATA_BYTES_MAX, {
    error: `Must be at most ${METADATA_BYTES_MAX} bytes of JSON`,
  });

/** The body of a trigger (contract, section 2). The payload is checked against the command's schema. */
export const TriggerBody = z.strictObject({
  wait: Wait,
  timeout: NUMBERS.timeout.optional(),
  max_attempts: NUMBERS.max_attempts.optional(),
  ...TEXTS,
  dedupe_ttl: NUMBERS.dedupe_ttl.optional(),
  delay: NUMBERS.delay.optional(),
  payload: z.custom<JsonObject>(isJsonObject, "Must be an object").optional(),
  callbacks: z.array(CallbackOption).optional(),
  tags: Tags.optional(),
  metadata: Metadata.optional(),
});

/** The same options as texts of a query. A tag may hold a comma, so several are given one by one. */
export const TriggerQuery = z
  .strictObject({
    ...TEXTS,
    wait: z.preprocess(typedValue, Wait).optional(),
    async: z.preprocess(typedValue, z.boolean()).optional(),
    timeout: z.preprocess(typedValue, NUMBERS.timeout).optional(),
    max_attempts: z.preprocess(typedValue, NUMBERS.max_attempts).optional(),
    dedupe_ttl: z.preprocess(typedValue, NUMBERS.dedupe_ttl).optional(),
    delay: z.preprocess(typedValue, NUMBERS.delay).optional(),
    tags: z.preprocess(listOf, Tags).optional(),
    metadata: z.preprocess(jsonOf, Metadata).optional(),
  })
  .refine(({ wait, async }) => wait === undefined || async === undefined, {
    error: "Give wait or async, not both",
    path: ["async"],
    // Also where another option has a fault.
    when: () => true,
  });

export type BodyOptions = z.output<typeof TriggerBody>;
export type QueryOptions = z.output<typeof TriggerQuery>;

function listOf(value: unknown): unknown {
  return typeof value === "string" ? [value] : value;
}

/** What a text says in JSON; a text that says nothing stays one, which no option takes. */
function jsonOf(value: unknown): unknown {
  if (typeof value !== "string" || jsonDepth(value) > JSON_DEPTH_MAX) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
