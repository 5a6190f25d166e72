import { readEnvironment } from "../config/environment.ts";
import { guardedFetch } from "../edge/guarded-fetch.ts";
import { logWarning } from "../edge/log.ts";
import { VERSION } from "../edge/user-agent.ts";
import { seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";

const WORD_MS_MAX = seconds(5);
const ANSWER_BYTES_MAX = 4096;

/** Rests before it is tried again: somebody sits there and looks. */
const RESTS_MS = [0, 500, 2000];

type Word = {
  readonly channel: "discord" | "slack";
  readonly method: "POST" | "PATCH";
  /** With a secret in it: it is logged nowhere. */
  readonly url: string;
  readonly json: object;
};

/**
 * Says a word to a person: why something was not done, or what an acknowledgement came too early for. It
 * is no delivery: there is no job that it would be owed by, or the job counts it as said.
 */
export async function sayWord(call: Call, word: Word): Promise<void> {
  for (const restMs of RESTS_MS) {
    await scheduler.wait(restMs);
    if (await isSaid(call, word)) return;
  }
  logWarning("channel.word_not_said", { channel: word.channel });
}

async function isSaid(
  { env, origin }: Call,
  { channel, method, url, json }: Word,
): Promise<boolean> {
  const agent = channel === "discord" ? { "user-agent": `DiscordBot (${origin}, ${VERSION})` } : {};
  try {
    const answered = await guardedFetch(
      {
        method,
        url,
        headers: { ...agent, "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(json),
        answerBytesMax: ANSWER_BYTES_MAX,
        signal: AbortSignal.timeout(WORD_MS_MAX),
        takesBroken: true,
      },
      { ownHosts: [], allowHttp: readEnvironment(env).allowHttp },
    );
    return !answered.ok || answered.value.status < 300;
  } catch {
    // Whatever broke it may name the URL.
    return false;
  }
}
