import * as z from "zod";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { utf8Length } from "../lang/text.ts";

/** The longest a caller may hold the line (contract, section 3). More is refused, never shortened. */
export const WAIT_SECONDS_MAX = 300;

/** The other bounds of the contract's section 2. */
const ATTEMPTS_MAX = 20;
const TAGS_MAX = 16;
const TAG_LENGTH_MAX = 128;
const METADATA_BYTES_MAX = 4096;
const DELAY_SECONDS_MAX = 2_592_000;
const DEDUPE_KEY_LENGTH_MAX = 256;

const Url = z.url({ protocol: /^https?$/, error: "Must be an https URL" });

const Callback = z.strictObject({
  url: Url,
  events: z.array(z.string()).optional(),
  profile: z.enum(["standard", "states"]).optional(),
  secret: z.string().optional(),
});

/** How long to hold the line. */
export const Wait = z
  .union([z.boolean(), z.number().min(0).max(WAIT_SECONDS_MAX)], {
    error: `Must be true, false or seconds from 0 to ${WAIT_SECONDS_MAX}`,
  })
  .optional();

/** Options that are one value each, so that a query can hold them as well as a body. */
const SINGLE_VALUES = {
  wait: Wait,
  timeout: z.number().positive().optional(),
  max_attempts: z.int().min(1).max(ATTEMPTS_MAX).optional(),
  on_disconnect: z.enum(["continue", "cancel"]).optional(),
  on_timeout: z.enum(["continue", "cancel"]).optional(),
  callback_url: Url.optional(),
  state_webhook_url: Url.optional(),
  dedupe_key: z.string().min(1).max(DEDUPE_KEY_LENGTH_MAX).optional(),
  dedupe_ttl: z.int().min(1).optional(),
  delay: z.number().min(0).max(DELAY_SECONDS_MAX).optional(),
  run_at: z.iso.datetime({ offset: true }).optional(),
};

/** The body of a trigger (contract, section 2). The payload is checked against the command's schema. */
export const TriggerBody = z.strictObject({
  ...SINGLE_VALUES,
  payload: z.custom<JsonObject>(isJsonObject, "Must be an object").optional(),
  callbacks: z.array(Callback).optional(),
  tags: z.array(z.string().min(1).max(TAG_LENGTH_MAX)).max(TAGS_MAX).optional(),
  metadata: z
    .custom<JsonObject>(isJsonObject, "Must be an object")
    .refine((value) => utf8Length(JSON.stringify(value)) <= METADATA_BYTES_MAX, {
      error: `Must be at most ${METADATA_BYTES_MAX} bytes of JSON`,
    })
    .optional(),
});

export const TriggerQuery = z
  .strictObject({ ...SINGLE_VALUES, async: z.boolean().optional() })
  .refine(({ wait, async }) => wait === undefined || async === undefined, {
    error: "Give wait or async, not both",
    path: ["async"],
    // Also where another option has a fault.
    when: () => true,
  });

export type BodyOptions = z.output<typeof TriggerBody>;
export type QueryOptions = z.output<typeof TriggerQuery>;
