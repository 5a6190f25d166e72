import { mutantsIn } from "./mutant.ts";

export const CHANNEL_MUTANTS = mutantsIn("channel", {
  "discord-times.ts": [
    [
      "nothing is tried again once nothing new is said with the token",
      "return partOfLife(token, LAST_RETRY);",
      "return partOfLife(token, LAST_CALL);",
    ],
    [
      "somebody hears that it takes longer when the token is dead",
      "const NOTICE = 14 / 15;",
      "const NOTICE = 15 / 15;",
    ],
  ],
  "on-answer-inline.ts": [
    [
      "an answer goes with an acknowledgement that nobody waits for any more",
      "const isHeard = now <= after(seat.ackUntil, LATE_MS_MAX);",
      "const isHeard = true;",
    ],
    [
      "an answer is too late as soon as the acknowledgement is due",
      "after(seat.ackUntil, LATE_MS_MAX)",
      "seat.ackUntil",
    ],
    [
      "the acknowledgement says what is being said already",
      'const isUnderWay = endpoint.next?.kind === "sent";',
      "const isUnderWay = false;",
    ],
    [
      "an answer goes with the acknowledgement whether it fits or not",
      " || head.seq !== command.fits",
      "",
    ],
    [
      "an acknowledgement that was given is given again",
      "if (endpoint.talk.heldUntil === null) return ok({ job, effects: [] });",
      "",
    ],
    [
      "what replaces Slack's acknowledgement may come before it",
      'seat.kind === "slack" ? slackShownAt(now) : open.memory.notBefore',
      "open.memory.notBefore",
    ],
    [
      "it is not noted what the acknowledgement said",
      "talk: { ...talk, memory, inlineSeq: head.seq }",
      "talk: { ...talk, memory }",
    ],
    [
      "the acknowledgement says the oldest thing and not the newest",
      "owed.findLast(isAwaited)",
      "owed.find(isAwaited)",
    ],
    [
      "that a question was answered is said twice",
      'endpoint.owed.filter(({ type }) => type !== "job.resumed")',
      "endpoint.owed",
    ],
    [
      "what the acknowledgement has said is said once more",
      "const told = { ...endpoint, owed: [head],",
      "const told = { ...endpoint, owed: [head, head],",
    ],
  ],
  "owed-to-seat.ts": [
    [
      "progress is told as often as it comes",
      "...(toldAt !== null && isPassing(delivery) ? [after(toldAt, PROGRESS_EVERY_MS)] : []),",
      "",
    ],
    [
      "progress that is not worth a call is tried again all the time",
      "...(skippedAt !== null && isPassing(delivery) ? [after(skippedAt, SKIPPED_MS)] : []),",
      "",
    ],
    [
      "a seat is told before its acknowledgement is given",
      "...(heldUntil === null ? [] : [heldUntil]),",
      "",
    ],
    [
      "a channel that wants to be left alone is not",
      "...(notBefore === null ? [] : [notBefore]),",
      "",
    ],
    [
      "an answer rests as long as progress",
      "...(toldAt !== null && isPassing(delivery) ?",
      "...(toldAt !== null ?",
    ],
    [
      "what is being said is forgotten when something that matters comes",
      'isUnderWay(endpoint, index) || aboutOf(each) === "end"',
      'aboutOf(each) === "end"',
    ],
    [
      "what takes the place of progress rests as the progress did",
      "const next = isHeadLeft ? endpoint.next : null;",
      "const { next } = endpoint;",
    ],
    [
      "the first progress does not wait for the acknowledgement",
      'saidAt ?? (aboutOf(delivery) === "progress" ? seat.ackUntil : null)',
      "saidAt",
    ],
    ["progress lines up behind what matters", "isWaiting || owed.length > 1", "isWaiting"],
    [
      "a seat is told once more of a question that was answered",
      'aboutOf(each) === "end");',
      'aboutOf(each) !== "progress");',
    ],
  ],
  "resumed-seat.ts": [
    [
      "anybody in a channel may answer what a person is asked",
      'seat.answers === "anyone" || seat.userId === userId',
      "true",
    ],
    [
      "whoever started a job may not answer it where anyone may not",
      'seat.answers === "anyone" || seat.userId === userId',
      'seat.answers === "anyone"',
    ],
    [
      "whoever has the same id in another channel may answer",
      "seat?.kind === channel && (",
      "seat !== null && (",
    ],
    [
      "the message of the bot is forgotten when somebody answers",
      "const memory = { ...talk.memory, botMessage };",
      "const { memory } = talk;",
    ],
    [
      "what comes after an answer waits until the question would be sent again",
      "owed: [],\n    next: null,",
      "owed: [],",
    ],
    [
      "a press opens another way to the oldest seat and not to the newest",
      "job.endpoints.findLast(",
      "job.endpoints.find(",
    ],
  ],
  "seat-times.ts": [
    [
      "a call is tried again at the very instant that its way closes",
      "Math.floor((last - now) / 2)",
      "Math.floor(last - now)",
    ],
    [
      "calls come ever closer together before a way closes",
      "half < BEFORE_CLOSE_MS ? retryAt : earliest(",
      "half < 0 ? retryAt : earliest(",
    ],
    [
      "a way that is about to close puts a call off",
      "earliest(retryAt, epochMs(now + half))",
      "epochMs(now + half)",
    ],
  ],
  "slack-times.ts": [
    [
      "an acknowledgement that shows nothing is waited for",
      "return ackUntil > urlAt ? slackShownAt(ackUntil) : ackUntil;",
      "return slackShownAt(ackUntil);",
    ],
    [
      "a seat without a response_url is told that it closes",
      "responseUrl === null ? null : epochMs(",
      "epochMs(",
    ],
    [
      "what replaces an acknowledgement does not wait until it is shown",
      "return after(givenAt, SHOWN_MS);",
      "return givenAt;",
    ],
    [
      "the bot says what is new when nothing is tried again any more",
      "return partOfLife(seat, LAST_CALL);",
      "return partOfLife(seat, LAST_RETRY);",
    ],
  ],
  "talk.ts": [
    [
      "that a question was answered is tried like an answer",
      'return about === "progress" || about === "answered";',
      'return about === "progress";',
    ],
    [
      "one call makes a seat forget what others have changed",
      "memory: { ...talk.memory, ...news }",
      "memory: { ...NOTHING_SAID, ...news }",
    ],
    [
      "a question is nothing that anybody waits for",
      'return about === "end" || about === "question";',
      'return about === "end";',
    ],
    [
      "whoever asked is not told that their job was cancelled",
      '    case "job.cancelled":\n      return "end";',
      '      return "end";',
    ],
  ],
  "warning.ts": [
    [
      "that it takes longer is said at every wake",
      "talk: { ...endpoint.talk, isWarned: true }",
      "talk: endpoint.talk",
    ],
    [
      "whoever is asked something is told that it takes longer",
      'statusOf(job) === "waiting" || endpoint.owed.some(isAwaited)',
      "endpoint.owed.some(isAwaited)",
    ],
    [
      "that it takes longer is said before an answer that is on its way",
      'statusOf(job) === "waiting" || endpoint.owed.some(isAwaited)',
      'statusOf(job) === "waiting"',
    ],
    [
      "what is being said is replaced by the word that it takes longer",
      'const isUnderWay = head !== undefined && endpoint.next?.kind === "sent";',
      "const isUnderWay = false;",
    ],
    [
      "that it takes longer is said a moment late",
      "dueAt === null || now < dueAt",
      "dueAt === null || now <= dueAt",
    ],
  ],
});
