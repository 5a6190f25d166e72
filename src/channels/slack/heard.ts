import type { DeliveryError } from "../../core/callback/delivery.ts";
import type { SeatNews } from "../../core/channel/seat.ts";
import { readRetryAfter } from "../../core/plugin/retry-after.ts";
import { after, type DurationMs, durationMs, hours } from "../../lang/time.ts";
import type { ChannelAnswer, ChannelCall, ChannelVerdict } from "../channel-call.ts";
import { ASK_METHOD, SHARE_METHOD } from "./file-call.ts";
import { textAt } from "./json-at.ts";
import { isLook, markedIn } from "./look.ts";
import { partsOf } from "./parts.ts";
import { isUploadUrl, simulatorOrigins } from "./slack-url.ts";
import type { SlackSaying } from "./way.ts";

/** A call, and what Slack said to it. */
export type SlackHeard = {
  /** What the call was made from. */
  readonly saying: SlackSaying;
  readonly call: ChannelCall;
  readonly answer: ChannelAnswer;
};

/** As for callbacks: whatever Slack asks for, it is tried again within the hour. */
const REST_MS_MAX: DurationMs = hours(1);

const AT_ONCE: DurationMs = durationMs(0);

/** What an answer of Slack's means. Each of its three kinds of URLs says it in a way of its own. */
export function slackHeard(heard: SlackHeard): ChannelVerdict {
  const verdict = verdictOf(heard);
  // Whether the message arrived is known now: nobody has to look.
  const isKnown = heard.call.begins.posting !== undefined && isAnswered(heard.answer);
  return isKnown ? { ...verdict, news: { ...verdict.news, posting: null } } : verdict;
}

/** What is broken within Slack, or on the way, may have been taken all the same. */
function isAnswered({ status, json }: ChannelAnswer): boolean {
  return status < 500 && (json !== null || !isSuccess(status));
}

function verdictOf(heard: SlackHeard): ChannelVerdict {
  const { call, answer } = heard;
  if (answer.status === 429) return limited(heard);
  if (answer.status >= 500) return failed("http_status", { retryable: true });
  if (call.body.kind === "bytes") return uploadHeard(heard);
  if (isLook(call)) return lookHeard(heard);
  return call.auth === "none" ? urlHeard(heard) : apiHeard(heard);
}

/** A response_url that refuses anything at all takes nothing any more: the bot may speak at once. */
function urlHeard(heard: SlackHeard): ChannelVerdict {
  const { status, json } = heard.answer;
  if (isSuccess(status) && json?.["ok"] !== false) return said(heard, {});
  const isOver = status === 404 || status === 410;
  return failed(isOver ? "expired" : "http_status", {
    retryable: true,
    restMs: AT_ONCE,
    news: { isWayClosed: true },
  });
}

/** The place was given for these very bytes, a moment ago: where it takes none, it never will. */
function uploadHeard(heard: SlackHeard): ChannelVerdict {
  return isSuccess(heard.answer.status) ? said(heard, {}) : withoutFiles(heard);
}

/** Whatever went wrong within, the Web API says with status 200. */
function apiHeard(heard: SlackHeard): ChannelVerdict {
  const { status, json } = heard.answer;
  if (!isSuccess(status)) return failed("http_status", { retryable: false });
  if (json?.["ok"] === true) return apiSaid(heard);
  const code = textAt(json, "error");
  if (code === null) return failed("http_status", { retryable: true });
  if (LIMITED.includes(code)) return limited(heard);
  if (LOST_MESSAGE.includes(code) && heard.call.url.endsWith("/chat.update")) {
    return failed("http_status", {
      retryable: true,
      restMs: AT_ONCE,
      news: { botMessage: null },
    });
  }
  if (!PASSING.includes(code) && isOfFile(heard.call)) return withoutFiles(heard);
  return failed("http_status", { retryable: PASSING.includes(code) });
}

/** The message is there, and need not be said again; or it is not, or may not be looked for. */
function lookHeard(heard: SlackHeard): ChannelVerdict {
  const { answer, call, saying } = heard;
  const code = textAt(answer.json, "error") ?? "";
  if (LIMITED.includes(code)) return limited(heard);
  if (PASSING.includes(code)) return failed("http_status", { retryable: true });
  const { snapshot, part } = saying.telling;
  const { posting } = saying.memory;
  const found = posting === null ? null : markedIn(answer, { jobId: snapshot.job_id, ...posting });
  const news = { posting: null, ...botMessageAt(call, posting?.part === 0 ? found : null) };
  const isThis = posting?.seq === snapshot.seq && posting.part === part;
  if (found !== null && isThis) return said(heard, news);
  return failed("http_status", { retryable: true, restMs: AT_ONCE, news });
}

