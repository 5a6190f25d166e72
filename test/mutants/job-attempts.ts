import { mutantsIn } from "./mutant.ts";

/** How attempts begin, go on and end. */
export const JOB_ATTEMPT_MUTANTS = mutantsIn("job", {
  "attempt-start.ts": [
    [
      "a call of the object is guarded as long as a consumer's",
      'start.runner === "object" ? guardMs : leaseMs',
      'start.runner === "object" ? leaseMs : guardMs',
    ],
    [
      "the deadline of an attempt may lie behind the job's end",
      "...(job.endBy === null ? [] : [job.endBy]),",
      "",
    ],
    [
      "the progress of the last attempt is shown for the next one",
      "{ ...step, progress: null, state }",
      "{ ...step, state }",
    ],
    [
      "a plugin over HTTP is at work before it has spoken",
      'return step.plan.transport === "binding"',
      "return step.plan.transport !== null",
    ],
    [
      "every word of a plugin records that it is at work",
      'return step.state.phase === "working"',
      "return false",
    ],
    [
      "an attempt that needs a slot starts without one",
      "return step.plan.lane === null ? handedOut(job, step, due) : linedUp(job, step, due);",
      "return handedOut(job, step, due);",
    ],
    [
      "a queued attempt is never sent to the queue",
      'effects: [{ kind: "send", step: id, attempt }],',
      "effects: [],",
    ],
    [
      "a message is due again as soon as it is sent",
      "const sendAgainAt = after(now, job.timings.sendAgainMs);",
      "const sendAgainAt = now;",
    ],
    [
      "that a job is queued is recorded twice",
      "if (step.state.status === state.status) return next;",
      "",
    ],
  ],
  "attempt-end.ts": [
    [
      "a job that keeps no result keeps it all the same",
      "result: job.keepsResult ? at.success.result : null,",
      "result: at.success.result,",
    ],
    [
      "what changes the state is lost with a success",
      "stateUpdates: at.success.stateUpdates,",
      "stateUpdates: null,",
    ],
    [
      "accepted work that is accepted again has its logs twice",
      'if (state.runner === "outside") return job; // Said twice.',
      "",
    ],
    [
      "work outside is lost at its deadline, without the grace",
      "const leaseExpiresAt = after(state.deadlineAt, job.timings.graceMs);",
      "const leaseExpiresAt = state.deadlineAt;",
    ],
    [
      "a step is tried once more than its policy says",
      "roundOf(step) < step.plan.retry.maxAttempts",
      "roundOf(step) <= step.plan.retry.maxAttempts",
    ],
    [
      "the rest that a plugin asks for is forgotten",
      "failure.retryAfterMs ?? delayMs(step, failure, jitter)",
      "delayMs(step, failure, jitter)",
    ],
    [
      "a retry is planned for the very end of the job",
      "retryAt < job.endBy",
      "retryAt <= job.endBy",
    ],
    [
      "a retry has the number of the attempt that failed",
      "attempt: attempt + 1, retryAt, error",
      "attempt, retryAt, error",
    ],
    [
      "an attempt that was lost rests as long as one that failed",
      'failure.reason === "lease_lost" ? INTERACTIVE_RETRY : step.plan.retry',
      "step.plan.retry",
    ],
    [
      "attempts before a question count as retries after it",
      "return state.attempt - attemptsBefore;",
      "return state.attempt;",
    ],
    [
      "a job whose last attempt timed out is dead",
      'failure.reason === "timeout" ? "timed_out" : "dead"',
      '"dead"',
    ],
    [
      "a failure that no retry can help counts as used up",
      'if (!failure.retryable) return "failed";',
      "",
    ],
    [
      "the attempt that a cancel ends is not among the attempts",
      "? { ended: endedAttempt(step, { at: now, error, logs: [], excerpt: null }) }",
      "? {}",
    ],
    ["the event of a cancel does not say why", "const data = { reason };", "const data = {};"],
    [
      "what an attempt logged before it was accepted is lost at its end",
      "logs: fittingLogs([...step.state.logs, ...end.logs]),",
      "logs: fittingLogs(end.logs),",
    ],
    [
      "a job that is out of time says that it might be tried again",
      'category: "timeout",\n    retryable: false,',
      'category: "timeout",\n    retryable: true,',
    ],
  ],
  "call.ts": [
    [
      "the call of an attempt that is over goes on",
      'now?.status !== "running" || now.token !== state.token',
      'now?.status === "running" && now.token !== state.token',
    ],
    [
      "the object aborts a call that a consumer makes",
      'if (state.runner !== "object") return [];',
      "",
    ],
  ],
  "side-calls.ts": [
    [
      "a batch of side calls that comes twice is told twice",
      "if (number <= state[counter])",
      "if (number < state[counter])",
    ],
    [
      "a batch without progress wipes the progress before it",
      "progress: progress ?? step.progress,",
      "progress,",
    ],
    [
      "every piece of text of a later attempt has readers start over",
      "const isReset = attempt > 1 && !state.hasOutput;",
      "const isReset = attempt > 1;",
    ],
    [
      "partial text of a retry goes on behind that of the attempt that failed",
      "return isReset ? { text, reset: true } : { text };",
      "return { text };",
    ],
    [
      "batches from outside are counted with the runner's",
      'outside: "outsideBatch"',
      'outside: "batch"',
    ],
  ],
  "slot.ts": [
    [
      "an attempt that waits in the queue has given its slot back",
      'status === "lined_up" || status === "queued" || status === "running"',
      'status === "lined_up" || status === "running"',
    ],
    [
      "an attempt that failed changes the state as the one that succeeded",
      'state.status === "succeeded" && state.attempt === attempt',
      'state.status === "succeeded"',
    ],
    [
      "a slot that is waited for counts as held by any attempt",
      'if (slotOf(step) === attempt) return { kind: "held" };',
      'if (slotOf(step) !== null) return { kind: "held" };',
    ],
  ],
  "on-wake.ts": [
    [
      "a job is removed while somebody is still to be told of it",
      "now >= expiresAt(job, ending) && !owesAnybody(job)",
      "now >= expiresAt(job, ending)",
    ],
    [
      "a job is not removed at the instant for which it set its alarm",
      "now >= expiresAt(job, ending)",
      "now > expiresAt(job, ending)",
    ],
    [
      "a wake performs the effects of the last endpoint only",
      "effects: [...so.effects, ...next.effects]",
      "effects: next.effects",
    ],
    [
      "a job that waits in line outlives its end",
      'const isResting = !isFinal(state) && state.status !== "running";',
      'const isResting = state.status === "backing_off" || state.status === "delayed";',
    ],
    [
      "a job that is out of time runs on for the instant of its end",
      "context.now >= job.endBy",
      "context.now > job.endBy",
    ],
    [
      "a message is not sent again at the instant that it is due",
      "if (now < sendAgainAt)",
      "if (now <= sendAgainAt)",
    ],
    [
      "an attempt that asks its lane again goes to the end of the line",
      'effects: [{ kind: "line_up", step: step.plan.id, attempt, since }],',
      'effects: [{ kind: "line_up", step: step.plan.id, attempt, since: now }],',
    ],
    [
      "a message that is sent again is not counted",
      "sends: sends + 1, sendAgainAt: again",
      "sends, sendAgainAt: again",
    ],
    [
      "the rests between two messages grow without a ceiling",
      "durationMs(Math.min(timings.sendAgainMs * 2 ** asked, timings.sendAgainMsMax))",
      "durationMs(timings.sendAgainMs * 2 ** asked)",
    ],
    ["a retry does not wait for its rest", "if (now < at) return { job, effects: [] };", ""],
    [
      "a question goes unanswered before its time",
      "if (now < until) return { job, effects: [] };",
      "",
    ],
    ["what happens without an answer is put down to the caller", 'by: "timeout"', 'by: "api"'],
    [
      "an attempt times out at its deadline, without the grace",
      "now >= after(deadlineAt, job.timings.graceMs)",
      "now >= deadlineAt",
    ],
    [
      "a consumer's attempt is rescued before its lease is over",
      "!isHeld : now >= leaseExpiresAt",
      "!isHeld : true",
    ],
    [
      "an attempt that the object has forgotten is not rescued before its guard is over",
      'runner === "object" ? !isHeld : now >= leaseExpiresAt',
      "!isHeld && now >= leaseExpiresAt",
    ],
    [
      "the guard of a call that goes on is not extended",
      "if (isHeld && now >= leaseExpiresAt) {",
      "if (!isHeld && now >= leaseExpiresAt) {",
    ],
  ],
});
