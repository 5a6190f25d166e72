import { mutantsIn } from "./mutant.ts";

export const KEY_MUTANTS = mutantsIn("key", {
  "dedupe.ts": [
    [
      "a claim that comes twice is given another id",
      "if (known?.record.jobId === jobId) return known.record;",
      "",
    ],
    [
      "a job that failed holds its key",
      'return seen.status === "succeeded" ? ahead(after(seen.finishedAt, ttlMs), now) : null;',
      "return ahead(after(seen.finishedAt, ttlMs), now);",
    ],
    [
      "a key is free before the Idempotency-Key that stands for the same job",
      "durationMs(Math.max(ttlMs, IDEMPOTENCY_MS))",
      "ttlMs",
    ],
    ["an open job is looked at all the time", "Math.max(LOOK_MS_MIN, ttlMs)", "ttlMs"],
    [
      "an open job is looked at once in a hundred years",
      "Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, ttlMs))",
      "Math.max(LOOK_MS_MIN, ttlMs)",
    ],
    [
      "a key holds from its claim on and not from the end of its job",
      "ahead(after(seen.finishedAt, ttlMs), now)",
      "ahead(after(claimedAt, ttlMs), now)",
    ],
    [
      "a key is held for a moment after it is over",
      "return now < at ? at : null;",
      "return now <= at ? at : null;",
    ],
    [
      "an open job holds its key no longer than its time",
      "if (seen.finishedAt === null) return after(now, lookAgainMs(ttlMs));",
      "if (seen.finishedAt === null) return ahead(after(claimedAt, ttlMs), now);",
    ],
  ],
  "idempotency.ts": [
    [
      "another request with the same key is given the job of the first",
      "return record.fingerprint === fingerprint",
      "return record !== null",
    ],
    [
      "every request prolongs its key",
      'found.value ?? { kind: "idempotency", ...claim, claimedAt: now }',
      '{ kind: "idempotency", ...(found.value ?? claim), claimedAt: now }',
    ],
    [
      "a key is held for a moment longer than a day",
      "return now < freeAt(record) ? freeAt(record) : null;",
      "return now <= freeAt(record) ? freeAt(record) : null;",
    ],
    [
      "a key is free after half a day",
      "IDEMPOTENCY_MS: DurationMs = hours(24)",
      "IDEMPOTENCY_MS: DurationMs = hours(12)",
    ],
    [
      "a key that is over stands for its job still",
      "record === null || idempotencyWakeAt(record, now) === null",
      "record === null",
    ],
  ],
  "kept.ts": [
    [
      "a job may be gone while its dedupe key stands for it",
      "durationMs(ttlMs + KEPT_FOR_IDEMPOTENCY_MS)",
      "durationMs(Math.max(ttlMs, KEPT_FOR_IDEMPOTENCY_MS))",
    ],
    [
      "a job is kept exactly as long as its Idempotency-Key",
      "durationMs(IDEMPOTENCY_MS + MARGIN_MS)",
      "durationMs(IDEMPOTENCY_MS)",
    ],
  ],
  "key-name.ts": [
    [
      "two keys whose parts run together are one",
      "JSON.stringify([tenant, scope, key])",
      '[tenant, scope, key].join(":")',
    ],
    [
      "the keys of all tenants are one",
      "JSON.stringify([tenant, scope, key])",
      "JSON.stringify([scope, key])",
    ],
  ],
});