/** The first message of a telling is what can be replaced. */
function botMessageAt({ body }: ChannelCall, ts: string | null): SeatNews {
  const channel = body.kind === "form" ? body.fields["channel"] : undefined;
  return ts === null || channel === undefined ? {} : { botMessage: { channel, id: ts } };
}

function isOfFile({ url }: ChannelCall): boolean {
  return url.endsWith(`/${ASK_METHOD}`) || url.endsWith(`/${SHARE_METHOD}`);
}

/** The bot may not send files, or not to this channel: the same is said without them. */
function withoutFiles({ saying: { telling } }: SlackHeard): ChannelVerdict {
  const news = { filesRefusedAt: telling.part, upload: null };
  return failed("http_status", { retryable: true, restMs: AT_ONCE, news });
}

const LIMITED = ["ratelimited", "rate_limited"];

/** Slack's own trouble. All other codes say that the same call would be refused again. */
const PASSING = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];

/** Somebody has deleted what was to be edited, or it is too old for that: it is said anew. */
const LOST_MESSAGE = ["message_not_found", "cant_update_message", "edit_window_closed"];

function apiSaid(heard: SlackHeard): ChannelVerdict {
  const { call, answer } = heard;
  if (call.url.endsWith(`/${ASK_METHOD}`)) return placeHeard(heard);
  if (call.url.endsWith("/chat.postMessage")) {
    const [channel, id] = [textAt(answer.json, "channel"), textAt(answer.json, "ts")];
    const isKept = channel !== null && id !== null && heard.saying.telling.part === 0;
    return said(heard, isKept ? { botMessage: { channel, id } } : {});
  }
  return said(heard, call.url.endsWith(`/${SHARE_METHOD}`) ? { upload: null } : {});
}

/** Where a file is to be sent. Bytes go to Slack, and to nobody whom an answer may name. */
function placeHeard(heard: SlackHeard): ChannelVerdict {
  const { saying, answer } = heard;
  const [id, url] = [textAt(answer.json, "file_id"), textAt(answer.json, "upload_url")];
  if (id === null || url === null) return failed("http_status", { retryable: false });
  if (!isUploadUrl(url, simulatorOrigins(saying.api.base))) {
    return failed("url_not_allowed", { retryable: false });
  }
  const upload = { id, url };
  const part = partsOf(saying)[saying.telling.part];
  // It was asked for again in place of the bytes, which are still to be sent.
  if (part?.kind === "file" && part.step === "send") {
    return failed("http_status", { retryable: true, restMs: AT_ONCE, news: { upload } });
  }
  return { result: { kind: "more" }, news: { upload } };
}

/** The part was heard: it was the last one, or others follow. */
function said({ saying, call }: SlackHeard, news: SeatNews): ChannelVerdict {
  const { uses } = call.begins;
  // How many parts there are depends on the uses that were left when the call was made.
  const memory = uses === undefined ? saying.memory : { ...saying.memory, uses: uses - 1 };
  const isLast = saying.telling.part >= partsOf({ ...saying, memory }).length - 1;
  // What is told next may have files that are taken.
  const end = isLast && memory.filesRefusedAt !== null ? { filesRefusedAt: null } : {};
  const result = { kind: isLast ? "said" : "more" } as const;
  return { result, news: { saidAt: saying.now, ...news, ...end } };
}

/** It is too much for Slack: nothing is said there for as long as it asks for. */
function limited({ saying, answer }: SlackHeard): ChannelVerdict {
  const { retryAfterMs } = readRetryAfter(answer.headers.get("retry-after"), saying.now);
  if (retryAfterMs === null) return failed("rate_limited", { retryable: true });
  const restMs = durationMs(Math.min(retryAfterMs, REST_MS_MAX));
  const news = { notBefore: after(saying.now, restMs) };
  return failed("rate_limited", { retryable: true, restMs, news });
}

function failed(
  error: DeliveryError,
  about: {
    readonly retryable: boolean;
    readonly restMs?: DurationMs;
    readonly news?: SeatNews;
  },
): ChannelVerdict {
  const { retryable, restMs = null, news = {} } = about;
  return { result: { kind: "failed", error, retryable, restMs }, news };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
