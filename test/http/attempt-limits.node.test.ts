import { describe, expect, test } from "vitest";
import { raisedAttempts } from "../../src/http/attempt-limits.ts";
import { seconds } from "../../src/lang/time.ts";

const retry = { maxAttempts: 2, baseMs: seconds(1), maxMs: seconds(60) };

describe("how many attempts a trigger may ask for", () => {
  test.each([
    { body: { max_attempts: 2 }, query: {} },
    { body: { max_attempts: 1 }, query: { max_attempts: "2" } },
    { body: {}, query: {} },
    // Wrong in another way, which is told elsewhere.
    { body: { max_attempts: 21 }, query: { max_attempts: "many" } },
    { body: { max_attempts: 2.5 }, query: {} },
  ])("as many as the command allows itself, or fewer: $body, $query", (given) => {
    expect(raisedAttempts(given, { retry })).toEqual([]);
  });

  test("no more, wherever it is said", () => {
    const given = { body: { max_attempts: 3 }, query: { max_attempts: "20" } };

    expect(raisedAttempts(given, { retry })).toEqual([
      { path: "max_attempts", message: "Must be at most 2, the command's own limit" },
      { path: "query.max_attempts", message: "Must be at most 2, the command's own limit" },
    ]);
  });

  test("no more than the default, for a command without a policy of its own", () => {
    expect(raisedAttempts({ body: { max_attempts: 5 }, query: {} }, { retry: null })).toEqual([
      { path: "max_attempts", message: "Must be at most 4, the command's own limit" },
    ]);
  });
});
