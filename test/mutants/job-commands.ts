import { mutantsIn } from "./mutant.ts";

/** What a job does when it is asked to. */
export const JOB_COMMAND_MUTANTS = mutantsIn("job", {
  "decide.ts": [
    [
      "a job's time goes back with the clock",
      "const at = job === null ? now : latest(now, newestEvent(job).at);",
      "const at = now;",
    ],
    [
      "a slot is not given back when its attempt is over",
      "[...callsLeft(job, after), ...slotsLeft(job, after)]",
      "[...callsLeft(job, after)]",
    ],
    [
      "a call goes on when its attempt is over",
      "[...callsLeft(job, after), ...slotsLeft(job, after)]",
      "[...slotsLeft(job, after)]",
    ],
    [
      "what a move owes the endpoints is not sent",
      "effects: [...effects, ...left, ...owed.effects]",
      "effects: [...effects, ...left]",
    ],
  ],
  "on-submit.ts": [
    [
      "a second submission makes the job anew",
      "if (job !== null) return ok({ job, effects: [] });",
      "",
    ],
    [
      "a job that starts later has its time counted from its submission",
      "after(latest(startAt ?? now, now), maxDurationMs)",
      "after(now, maxDurationMs)",
    ],
    [
      "a start that lies in the past takes from the job's time",
      "after(latest(startAt ?? now, now), maxDurationMs)",
      "after(startAt ?? now, maxDurationMs)",
    ],
    ["a job whose start is now is put off", "startAt > now", "startAt >= now"],
    [
      "all callbacks of a submission have one number",
      "newEndpoint(callback, index + 1)",
      "newEndpoint(callback, 1)",
    ],
  ],
  "on-grant.ts": [
    ["an old grant starts a later attempt", "slotOf(step) !== attempt", "slotOf(step) === null"],
    [
      "a grant that comes twice starts its attempt twice",
      'if (step.state.status !== "lined_up") return ok({ job, effects: [] });',
      "",
    ],
  ],
  "on-claim.ts": [
    [
      "an old message claims a later attempt",
      'step?.state.status !== "queued" || step.state.attempt !== command.attempt',
      'step?.state.status !== "queued"',
    ],
    [
      "whoever claims a running attempt is told that it is theirs",
      'step?.state.status === "running" && step.state.token === command.token',
      'step?.state.status === "running"',
    ],
    [
      "an attempt that the object claims is not called",
      'runner === "object" ? [{ kind: "call", step: command.step, token }] : []',
      "[]",
    ],
  ],
  "on-extend.ts": [
    [
      "a lease is extended without its token",
      "!isRunning(step) || step.state.token !== command.token",
      "!isRunning(step)",
    ],
    [
      "a late word of the consumer shortens the time of work outside",
      'if (step.state.runner !== "consumer")',
      'if (step.state.runner === "object")',
    ],
    [
      "a lease is extended from its end and not from now",
      "after(now, job.timings.leaseMs)",
      "after(step.state.leaseExpiresAt, job.timings.leaseMs)",
    ],
  ],
  "on-progress.ts": [
    [
      "progress is taken without the token of its attempt",
      "!isRunning(step) || step.state.token !== command.token",
      "!isRunning(step)",
    ],
  ],
  "on-report.ts": [
    [
      "a report is taken without its token",
      "!isRunning(step) || step.state.token !== command.token",
      "!isRunning(step)",
    ],
    [
      "what was said on the way is lost when it comes with the report",
      "batches.reduce((so, batch) => told(so.job, so.step, { batch, now }), { job, step })",
      "{ job, step }",
    ],
    [
      "an attempt that was lost counts as at work",
      "isWordOfPlugin(said) ? working(heard.job, heard.step, now) : heard",
      "working(heard.job, heard.step, now)",
    ],
    [
      "a failure keeps the artifacts that came with it",
      'said.kind === "success" ? command.artifacts : []',
      "command.artifacts",
    ],
    [
      "an attempt succeeds though its artifacts cannot be kept",
      "const outcome = keeping.ok ? said : notKept(keeping.reason, said);",
      "const outcome = said;",
    ],
    [
      "a command with a lane but without state changes the state",
      "plan.lane?.isStateful === true ? outcome",
      "plan.lane !== null ? outcome",
    ],
    [
      "the logs of an answer with undeclared state are lost",
      ": { ...UNDECLARED, logs: outcome.logs };",
      ": UNDECLARED;",
    ],
  ],
  "on-cancel.ts": [
    [
      "a job that has ended can be cancelled",
      "job.steps.filter(({ state }) => !isFinal(state))",
      "job.steps.filter(() => true)",
    ],
  ],
  "history.ts": [
    [
      "every event counts as a move of the job",
      "const movedSeq = isStateEvent(event) ? seq : job.movedSeq;",
      "const movedSeq = seq;",
    ],
    [
      "what comes after a job's end changes the number of its state",
      "return job.finalSeq ?? newestEvent(job).seq;",
      "return newestEvent(job).seq;",
    ],
    [
      "the number of the final event is overwritten by the next one",
      "finalSeq: isFinalEvent(event) ? seq : job.finalSeq",
      "finalSeq: isFinalEvent(event) ? seq : null",
    ],
    [
      "an event does not note how often the step was resumed",
      "return attemptsBefore === 0 ? then : { ...then, attemptsBefore };",
      "return then;",
    ],
  ],
  "event.ts": [
    ["partial text moves the job", '"job.output": false', '"job.output": true'],
    ["a job that fails is not moved by that", '"job.failed": true', '"job.failed": false'],
    [
      "a dead job has no final event",
      '  "job.dead",\n  "job.cancelled",\n];',
      '  "job.cancelled",\n];',
    ],
  ],
  "with-step.ts": [
    [
      "the newest attempt is listed first",
      "[...step.past, next.ended]",
      "[next.ended, ...step.past]",
    ],
    [
      "a step is found by a token that it does not hold",
      "job.steps.filter(isRunning).find(({ state }) => equalInConstantTime(state.token, token))",
      "job.steps.find(isRunning)",
    ],
  ],
  "resubmission.ts": [
    [
      "a job that succeeded can be done again",
      'if (ending.status === "succeeded") {',
      'if (ending.status === "cancelled") {',
    ],
    [
      "a job that is done again speaks in its channel once more",
      "endpoints.filter(({ seat }) => seat === null).map(callbackOf)",
      "endpoints.map(callbackOf)",
    ],
    [
      "what is done again for a probe is a probe",
      "breaker: { ...job.breaker, isProbe: false },",
      "breaker: job.breaker,",
    ],
    [
      "a job that is done again does not say of which one",
      "retryOf: job.id,",
      "retryOf: job.retryOf,",
    ],
  ],
});
