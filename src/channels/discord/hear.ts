import type { DeliveryError } from "../../core/callback/delivery.ts";
import type { SeatNews, SeatRefusal } from "../../core/channel/seat.ts";
import { readRetryAfter } from "../../core/plugin/retry-after.ts";
import {
  after,
  between,
  type DurationMs,
  durationMs,
  type EpochMs,
  hours,
  seconds,
} from "../../lang/time.ts";
import type { ChannelAnswer, ChannelCall, ChannelVerdict } from "../channel-call.ts";
import { type CallKind, type DiscordSaying, isDirect, kindOfCall } from "./calls.ts";
import { spoken } from "./say.ts";

export type Heard = {
  /** As it was when the call was made, but for `now`: that is when the answer came. */
  readonly saying: DiscordSaying;
  readonly call: ChannelCall;
  readonly answer: ChannelAnswer;
};

/** Discord's codes. What an answer means is said by its code first, and only then by its status. */
const CODE = {
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  tooManyAttachments: 30_015,
  tooLarge: 40_005,
  tooManyFollowUps: 40_094,
  fileTooLarge: 50_045,
};

/** An answer of ours may take Discord so long to see: until then the token may be unknown to it. */
const RACE_MS = seconds(15);

/** Where Discord does not say how long: a wall before it has answered. */
const REST_MS_DEFAULT = seconds(10);
const REST_MS_MAX = hours(1);

/** What an answer of Discord's means for the telling, and what is remembered of it. */
export function discordHeard(heard: Heard): ChannelVerdict {
  const { answer, saying } = heard;
  const verdict = judged(heard);
  const spentUntil = notBeforeIn(answer, saying.now);
  return spentUntil === null
    ? verdict
    : { ...verdict, news: { notBefore: spentUntil, ...verdict.news } };
}

function judged(heard: Heard): ChannelVerdict {
  const { status } = heard.answer;
  if (status >= 200 && status < 300) return taken(heard);
  if (status === 429) return tooOften(heard);
  if (status >= 300 && status < 400) return failed("redirect", false);
  if (status >= 500 || status === 408) return failed("http_status", true);
  return otherWay(heard) ?? failed("http_status", false);
}

function taken({ saying, call, answer }: Heard): ChannelVerdict {
  const { memory, now } = saying;
  const kind = kindOfCall(call);
  const id = typeof answer.json?.["id"] === "string" ? answer.json["id"] : null;
  if (kind === "open_direct") {
    if (id === null) return failed("http_status", false);
    return { result: { kind: "more" }, news: { botMessage: { channel: id, id: "" } } };
  }
  const isLast = isLastOf(saying, kind);
  const uses = usedBy(saying, kind);
  const channel = kind === "post" ? channelIn(call.url) : null;
  return {
    result: { kind: isLast ? "said" : "more" },
    news: {
      saidAt: now,
      ...(uses === 0 ? {} : { uses: memory.uses + uses }),
      ...(channel === null ? {} : { botMessage: { channel, id: id ?? "" } }),
      // What is told next has files of its own.
      ...(isLast && memory.refused.includes("files")
        ? { refused: memory.refused.filter((what) => what !== "files") }
        : {}),
    },
  };
}

/** An edit that takes the place of a follow-up, and whatever is said to one person, is the whole. */
function isLastOf(saying: DiscordSaying, kind: CallKind): boolean {
  const { telling, seat } = saying;
  if (kind === "edit" && telling.part > 0) return true;
  if (kind === "post" && isDirect(seat)) return true;
  return telling.part + 1 >= spoken(saying, kind === "post" ? "bot" : "token").length;
}

/** A follow-up of which nobody knows how it ended counts as one that was sent. */
function usedBy({ telling }: DiscordSaying, kind: CallKind): number {
  if (kind === "follow_up") return 1;
  return kind === "edit" && telling.part > 0 && telling.isUnsure ? 1 : 0;
}

function channelIn(url: string): string | null {
  return /\/channels\/([^/]+)\/messages$/.exec(url)?.[1] ?? null;
}

