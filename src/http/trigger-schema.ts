import * as z from "zod/mini";
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
  events: z.optional(z.array(z.string()).check(z.minLength(1))),
  profile: z.optional(z.enum(["standard", "states"])),
  secret: z.optional(z.string()),
});

const WAIT_FAULT = `Must be true, false or seconds from 0 to ${WAIT_SECONDS_MAX}`;

/** How long to hold the line. */
export const Wait = z.optional(
  z.union(
    [
      z.boolean(),
      z.number().check(z.minimum(0, WAIT_FAULT), z.maximum(WAIT_SECONDS_MAX, WAIT_FAULT)),
    ],
    WAIT_FAULT,
  ),
);

const NUMBERS = {
  timeout: z.number().check(z.positive()),
  max_attempts: z.int().check(z.minimum(1), z.maximum(ATTEMPTS_MAX)),
  dedupe_ttl: z.int().check(z.minimum(1), z.maximum(DEDUPE_TTL_SECONDS_MAX)),
  delay: z.number().check(z.minimum(0), z.maximum(DELAY_SECONDS_MAX)),
};

/** Options that are a text each: in a query as in a body, also where they look like a number. */
const TEXTS = {
  on_disconnect: z.optional(z.enum(["continue", "cancel"])),
  on_timeout: z.optional(z.enum(["continue", "cancel"])),
  callback_url: z.optional(Url),
  state_webhook_url: z.optional(Url),
  dedupe_key: z.optional(z.string().check(z.minLength(1), z.maxLength(DEDUPE_KEY_LENGTH_MAX))),
  run_at: z.optional(
    z.iso.datetime({
      offset: true,
      error: "Must be a time with its zone, as 2026-11-21T12:00:00Z",
    }),
  ),
};

const Tags = z
  .array(z.string().check(z.minLength(1), z.maxLength(TAG_LENGTH_MAX)))
  .check(z.maxLength(TAGS_MAX));

const Metadata = z.custom<JsonObject>(isJsonObject, "Must be an object").check(
  z.refine((value) => utf8Length(JSON.stringify(value)) <= METADATA_BYTES_MAX, {
    error: `Must be at most ${METADATA_BYTES_MAX} bytes of JSON`,
  }),
);

/** The body of a trigger (contract, section 2). The payload is checked against the command's schema. */
export const TriggerBody = z.strictObject({
  wait: Wait,
  timeout: z.optional(NUMBERS.timeout),
  max_attempts: z.optional(NUMBERS.max_attempts),
  ...TEXTS,
  dedupe_ttl: z.optional(NUMBERS.dedupe_ttl),
  delay: z.optional(NUMBERS.delay),
  payload: z.optional(z.custom<JsonObject>(isJsonObject, "Must be an object")),
  callbacks: z.optional(z.array(CallbackOption)),
  tags: z.optional(Tags),
  metadata: z.optional(Metadata),
});

/** The same options as texts of a query. A tag may hold a comma, so several are given one by one. */
export const TriggerQuery = z
  .strictObject({
    ...TEXTS,
    wait: readBy(typedValue, Wait),
    async: readBy(typedValue, z.boolean()),
    timeout: readBy(typedValue, NUMBERS.timeout),
    max_attempts: readBy(typedValue, NUMBERS.max_attempts),
    dedupe_ttl: readBy(typedValue, NUMBERS.dedupe_ttl),
    delay: readBy(typedValue, NUMBERS.delay),
    tags: readBy(listOf, Tags),
    metadata: readBy(jsonOf, Metadata),
  })
  .check(
    z.refine(({ wait, async }) => wait === undefined || async === undefined, {
      error: "Give wait or async, not both",
      path: ["async"],
      // Also where another option has a fault.
      when: () => true,
    }),
  );

export type BodyOptions = z.output<typeof TriggerBody>;
export type QueryOptions = z.output<typeof TriggerQuery>;

/** An option of a query, which is given as a text: read before it is checked. */
function readBy<Schema extends z.core.$ZodType>(
  reader: (value: unknown) => unknown,
  schema: Schema,
) {
  return z.optional(z.pipe(z.transform(reader), schema));
}

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
