import type { ChannelAnswer, ChannelCall, Said } from "../../../src/channels/channel-call.ts";
import type { SlackSaying } from "../../../src/channels/slack/way.ts";
import type { Telling } from "../../../src/channels/telling.ts";
import type { AskForm } from "../../../src/core/ask/ask-form.ts";
import { NOTHING_SAID, type SeatMemory, type SlackSeat } from "../../../src/core/channel/seat.ts";
import { type Snapshot, snapshotOf } from "../../../src/core/job/snapshot.ts";
import type { StepError } from "../../../src/core/job/step.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../src/lang/json.ts";
import type { EpochMs } from "../../../src/lang/time.ts";
import { aJob, anError, aState, at } from "../../support/a-job.ts";
import { aSlackSeat as aSeat } from "../../support/a-seat.ts";

export const RESPONSE_URL = "https://hooks.slack.com/commands/T0001/1234/5678";
export const API = "https://slack.com/api";

export function aSlackSeat(over: Partial<SlackSeat> = {}): SlackSeat {
  return aSeat({ channelId: "C1", userId: "U1", response: "in_channel", ...over });
}

/** A job that has succeeded with this text. */
export function succeeded(text: string | null, output: Json = {}): Snapshot {
  return snapshotOf(aJob(aState.succeeded({ result: { text, output } })));
}

export function ended(
  status: "failed" | "dead" | "timed_out" | "cancelled",
  error: Partial<StepError> = {},
): Snapshot {
  return snapshotOf(aJob(aState[status]({ error: { ...anError, ...error } })));
}

export function running(progress: Snapshot["progress"] = null): Snapshot {
  return snapshotOf(aJob(aState.running(), { progress }));
}

export function withArtifacts(
  snapshot: Snapshot,
  artifacts: readonly { readonly name: string; readonly bytes: number }[],
): Snapshot {
  const views = artifacts.map(({ name, bytes }) => ({
    name,
    bytes,
    content_type: "text/plain",
    sha256: "0".repeat(64),
    url: `http://gateway.test/jobs/job-1/artifacts/${name}`,
  }));
  return { ...snapshot, artifacts: views };
}

export function aForm(over: Partial<AskForm> = {}): AskForm {
  return { title: "Go on?", text: null, choices: [], fields: [], ...over };
}

export function aTelling(over: Partial<Telling> = {}): Telling {
  return {
    about: "end",
    snapshot: succeeded("hello"),
    question: null,
    answered: null,
    part: 0,
    isRetry: false,
    isUnsure: false,
    ...over,
  };
}

export type SayingOver = {
  readonly telling?: Partial<Telling>;
  readonly seat?: Partial<SlackSeat>;
  readonly memory?: Partial<SeatMemory>;
  readonly hasBot?: boolean;
  readonly base?: string;
  readonly now?: EpochMs;
};

export function aSaying(over: SayingOver = {}): SlackSaying {
  return {
    telling: aTelling(over.telling),
    seat: aSlackSeat(over.seat),
    memory: { ...NOTHING_SAID, ...over.memory },
    api: { base: over.base ?? API, hasBot: over.hasBot ?? false },
    now: over.now ?? at(1000),
  };
}

/** The call that is to be made. */
export function callOf(said: Said): ChannelCall {
  if (said.kind !== "call") throw new Error(`There is no call: ${said.kind}`);
  return said.call;
}

/** The JSON that a call sends. */
export function jsonOf({ body }: ChannelCall): JsonObject {
  if (body.kind !== "json") throw new Error(`There is no JSON: ${body.kind}`);
  return body.json;
}

export function anAnswer(
  status: number,
  json: JsonObject | null = null,
  headers: { readonly [name: string]: string } = {},
): ChannelAnswer {
  return { status, json, headers: { get: (name) => headers[name.toLowerCase()] ?? null } };
}

/** Every object of a JSON value, the outermost first. */
export function objectsIn(json: Json): readonly JsonObject[] {
  if (typeof json !== "object" || json === null) return [];
  const inside = Object.values(json).flatMap(objectsIn);
  return isJsonObject(json) ? [json, ...inside] : inside;
}

/** What somebody reads: the texts of all blocks, one after the other. */
export function wordsOf(json: Json): string {
  return objectsIn(json)
    .filter(({ type, text }) => /^(mrkdwn|plain_text)$/.test(String(type)) && text !== undefined)
    .map(({ text }) => String(text))
    .join("\n");
}