function tooOften({ answer, saying }: Heard): ChannelVerdict {
  const told = Number(answer.json?.["retry_after"] ?? 0);
  const asked = Math.max(Number.isFinite(told) ? told * 1000 : 0, retryAfterMs(answer, saying.now));
  const restMs = durationMs(Math.ceil(Math.min(asked > 0 ? asked : REST_MS_DEFAULT, REST_MS_MAX)));
  return {
    ...failed("rate_limited", true, restMs),
    news: { notBefore: after(saying.now, restMs) },
  };
}

/** Discord's seconds may have decimals, which the standard's may not. */
function retryAfterMs({ headers }: ChannelAnswer, now: EpochMs): number {
  const value = headers.get("Retry-After");
  if (value !== null && /^\d+\.\d+$/.test(value.trim())) return Number(value) * 1000;
  return readRetryAfter(value, now).retryAfterMs ?? 0;
}

/** When the next call may be made; `null` = at once. */
function notBeforeIn({ headers }: ChannelAnswer, now: EpochMs): EpochMs | null {
  if (headers.get("X-RateLimit-Remaining")?.trim() !== "0") return null;
  const restSeconds = Number(headers.get("X-RateLimit-Reset-After") ?? Number.NaN);
  if (!(restSeconds > 0)) return null;
  const restMs = durationMs(Math.ceil(Math.min(restSeconds * 1000, REST_MS_MAX)));
  return after(now, restMs);
}

/** What another call can say of what this one could not; `null` = nothing. */
function otherWay({ saying, call, answer }: Heard): ChannelVerdict | null {
  const { status, json } = answer;
  const code = Number(json?.["code"] ?? 0);
  const isTooLarge = status === 413 || LARGE.includes(code);
  if (isTooLarge && call.body.kind === "files") return without(saying, "files");
  if (call.auth === "bot") return null;
  const what = refusalOf(kindOfCall(call), code);
  if (what !== null) return without(saying, what);
  if (UNKNOWN.includes(code)) return early(saying) ?? closed();
  // More calls with a token that is unknown would count towards a ban.
  return status === 401 || status === 404 ? closed() : null;
}

function refusalOf(kind: CallKind, code: number): SeatRefusal | null {
  if (kind === "edit" && code === CODE.unknownMessage) return "original";
  return kind === "follow_up" && code === CODE.tooManyFollowUps ? "follow_ups" : null;
}

const LARGE = [CODE.tooManyAttachments, CODE.tooLarge, CODE.fileTooLarge];
const UNKNOWN = [CODE.unknownWebhook, CODE.unknownInteraction];

function without({ memory }: DiscordSaying, what: SeatRefusal): ChannelVerdict {
  return { ...anotherWay("http_status"), news: { refused: [...memory.refused, what] } };
}

function closed(): ChannelVerdict {
  return { ...anotherWay("expired"), news: { isWayClosed: true } };
}

function anotherWay(error: DeliveryError): ChannelVerdict {
  return failed(error, true, durationMs(0));
}

/** The rests double, by the time since the acknowledgement was due: after 0.5, 1, 2 and 4 s. */
const RACE_RESTS = [
  { untilMs: 500, restMs: 500 },
  { untilMs: 1500, restMs: 1000 },
  { untilMs: 3500, restMs: 2000 },
  { untilMs: RACE_MS, restMs: 4000 },
];

/** `null` = the token is too old for that: it is known to be unknown. */
function early({ seat, now }: DiscordSaying): ChannelVerdict | null {
  if (between(seat.tokenAt, now) >= RACE_MS) return null;
  const rest = RACE_RESTS.find(({ untilMs }) => now < after(seat.ackUntil, durationMs(untilMs)));
  return rest === undefined ? null : failed("http_status", true, durationMs(rest.restMs));
}

function failed(
  error: DeliveryError,
  retryable: boolean,
  restMs: DurationMs | null = null,
): ChannelVerdict {
  return { result: { kind: "failed", error, retryable, restMs }, news: NO_NEWS };
}

const NO_NEWS: SeatNews = {};
