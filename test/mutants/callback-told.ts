import { mutantsIn } from "./mutant.ts";

/** Who is told of what, in which words. */
export const CALLBACK_TOLD_MUTANTS = mutantsIn("callback", {
  "callback-body.ts": [
    [
      "a callback brings along more than fits, as long as each part does",
      "if (bytes > left ||",
      "if (bytes > INLINE_BYTES_MAX ||",
    ],
    [
      "a callback says what the job is now, and not what it was then",
      "const snapshot = snapshotOf(jobAsOf(job, event));",
      "const snapshot = snapshotOf(job);",
    ],
    [
      "a callback is sent a result that is too long for it",
      "return isLongResult(said) ? { text: null, output: null, artifacts } : result;",
      "return result;",
    ],
    [
      "what a callback brings along has a link as well",
      "return { ...rest, ...content };",
      "return { ...artifact, ...content };",
    ],
    [
      "a receiver is not told which artifact there is",
      'return type === "artifact.created" ? { artifact: data } : {};',
      "return {};",
    ],
    [
      "a callback is dated when it is made, and not when it happened",
      "const timestamp = rfc3339(event.at);",
      "const timestamp = snapshot.created_at;",
    ],
  ],
  "callback-events.ts": [
    [
      "nobody is told of questions unless they ask for it",
      'standard: [\n    "job.waiting",',
      "standard: [",
    ],
    [
      "a receiver of states can be told of artifacts",
      "states: OF_JOB,\n};\n\n/** What it is told",
      'states: [...OF_JOB, "artifact.created"],\n};\n\n/** What it is told',
    ],
  ],
  "callback-state.ts": [
    ["a dead job is told as done", '"job.dead": "failed"', '"job.dead": "done"'],
    [
      "a job that is loading is told as working",
      'phase === "loading" ? "loading" : "working"',
      '"working"',
    ],
  ],
  "delivery-id.ts": [
    [
      "the id of another job's delivery is read as one of this job's",
      "!text.startsWith(prefix) || ",
      "",
    ],
    ["an id with an endpoint 0 is read", "/^([1-9]\\d{0,2})_", "/^(\\d{1,3})_"],
  ],
  "delivery-view.ts": [
    [
      "all deliveries that wait are shown with the time of the first",
      "index === 0 ? nextAttemptAt(endpoint) : null",
      "nextAttemptAt(endpoint)",
    ],
    ["a delivery that was sent again is the one it was at first", "past.findLast(", "past.find("],
    [
      "the ledger is in the order of endpoints and then of events",
      "left.row.seq - right.row.seq || left.endpoint - right.endpoint",
      "left.endpoint - right.endpoint || left.row.seq - right.row.seq",
    ],
    [
      "a delivery that is owed again is the one that is over",
      "if (owed !== undefined) return { ...owed, endpoint };",
      "",
    ],
    [
      "the ledger shows a delivery under way as due",
      'next?.kind === "resting" ? rfc3339(next.retryAt) : null',
      'next === null ? null : rfc3339(next.kind === "resting" ? next.retryAt : next.sendAgainAt)',
    ],
  ],
  "on-attach.ts": [
    [
      "a job takes one endpoint less than it may have",
      "attached.endpoints.length > ENDPOINTS_MAX",
      "attached.endpoints.length >= ENDPOINTS_MAX",
    ],
    ["the same URL with another secret is the same callback", "one.secret === other.secret &&", ""],
    [
      "a callback that asks for more events than one before is the same",
      "other.events.every((type) => one.events.includes(type))",
      "true",
    ],
    [
      "whoever attaches late is not told where the job stands",
      "return withEndpoint(job, owing(blank, newestMove(job)));",
      "return withEndpoint(job, blank);",
    ],
    [
      "whoever attaches after an answer is told that the job is queued",
      'isJustResumed(step) ? "job.resumed" : MOVE_TO[step.state.status]',
      "MOVE_TO[step.state.status]",
    ],
    [
      "whoever attaches to a job that is loading is told that it is working",
      'state.status === "running" ? { phase: state.phase } : {}',
      "{}",
    ],
    [
      "an endpoint that was gone stays gone when it is attached again",
      "return withEndpoint(job, { ...there, isGone: false });",
      "return job;",
    ],
    [
      "an attempt that comes after the first one since the answer is told as the answer",
      "answered !== null && attempt === attemptsBefore + 1",
      "answered !== null",
    ],
  ],
  "owed.ts": [
    [
      "a receiver of states is told a state that it knows",
      "state === null || state === knownState",
      "state === null",
    ],
    [
      "a change of state names its own state as the one before",
      "{ state, previous: knownState }",
      "{ state, previous: state }",
    ],
    ["what was told at the last move is owed again at the next one", "seq > known", "seq >= known"],
    [
      "an endpoint that is gone is sent what comes after",
      "if (endpoint.isGone) return { job: givenUp(noted, endpoint, now), effects: [] };",
      "",
    ],
    [
      "a new event has the delivery before it sent once more",
      "endpoint.owed.length === 0 || endpoint.next !== null",
      "endpoint.owed.length === 0",
    ],
    [
      "an endpoint is told of events that it did not ask for",
      "if (!events.includes(event.type)) return told;",
      "",
    ],
    [
      "a state that nobody wants to be told of counts as not reached",
      "if (!events.includes(event.type)) return told;",
      "if (!events.includes(event.type)) return endpoint;",
    ],
  ],
});
