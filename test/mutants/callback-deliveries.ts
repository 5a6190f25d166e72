import { mutantsIn } from "./mutant.ts";

/** How what is owed gets there, or does not. */
export const CALLBACK_DELIVERY_MUTANTS = mutantsIn("callback", {
  "due.ts": [
    [
      "a delivery is not due at the instant that its rest is over",
      "now < endpoint.next.retryAt",
      "now <= endpoint.next.retryAt",
    ],
    [
      "a delivery is made during its rest",
      "return isResting ? null : { endpoint, delivery };",
      "return { endpoint, delivery };",
    ],
  ],
  "endpoint-switch.ts": [
    [
      "410 does not switch an endpoint off",
      "isGone || isFailing ? now : null",
      "isFailing ? now : null",
    ],
    [
      "ten failures are too few to switch off",
      "failures >= FAILURES_MIN",
      "failures > FAILURES_MIN",
    ],
    [
      "an outage of last week counts as this one",
      "record !== null && now < after(record.heardAt, SILENCE_MS_MAX)",
      "record !== null",
    ],
    [
      "a further failure switches an endpoint on again",
      "record?.offSince ?? (isGone || isFailing ? now : null)",
      "isGone || isFailing ? now : null",
    ],
    [
      "an endpoint is switched off after a day",
      "const FAILING_MS_MAX = days(5);",
      "const FAILING_MS_MAX = days(1);",
    ],
    [
      "a failing endpoint is forgotten since when it fails",
      "const failingSince = isSame ? record.failingSince : now;",
      "const failingSince = now;",
    ],
    [
      "an endpoint that is off is forgotten a moment late",
      "return now >= after(heardAt, FORGOTTEN_MS);",
      "return now > after(heardAt, FORGOTTEN_MS);",
    ],
  ],
  "next.ts": [
    [
      "the first message of a delivery is not counted",
      "sends: 1, sendAgainAt",
      "sends: 0, sendAgainAt",
    ],
    [
      "a seat that has to wait is sent to at once",
      'next?.kind === "sent" ? [delivering(endpoint.number)] : []',
      "next !== null ? [delivering(endpoint.number)] : []",
    ],
    [
      "a seat is told without regard to what it waits for",
      "return rest ?? firstSend(job, now);",
      "return firstSend(job, now);",
    ],
  ],
  "on-begin-delivery.ts": [
    [
      "a call is begun under the number of another attempt",
      "head?.seq === command.seq && head.attempts + 1 === command.attempt",
      "head?.seq === command.seq",
    ],
    [
      "the mark of an earlier call is taken for that of this one",
      "Math.min(head.begunAttempt, attempt - 1)",
      "attempt",
    ],
    [
      "a call that may be made twice leaves a mark",
      "return isOnce ? attempt : null;",
      "return attempt;",
    ],
    [
      "what a call uses up is not noted before it is made",
      "= withNews(endpoint, command.news);",
      "= endpoint;",
    ],
    [
      "what is owed behind a call is lost when it begins",
      "owed: [begun, ...owed.slice(1)]",
      "owed: [begun]",
    ],
  ],
  "on-note-delivery.ts": [
    [
      "late word of an attempt to deliver counts",
      "head?.seq === command.seq && head.attempts + 1 === command.attempt",
      "head?.seq === command.seq",
    ],
    [
      "word of another delivery counts for the one that is due",
      "head?.seq === command.seq && head.attempts + 1 === command.attempt",
      "head !== undefined && head.attempts + 1 === command.attempt",
    ],
    [
      "a receiver that is gone keeps being owed the rest",
      "return givenUp(failed, failed.endpoints[gone.number - 1] as Endpoint, now);",
      "return failed;",
    ],
    [
      "a receiver that is gone is not remembered as gone",
      "const gone: Endpoint = { ...endpoint, isGone: true };",
      "const gone: Endpoint = endpoint;",
    ],
    [
      "a delivery is tried once more than its policy says",
      "round >= retry.maxAttempts",
      "round > retry.maxAttempts",
    ],
    [
      "a receiver that asks for a rest does not get it",
      'if (restMs !== null) return { kind: "resting", retryAt: after(now, restMs) };',
      "",
    ],
    [
      "a failure that no retry can help is tried again",
      "!retryable || round >= retry.maxAttempts",
      "round >= retry.maxAttempts",
    ],
    [
      "the parts of a telling share their attempts",
      "part: part + 1, begunAttempt: null, attemptsBefore: attempts }",
      "part: part + 1, begunAttempt: null }",
    ],
    [
      "the mark of one part stands for the next one",
      "part: part + 1, begunAttempt: null, attemptsBefore: attempts }",
      "part: part + 1, attemptsBefore: attempts }",
    ],
    [
      "408 is taken for a refusal, after which the same may be said again",
      " && status !== 408",
      "",
    ],
    [
      "400 does not count as a refusal",
      "status >= 400 && status < 500",
      "status > 400 && status < 500",
    ],
    [
      "the answer to a later call is taken for that to an earlier one",
      "begunAttempt === attempts ? (last?.status ?? null) : null",
      "last?.status ?? null",
    ],
    [
      "a delivery that is sent again has no attempts of its own",
      "const round = delivery.attempts - delivery.attemptsBefore;",
      "const round = delivery.attempts;",
    ],
    [
      "the other way to a seat has no attempts of its own",
      "? { ...tried, attemptsBefore: tried.attempts }",
      "? tried",
    ],
    [
      "a word that it takes longer is tried only once",
      "if (isSeat(endpoint) && isPassing(delivery)) {",
      "if (isSeat(endpoint) && !isAwaited(delivery)) {",
    ],
    [
      "progress that was not worth a call is tried again soon",
      "return last.status === null ? { skippedAt: now } : {};",
      "return {};",
    ],
    [
      "a call to a seat is tried again after its way has closed",
      "seat === null ? retryAt : againAt(seat, retryAt, now)",
      "retryAt",
    ],
  ],
  "on-resend.ts": [
    [
      "what is sent again is told before what is owed",
      "[...endpoint.owed, delivery]",
      "[delivery, ...endpoint.owed]",
    ],
    [
      "the ledger may become one longer than it is read",
      "number >= LEDGER_MAX",
      "number > LEDGER_MAX",
    ],
    [
      "an endpoint that was gone is not asked again",
      "{ ...endpoint, isGone: false, owed }",
      "{ ...endpoint, owed }",
    ],
    [
      "what is owed already is owed twice when it is sent again",
      "if (endpoint.owed.some(({ seq }) => seq === again.seq))\n    return hurried(job, endpoint, { again, now });",
      "",
    ],
    [
      "asking for a delivery hurries the one before it",
      "endpoint.owed[0]?.seq !== again.seq || ",
      "",
    ],
    [
      "a delivery that is sent again forgets how often it was tried",
      "attempts,\n    attemptsBefore: attempts,",
      "attempts: 0,\n    attemptsBefore: 0,",
    ],
  ],
  "settled.ts": [
    [
      "numbers of the ledger begin anew when its older part is put away",
      "(job.ledger.at(-1)?.number ?? 0) + 1",
      "job.ledger.length + 1",
    ],
    [
      "the next delivery waits until something else happens",
      "return withEndpoint(job, { ...left, next: nextOf(job, left, now) });",
      "return withEndpoint(job, { ...left, next: endpoint.next });",
    ],
    [
      "what had been delivered before seems to be delivered when it is given up",
      "const hasFailed = last !== null && last.error !== null;",
      "const hasFailed = last !== null;",
    ],
    [
      "a failed delivery is told as delivered",
      'state === "delivered" ? "callback.delivered" : "callback.failed"',
      '"callback.delivered"',
    ],
    [
      "only the first of what a gone receiver is owed is given up",
      "return endpoint.owed.reduce<Job>(",
      "return endpoint.owed.slice(0, 1).reduce<Job>(",
    ],
  ],
  "verdict.ts": [
    [
      "an answer of 300 counts as delivered",
      "status >= 200 && status < 300",
      "status >= 200 && status <= 300",
    ],
    [
      "a receiver may ask for a rest of days",
      "durationMs(Math.min(retryAfterMs, REST_MS_MAX))",
      "retryAfterMs",
    ],
    ["a receiver that is unavailable is not asked when to come back", "[429, 503]", "[429]"],
    [
      "a channel that takes nothing more is tried again",
      '["url_not_allowed", "switched_off", "expired"]',
      '["url_not_allowed", "switched_off"]',
    ],
    [
      "410 is an answer like any other that is no success",
      'if (status === 410) return { kind: "gone" };',
      "",
    ],
    ["a delivery is tried nine times", "maxAttempts: 8,", "maxAttempts: 9,"],
  ],
  "wake-endpoint.ts": [
    [
      "a job that has ended wakes to say that it takes longer",
      "isOpen && isSeat(endpoint)",
      "isSeat(endpoint)",
    ],
    [
      "a job that has ended says that it takes longer",
      "isSeat(endpoint) && endingOf(job) === null",
      "isSeat(endpoint)",
    ],
    [
      "the rests between two messages grow by as much each time",
      "timings.sendAgainMs * 2 ** sends",
      "timings.sendAgainMs * (sends + 1)",
    ],
    ["a delivery is not sent at the instant that it is due", "now < at)", "now <= at)"],
    [
      "whoever is owed a delivery is not told in time that it takes longer",
      "return earliest(nextAt, warningAt);",
      "return nextAt;",
    ],
    [
      "a job owes nothing once its first endpoint is told",
      "endpoints.some(({ owed }) => owed.length > 0)",
      "(endpoints[0]?.owed.length ?? 0) > 0",
    ],
    [
      "a delivery whose rest is over is counted as a message sent again",
      "? firstSend(job, now)",
      "? sentAgain(job, 1, now)",
    ],
  ],
  "with-endpoint.ts": [
    [
      "an endpoint takes the place of the one behind it",
      "endpoints[endpoint.number - 1] = endpoint;",
      "endpoints[endpoint.number] = endpoint;",
    ],
  ],
});
