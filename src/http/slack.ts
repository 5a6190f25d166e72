import { slackNote } from "../channels/slack/inline.ts";
import { isSslCheck, readSlackRequest } from "../channels/slack/read-request.ts";
import type { SlackRequest } from "../channels/slack/request.ts";
import { escaped } from "../channels/slack/text.ts";
import { isSignedBySlack } from "../channels/slack/verify.ts";
import { readEnvironment } from "../config/environment.ts";
import { logWarning } from "../edge/log.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type Acknowledging, inTime } from "./acknowledgement.ts";
import { jsonResponse } from "./answer.ts";
import { BODY_BYTES_MAX, readBody } from "./body.ts";
import type { Call } from "./call.ts";
import { type Problem, problemResponse } from "./problem.ts";
import {
  lateWords,
  ranShortcut,
  ranSlashCommand,
  type SlackAnswer,
  sayAfterwards,
  tookEvent,
} from "./slack-command.ts";
import { pressedInSlack } from "./slack-press.ts";

/**
 * `POST /slack/commands`, `/slack/interactivity` and `/slack/events` (contract, section 9). Slack proves
 * itself before a byte is read as anything. What arrived says what it is: each URL takes all of it, so
 * that one that is set in the wrong place works all the same.
 */
export async function takeSlack(call: Call): Promise<Response> {
  const request = await verified(call);
  if (!request.ok) return problemResponse(call.origin, request.reason);
  const { body } = await inTime(call, acknowledging(call, request.value));
  return body === null ? new Response(null, { status: 200 }) : jsonResponse(200, body);
}

/** A command alone is answered with words; an event that fails Slack sends again. */
function acknowledging(call: Call, request: SlackRequest): Acknowledging<SlackAnswer> {
  const work = answerTo(call, request);
  if (request.kind !== "command") {
    const isEvent = request.kind === "event_callback";
    const failed = isEvent ? null : () => NOTHING;
    return { work, late: () => NOTHING, afterwards: async () => {}, failed };
  }
  return {
    work,
    late: () => ({ body: lateWords(call, request), isAnswer: false }),
    afterwards: (answer) => sayAfterwards(call, request, answer),
    failed: (words) => ({ body: slackNote(escaped(words)), isAnswer: true }),
  };
}

const NOTHING: SlackAnswer = { body: null, isAnswer: false };

async function verified(call: Call): Promise<Result<SlackRequest, Problem>> {
  const { signingSecrets } = readEnvironment(call.env).slack;
  if (signingSecrets.length === 0) {
    const detail = "Set SLACK_SIGNING_SECRET: docs/guides/slack.md says where to find it";
    return refuse({ code: "channel_not_set_up", detail });
  }
  const read = await readBody(call.request, BODY_BYTES_MAX);
  if (!read.ok) return read;
  const { headers } = call.request;
  const sent = { contentType: headers.get("content-type"), body: read.value };
  const isSigned = await isSignedBySlack({
    secrets: signingSecrets,
    signature: headers.get("x-slack-signature"),
    timestamp: headers.get("x-slack-request-timestamp"),
    body: read.value,
    now: call.receivedAt,
  });
  // Some of these come unsigned. They do nothing, so that anybody may ask.
  if (!isSigned && isSslCheck(sent)) return ok({ kind: "ssl_check" });
  if (!isSigned) return refuse({ code: "invalid_signature", detail: "invalid request signature" });
  const request = readSlackRequest(sent);
  return request.ok ? request : refuse({ code: "interaction_unknown", detail: request.reason });
}

async function answerTo(call: Call, request: SlackRequest): Promise<SlackAnswer> {
  switch (request.kind) {
    case "command":
      return ranSlashCommand(call, request);
    case "shortcut":
    case "message_action":
      await ranShortcut(call, request);
      return NOTHING;
    case "block_actions":
      await pressedInSlack(call, request);
      return NOTHING;
    case "event_callback":
      await tookEvent(call, request);
      return NOTHING;
    case "url_verification":
      return { body: { challenge: request.challenge }, isAnswer: true };
    case "app_rate_limited":
      logWarning("slack.app_rate_limited", { team: request.teamId });
      return NOTHING;
    case "block_suggestion":
      return { body: { options: [] }, isAnswer: true };
    case "ssl_check":
    case "view_submission":
    case "view_closed":
    case "other":
      // Nothing of ours opens a view, and what else there may be needs no answer.
      return NOTHING;
  }
}
