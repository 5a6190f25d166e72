import type {
  ChannelAnswer,
  ChannelCall,
  ChannelFile,
  ChannelVerdict,
} from "../../channels/channel-call.ts";
import type { Saying } from "../../channels/telling.ts";
import { readEnvironment } from "../../config/environment.ts";
import type { DeliveryAttempt } from "../../core/callback/delivery.ts";
import { failedBy, type Verdict } from "../../core/callback/verdict.ts";
import type { Seat, SeatNews } from "../../core/channel/seat.ts";
import { isJsonObject, type JsonObject } from "../../lang/json.ts";
import { type DurationMs, seconds } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { type GuardedAnswer, type GuardedRequest, guardedFetch } from "../guarded-fetch.ts";
import { logWarning } from "../log.ts";
import { VERSION } from "../user-agent.ts";
import { heardIn } from "./channel-words.ts";
import type { ClaimedSaying } from "./claimed-delivery.ts";

/** A channel answers within a second or two, unless it is in trouble; files take their time. */
const SAYING_MS_MAX: DurationMs = seconds(10);
const FILES_MS_MAX: DurationMs = seconds(40);

/** Fifteen messages of Slack's with all their blocks can be as long as that. */
const ANSWER_BYTES_MAX = 262_144;

/** As much of what speaks against a call as is kept. */
const RESPONSE_LENGTH_MAX = 1000;

/** A file of the job's is not there any more: what there is to say is said without files. */
class FileGoneFault extends Error {
  override readonly name = "FileGoneFault";
  readonly code = "file_gone";
  readonly retryable = true;
}

type Made = Pick<DeliveryAttempt, "status" | "response"> & {
  readonly verdict: Verdict;
  readonly news: SeatNews;
};

/** How long a call may take. */
export function callMsMax({ body }: ChannelCall): DurationMs {
  return body.kind === "files" || body.kind === "bytes" ? FILES_MS_MAX : SAYING_MS_MAX;
}

/** Makes one call of a channel's API, and says what came of it. Never throws. */
export async function said(claimed: ClaimedSaying, env: GatewayEnv): Promise<Made> {
  const { call } = claimed;
  const signal = AbortSignal.timeout(callMsMax(call));
  try {
    const request = await requestOf(claimed, env, signal);
    const { allowHttp } = readEnvironment(env);
    const answered = await guardedFetch(request, { ownHosts: [], allowHttp });
    if (!answered.ok) return unsaid("url_not_allowed");
    return heard(claimed, answered.value);
  } catch (cause) {
    if (cause instanceof FileGoneFault) return withoutFiles(claimed);
    logWarning("channel.not_reached", { channel: claimed.saying.seat.kind, error: nameOf(cause) });
    return unsaid(signal.aborted ? "timeout" : "unreachable");
  }
}

/** Discord turns away whoever does not name themselves as it wants it. */
function agentOf({ origin, saying }: ClaimedSaying): { readonly [name: string]: string } {
  return saying.seat.kind === "discord"
    ? { "user-agent": `DiscordBot (${origin}, ${VERSION})` }
    : {};
}

/** The message of such an error may name the URL, and with that a token. */
function nameOf(cause: unknown): string {
  return cause instanceof Error ? cause.name : "unknown";
}

function withoutFiles({ saying: { memory } }: ClaimedSaying): Made {
  return { ...unsaid("internal"), news: { refused: [...memory.refused, "files"] } };
}

function unsaid(error: Parameters<typeof failedBy>[0]): Made {
  return { verdict: failedBy(error), status: null, response: null, news: {} };
}

function heard({ saying, call }: ClaimedSaying, answered: GuardedAnswer): Made {
  const { status, headers, bytes } = answered;
  const text = new TextDecoder().decode(bytes);
  const answer: ChannelAnswer = { status, headers, json: parsed(text) };
  const { result, news } = heardIn({ saying: { ...saying, now: clock() }, call, answer });
  const verdict = verdictOf(result);
  // Only what speaks against the call needs a reader. What speaks for it may hold a URL to keep secret.
  const isAgainst = status >= 400 || answer.json?.["ok"] === false;
  const response = isAgainst ? text.slice(0, RESPONSE_LENGTH_MAX) : null;
  return { verdict, status, response, news };
}

function verdictOf(result: ChannelVerdict["result"]): Verdict {
  switch (result.kind) {
    case "said":
      return { kind: "delivered" };
    case "more":
      return result;
    case "failed":
      return result;
  }
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    // A proxy in front of the channel answers in its own words.
    return null;
  }
}

async function requestOf(
  claimed: ClaimedSaying,
  env: GatewayEnv,
  signal: AbortSignal,
): Promise<GuardedRequest> {
  const { call, saying } = claimed;
  const about = { method: call.method, url: call.url, answerBytesMax: ANSWER_BYTES_MAX, signal };
  const auth = {
    ...agentOf(claimed),
    ...(call.auth === "bot" ? { authorization: botAuth(saying, env) } : {}),
  };
  const { body } = call;
  switch (body.kind) {
    case "none":
      return { ...about, headers: auth, body: null };
    case "json": {
      const headers = { ...auth, "content-type": "application/json; charset=utf-8" };
      return { ...about, headers, body: JSON.stringify(body.json) };
    }
    case "form":
      return { ...about, headers: auth, body: new URLSearchParams(body.fields) };
    case "files": {
      const form = new FormData();
      const json = new Blob([JSON.stringify(body.json)], { type: "application/json" });
      form.append("payload_json", json);
      for (const [index, file] of body.files.entries()) {
        const blob = new Blob([await bytesOf(file, claimed, env)], { type: file.contentType });
        form.append(`files[${index}]`, blob, file.name);
      }
      return { ...about, headers: auth, body: form };
    }
    case "bytes": {
      const headers = { ...auth, "content-type": "application/octet-stream" };
      return { ...about, headers, body: await bytesOf(body.file, claimed, env) };
    }
  }
}

/** The job is kept until everyone has been told, and its artifacts with it. */
async function bytesOf(
  { name, from }: ChannelFile,
  { artifacts }: ClaimedSaying,
  env: GatewayEnv,
): Promise<Uint8Array<ArrayBuffer>> {
  if (from.kind === "text") return Uint8Array.from(new TextEncoder().encode(from.text));
  const key = artifacts[from.name];
  const stored = key === undefined ? null : await env.ARTIFACTS.get(key);
  if (stored === null) throw new FileGoneFault(`There is no ${name} in the store`);
  return new Uint8Array(await stored.arrayBuffer());
}

function botAuth({ seat }: Saying<Seat>, env: GatewayEnv): string {
  const { discord, slack } = readEnvironment(env);
  return seat.kind === "discord" ? `Bot ${discord.botToken}` : `Bearer ${slack.botToken}`;
}
