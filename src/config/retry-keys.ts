import * as z from "zod";
import { ATTEMPTS_MAX, REST_MS_MAX } from "../core/retry/retry.ts";

/** A retry policy as people write it: in a manifest, and in `holdline.yaml`. */
export const RETRY_KEYS = {
  max_attempts: z.int().min(1).max(ATTEMPTS_MAX),
  base_ms: z.int().min(0).max(REST_MS_MAX),
  max_ms: z.int().min(0).max(REST_MS_MAX),
};

/** For a policy whose longest rest is below its first. */
export const REST_FAULT = { message: "Must not be below base_ms", path: ["max_ms"] };
