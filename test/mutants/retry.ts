import { mutantsIn } from "./mutant.ts";

export const RETRY_MUTANTS = mutantsIn("retry", {
  "policy-over.ts": [
    [
      "a command's own policy wins over what is set for its plugin",
      "{ ...(own ?? DEFAULT_RETRY), ...set }",
      "{ ...set, ...(own ?? DEFAULT_RETRY) }",
    ],
    [
      "of two rests that do not fit, the one that is set gives way",
      "set.baseMs === undefined",
      "set.baseMs !== undefined",
    ],
    [
      "rests that do not fit stay as they are",
      "if (merged.baseMs <= merged.maxMs) return merged;",
      "return merged;",
    ],
    [
      "what is set for a plugin counts only where its command has a policy",
      "if (set === null) return own;",
      "if (set === null || own === null) return own;",
    ],
  ],
  "retry.ts": [
    [
      "the backoff forgets its ceiling",
      "durationMs(Math.min(delayMs, policy.maxMs))",
      "durationMs(delayMs)",
    ],
    ["the first rest is twice as long", "2 ** (attempt - 1)", "2 ** attempt"],
    [
      "the backoff does not double",
      "policy.baseMs * 2 ** (attempt - 1)",
      "policy.baseMs * attempt",
    ],
    ["everybody comes back at the same instant", " + Math.floor(jitter * policy.baseMs)", ""],
    [
      "jitter makes rests shorter",
      "+ Math.floor(jitter * policy.baseMs)",
      "- Math.floor(jitter * policy.baseMs)",
    ],
    [
      "a command without a policy is tried five times",
      "DEFAULT_RETRY: RetryPolicy = { maxAttempts: 4,",
      "DEFAULT_RETRY: RetryPolicy = { maxAttempts: 5,",
    ],
    ["somebody who waits is let wait ten seconds", "baseMs: seconds(1),", "baseMs: seconds(10),"],
    ["jitter may be 1", "jitter >= 0 && jitter < 1", "jitter >= 0 && jitter <= 1"],
  ],
});
