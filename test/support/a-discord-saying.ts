import type { DiscordSaying } from "../../src/channels/discord/calls.ts";
import type { Telling } from "../../src/channels/telling.ts";
import type { AskForm, Choice, Field } from "../../src/core/ask/ask-form.ts";
import { type DiscordSeat, NOTHING_SAID } from "../../src/core/channel/seat.ts";
import { jobId } from "../../src/core/job/job.ts";
import { type Snapshot, snapshotOf } from "../../src/core/job/snapshot.ts";
import { aJob, aState, at } from "./a-job.ts";
import { aDiscordSeat } from "./a-seat.ts";

export const JOB_ID = "0123456789abcdef".repeat(4);
export const API = "https://discord.test/api/v10";

/** A job that succeeded with this result. */
export function aSnapshot(over: Partial<Snapshot> = {}): Snapshot {
  return { ...snapshotOf(aJob(aState.succeeded())), job_id: jobId(JOB_ID), seq: 5, ...over };
}

export function aResult(text: string | null, output: Snapshot["metadata"] = {}): Partial<Snapshot> {
  return { result: { text, output, artifacts: [] } };
}

export function anArtifact(name: string, bytes = 10): Snapshot["artifacts"][number] {
  const url = `http://gateway.test/jobs/${JOB_ID}/artifacts/${name}`;
  return { name, content_type: "text/plain", bytes, sha256: "0".repeat(64), url };
}

export function aTelling(over: Partial<Telling> = {}): Telling {
  return {
    about: "end",
    snapshot: aSnapshot(),
    question: null,
    answered: null,
    part: 0,
    isRetry: false,
    isUnsure: false,
    ...over,
  };
}

type Over = {
  readonly telling?: Partial<Telling>;
  readonly seat?: Partial<DiscordSeat>;
  readonly memory?: Partial<DiscordSaying["memory"]>;
  readonly hasBot?: boolean;
  /** Since the token was given. */
  readonly ageMs?: number;
};

export function aDiscordSaying(over: Over = {}): DiscordSaying {
  return {
    telling: aTelling(over.telling),
    seat: aDiscordSeat(over.seat),
    memory: { ...NOTHING_SAID, ...over.memory },
    api: { base: API, hasBot: over.hasBot ?? false },
    now: at(over.ageMs ?? 20_000),
  };
}

export function aChoice(id: string, over: Partial<Choice> = {}): Choice {
  return { id, label: id, description: null, ...over };
}

export function aField(name: string, over: Partial<Field> = {}): Field {
  return {
    name,
    label: name,
    description: null,
    isRequired: true,
    kind: "text",
    choices: [],
    initial: null,
    ...over,
  };
}

export function aForm(over: Partial<AskForm> = {}): AskForm {
  return { title: "Deploy?", text: null, choices: [], fields: [], ...over };
}

export function aQuestion(over: Partial<AskForm> = {}): Partial<Telling> {
  return { about: "question", question: { waitId: "wait-1", form: aForm(over) } };
}
