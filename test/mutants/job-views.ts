import { mutantsIn } from "./mutant.ts";

/** How a job is planned, shown, handed out and put away. */
export const JOB_VIEW_MUTANTS = mutantsIn("job", {
  "event-view.ts": [
    [
      "an old event shows artifacts that came later",
      "finalSeq, artifacts: artifactsAsOf(job, seq) };",
      "finalSeq };",
    ],
    [
      "an old event shows attempts that came later",
      "const past = step.past.slice(0, then.past);",
      "const { past } = step;",
    ],
    [
      "an old event shows the progress of today",
      "return withStep(asOf, { ...step, past, progress, state, attemptsBefore });",
      "return withStep(asOf, { ...step, past, state, attemptsBefore });",
    ],
    [
      "the event of the end is numbered like the newest one",
      "const finalSeq = isFinalEvent(event) ? seq : null;",
      "const { finalSeq } = job;",
    ],
  ],
  "plan.ts": [
    [
      "a job that somebody waits for rests as long as any other",
      "isWaited ? INTERACTIVE_RETRY : DEFAULT_RETRY",
      "isWaited ? DEFAULT_RETRY : INTERACTIVE_RETRY",
    ],
    [
      "the attempts that a trigger asks for are ignored",
      "trigger.maxAttempts ?? policy.maxAttempts",
      "policy.maxAttempts",
    ],
    [
      "a trigger's timeout is ignored where the command has one",
      "trigger.timeoutMs ?? spec.timeoutMs",
      "spec.timeoutMs ?? trigger.timeoutMs",
    ],
    [
      "a command with state runs without a lane where nothing limits it",
      "concurrency === null && !spec.state ? null",
      "concurrency === null ? null",
    ],
  ],
  "plugin-request.ts": [
    [
      "an attempt after an answer is handed the event that began the job",
      "answered === null ? job.event : resumedEvent(job, answered)",
      "job.event ?? (answered === null ? null : resumedEvent(job, answered))",
    ],
    [
      "a plugin is told its lease for its deadline",
      "rfc3339(state.deadlineAt)",
      "rfc3339(state.leaseExpiresAt)",
    ],
    ["a plugin is not told which attempt it makes", "attempt: state.attempt,", "attempt: 1,"],
  ],
  "retention.ts": [
    [
      "fire-and-forget jobs are kept as long as all others",
      "keepsResult ? (settings.jobs.retentionMs ?? RETENTION_MS) : ACK_RETENTION_MS",
      "settings.jobs.retentionMs ?? (keepsResult ? RETENTION_MS : ACK_RETENTION_MS)",
    ],
    [
      "what is set for all jobs wins over what is set for the plugin",
      "settingsOf(settings, plugin).maxDurationMs ?? settings.jobs.maxDurationMs",
      "settings.jobs.maxDurationMs ?? settingsOf(settings, plugin).maxDurationMs",
    ],
    ["a result is kept for three days", "days(30)", "days(3)"],
  ],
  "snapshot.ts": [
    [
      "a job is shown more attempts than it may make",
      "plan.retry.maxAttempts + step.attemptsBefore",
      "plan.retry.maxAttempts",
    ],
    [
      "a job began when its newest attempt did",
      "past[0]?.startedAt ??",
      "past.at(-1)?.startedAt ??",
    ],
    [
      "an attempt that asked is shown as one that succeeded",
      'if (asked !== null) return "asked";',
      "",
    ],
    [
      "an attempt that was cancelled is shown as one that failed",
      'if (error.category === "cancelled") return "cancelled";',
      "",
    ],
    [
      "a job at rest shows a deadline that is over",
      "return isFinal(state) ? past.at(-1)?.deadlineAt : undefined;",
      "return past.at(-1)?.deadlineAt;",
    ],
    [
      "a job that starts later does not show when",
      'if (state.status === "delayed") return state.startAt;',
      "",
    ],
    [
      "the result does not list what the job keeps",
      "return { ...state.result, artifacts };",
      "return { ...state.result, artifacts: [] };",
    ],
    ["a job that waits in line waits for its start", 'lined_up: "slot",', 'lined_up: "start",'],
    [
      "a job shows when it expires before it has ended",
      "instant(ending === null ? undefined : expiresAt(job, ending))",
      "instant(ending?.finishedAt)",
    ],
  ],
  "status.ts": [
    [
      "a job is kept from its beginning on and not from its end",
      "after(ending.finishedAt, job.retentionMs)",
      "after(job.createdAt, job.retentionMs)",
    ],
    [
      "a job that asks something is not at rest",
      'return status === "waiting" || isFinalStatus(status);',
      "return isFinalStatus(status);",
    ],
    [
      "a job between two attempts is shown as running",
      'backing_off: "queued",',
      'backing_off: "running",',
    ],
  ],
  "wake-at.ts": [
    [
      "nobody wakes at the deadline of an attempt whose lease is longer",
      "earliest(state.leaseExpiresAt, after(state.deadlineAt, job.timings.graceMs))",
      "state.leaseExpiresAt",
    ],
    [
      "a job at rest is not woken at its end",
      "return endBy === null ? at : earliest(at, endBy);",
      "return at;",
    ],
    [
      "nobody wakes for what a job that has ended owes",
      "ending !== null && !owesAnybody(job)",
      "ending !== null",
    ],
    [
      "a job wakes for the last thing that is due",
      "return earliest(first, ...others);",
      "return others.at(-1) ?? first;",
    ],
    [
      "a job that waits for its slot is not woken to ask again before its end",
      "return byEnd(job, state.askAgainAt);",
      "return job.endBy ?? state.askAgainAt;",
    ],
  ],
  "timings.ts": [
    [
      "a consumer that says a word every 20 s loses its lease of 15 s",
      "leaseMs: seconds(30),",
      "leaseMs: seconds(15),",
    ],
  ],
});
