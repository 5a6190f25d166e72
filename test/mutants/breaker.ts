import { mutantsIn } from "./mutant.ts";

export const BREAKER_MUTANTS = mutantsIn("breaker", {
  "breaker.ts": [
    [
      "no probe starts at the instant that the period is over",
      "now < retryAt(breaker, policy)",
      "now <= retryAt(breaker, policy)",
    ],
    [
      "a probe that asks twice is stopped",
      'if (isProbe(breaker, job)) return { breaker, verdict: "probe" };',
      "",
    ],
    [
      "two probes are let through",
      'return { breaker: { state: "half_open", failures, openedAt, probe }, verdict: "probe" };',
      'return { breaker: { state: "open", failures, openedAt }, verdict: "probe" };',
    ],
    [
      "late news of an old job begins a new period",
      "isProbe(breaker, end.job) || end.submittedAt >= retryAt(breaker, policy)",
      "isProbe(breaker, end.job) || end.endedAt >= retryAt(breaker, policy)",
    ],
    [
      "a failure from before the reset counts",
      "if (isFromBefore(breaker, end)) return breaker;",
      "",
    ],
    [
      "a breaker opens one failure too late",
      "failures >= policy.threshold",
      "failures > policy.threshold",
    ],
    [
      "a success that nobody told does not break the row",
      "isRowBroken(breaker, end) ? 1 : breaker.failures + 1",
      "breaker.failures + 1",
    ],
    [
      "the row begins with no failure after a success that nobody told",
      "isRowBroken(breaker, end) ? 1 :",
      "isRowBroken(breaker, end) ? 0 :",
    ],
    [
      "any success closes an open breaker",
      "const counts = isProbe(breaker, end.job) || end.submittedAt >= periodEndsAt;",
      "const counts = true;",
    ],
    [
      "a breaker forgets when it was closed by a success",
      "{ ...NEW_BREAKER, closedAt: end.endedAt }",
      "NEW_BREAKER",
    ],
    [
      "a success from before the reset breaks the row",
      "breaker.failures === 0 || isFromBefore(breaker, end)",
      "breaker.failures === 0",
    ],
    [
      "any job that says nothing gives the probe's place back",
      "if (!isProbe(breaker, job)) return breaker;",
      'if (breaker.state !== "half_open") return breaker;',
    ],
    [
      "a breaker forgets when it was reset",
      "return { ...NEW_BREAKER, closedAt: now };",
      "return NEW_BREAKER;",
    ],
    [
      "a probe that is out for long is followed by another at once",
      'breaker.state === "open" ? breaker.openedAt : breaker.probe.startedAt',
      "breaker.openedAt",
    ],
    [
      "the last failure is not noted",
      ": { ...breaker, failures, failedAt: endedAt };",
      ": { ...breaker, failures };",
    ],
    [
      "a failed probe does not begin a new period",
      '{ state: "open", failures: breaker.failures + 1, openedAt: endedAt }',
      '{ state: "open", failures: breaker.failures + 1, openedAt: breaker.openedAt }',
    ],
    [
      "a failed probe is not counted",
      '{ state: "open", failures: breaker.failures + 1, openedAt: endedAt }',
      '{ state: "open", failures: breaker.failures, openedAt: endedAt }',
    ],
    [
      "a success of the very instant of a failure breaks the row",
      "lastSuccessAt > failedAt",
      "lastSuccessAt >= failedAt",
    ],
    [
      "a job of the very instant of the reset is from before",
      "submittedAt < closedAt",
      "submittedAt <= closedAt",
    ],
  ],
  "breaker-view.ts": [
    [
      "a closed breaker is shown with its policy's failures",
      "    failures,\n    threshold,",
      "    failures: threshold,\n    threshold,",
    ],
    [
      "a breaker is shown to have opened when it may close",
      "rfc3339(breaker.openedAt)",
      "rfc3339(retryAt(breaker, policy))",
    ],
  ],
  "job-end.ts": [
    [
      "a question that nobody answered counts against the plugin",
      '["invalid_payload", "wait_timed_out"]',
      '["invalid_payload"]',
    ],
    [
      "a payload that the plugin refused counts against it",
      '["invalid_payload", "wait_timed_out"]',
      '["wait_timed_out"]',
    ],
    [
      "a cancelled job counts against the plugin",
      'case "cancelled":\n      return "says_nothing";',
      'case "cancelled":\n      return "failed";',
    ],
    ["a period begins when the job was submitted", "endedAt: finishedAt", "endedAt: createdAt"],
    [
      "an open job that ends is told as submitted at its end",
      "submittedAt: createdAt",
      "submittedAt: finishedAt",
    ],
  ],
  "knowledge.ts": [
    [
      "a command that is well is asked about every second",
      "refresh && breaker.failures > 0 ?",
      "refresh ?",
    ],
    [
      "old news of a probe stops jobs",
      "refresh || now >= retryAt(breaker, policy)",
      "now >= retryAt(breaker, policy)",
    ],
    [
      "a clock that went back makes news fresh",
      "now >= at && now < at + FRESH_MS",
      "now < at + FRESH_MS",
    ],
    [
      "news are fresh for a moment more than a second",
      "now < at + FRESH_MS",
      "now <= at + FRESH_MS",
    ],
    ["the end of a probe is told only if it matters", "if (isProbe) return true;", ""],
    [
      "every end of a job is told while the breaker is open",
      'if (breaker.state === "open" && now < retryAt(breaker, policy)) return false;',
      "",
    ],
    [
      "a success that ends a row of failures is not told",
      ' || breaker.state !== "closed" || breaker.failures > 0',
      ' || breaker.state !== "closed"',
    ],
    [
      "a success is told where nothing is known of the breaker",
      'if (known === null) return end.verdict === "failed";',
      "if (known === null) return true;",
    ],
    [
      "an open breaker whose period is over stops jobs without being asked",
      'case "open":\n      return now < retryAt(breaker, policy) ?',
      'case "open":\n      return true ?',
    ],
  ],
});
