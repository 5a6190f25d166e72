import * as z from "zod/mini";
import { ATTEMPTS_MAX, REST_MS_MAX } from "../core/retry/retry.ts";

/** A retry policy as people write it: in a manifest, and in `holdline.yaml`. */
export const RETRY_KEYS = {
  max_attempts: z.int().check(z.minimum(1), z.maximum(ATTEMPTS_MAX)),
  base_ms: z.int().check(z.minimum(0), z.maximum(REST_MS_MAX)),
  max_ms: z.int().check(z.minimum(0), z.maximum(REST_MS_MAX)),
};

/** For a policy whose longest rest is below its first. */
export const REST_FAULT = { message: "Must not be below base_ms", path: ["max_ms"] };
