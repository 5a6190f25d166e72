import { proxyDurable } from "itty-durable/proxy-durable.js";
import { type Admission, type Breaker, heard } from "../../core/breaker/breaker.ts";
import { type JobEnd, jobEndOf } from "../../core/breaker/job-end.ts";
import { adviceOf, isFresh, isWorthTelling, type Known } from "../../core/breaker/knowledge.ts";
import type { Job, JobId } from "../../core/job/job.ts";
import { endingOf, leadingStep } from "../../core/job/status.ts";
import type { BreakerPolicy } from "../../core/plugin/plugin-settings.ts";
import { messageOf } from "../../lang/message-of.ts";
import type { EpochMs } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { logWarning } from "../log.ts";
import { callObject } from "../object-call.ts";
import type { BreakerObject } from "./breaker-object.ts";

/** Whose breaker: each command of a plugin has one. */
export type CommandName = { readonly plugin: string; readonly command: string };

/** Where breakers are asked from. */
export type Asker = {
  readonly env: BreakersEnv;
  /** Keeps the invocation alive for a refreshment in the background. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

type BreakersEnv = Pick<GatewayEnv, "BREAKERS">;

/** A job that wants to start. */
export type Start = { readonly job: JobId; readonly policy: BreakerPolicy };

export type StartAnswer =
  | { readonly verdict: "go" | "probe" }
  | Extract<Admission, { readonly verdict: "stopped" }>;

type BreakerMethods = Pick<BreakerObject, "look" | "admit" | "hear" | "close">;

/** What an isolate knows of a command's breaker. Values only: a shared promise would hang with its maker. */
type Knowledge = {
  readonly known: Known | null;
  /** The number of the newest question: an answer to an older one would take knowledge back in time. */
  readonly question: number;
  /** The last success that the breaker was not told of. */
  readonly lastSuccessAt: EpochMs | null;
};

const NOTHING: Knowledge = { known: null, question: 0, lastSuccessAt: null };

const knowledgeOf = new Map<string, Knowledge>();

/** A trigger waits for the answer; a breaker that takes longer stops nobody. */
const START_MS_MAX = 1000;

/** Nobody's job waits for these. A name's first use takes its time, and `GET /plugins` asks for many. */
const ANSWER_MS_MAX = 5000;

/**
 * Whether a job of the command may start. Asks the object only where what is known will not do; where
 * it cannot be asked, the job may start: a breaker that is away breaks nothing.
 */
export async function mayStart(
  asker: Asker,
  command: CommandName,
  { job, policy }: Start,
): Promise<StartAnswer> {
  const name = nameOf(command);
  const advice = adviceOf(knowledge(name).known, { policy, now: clock() });
  if (advice.act !== "ask") {
    if (advice.refresh) refresh(asker, command);
    return advice.act === "go"
      ? { verdict: "go" }
      : { verdict: "stopped", breaker: advice.breaker };
  }
  try {
    return await inTime(
      asked(asker.env, name, (object) => object.admit(job, policy)),
      START_MS_MAX,
    );
  } catch (cause) {
    logWarning("breaker.not_asked", { ...command, message: messageOf(cause) });
    // It may have been let through as a probe, and nobody heard: so its end is told in any case.
    return { verdict: "probe" };
  }
}

/** Counts as heard of from now on, so that a crowd asks once. */
function refresh({ env, waitUntil }: Asker, command: CommandName): void {
  const name = nameOf(command);
  const { known } = knowledge(name);
  if (known !== null) learn(name, { known: { ...known, at: clock() } });
  waitUntil(readBreaker(env, command, "anew"));
}

/**
 * Tells the breaker of a job that has just ended, if there is anything to tell. What it says is a hint:
 * no job is delayed or changed by it, and what cannot be told is forgotten. Never throws; what is known
 * here changes before it returns its promise.
 */
export async function hearOfEnd(env: BreakersEnv, before: Job | null, job: Job): Promise<void> {
  if (before !== null && endingOf(before) !== null) return;
  const ended = jobEndOf(job);
  if (ended === null) return;

  const { plugin, command } = leadingStep(job).plan;
  const name = nameOf({ plugin, command });
  const { policy, isProbe } = job.breaker;
  const { known, lastSuccessAt } = knowledge(name);
  const end: JobEnd = { ...ended, lastSuccessAt };
  if (known !== null) foresee(name, known, { end, policy });
  if (isWorthTelling(known, { end, isProbe }, { policy, now: clock() })) {
    await tell(env, { plugin, command }, { end, policy });
  } else if (end.verdict === "succeeded") {
    learn(name, { lastSuccessAt: end.endedAt });
  }
}

/** Makes room for another probe, where one was let through and never became a job. */
export async function giveBackProbe(
  env: BreakersEnv,
  command: CommandName,
  { job, policy }: Start,
): Promise<void> {
  const now = clock();
  const times = { submittedAt: now, endedAt: now, lastSuccessAt: null };
  await tell(env, command, { end: { ...times, job, verdict: "says_nothing" }, policy });
}

/**
 * The breaker of a command. What is known for less than a second is used, unless it is wanted anew.
 *
 * @returns What was known before, or `null`, where it cannot be asked.
 */
export async function readBreaker(
  env: BreakersEnv,
  command: CommandName,
  which: "known" | "anew" = "known",
): Promise<Breaker | null> {
  const name = nameOf(command);
  const { known } = knowledge(name);
  if (which === "known" && known !== null && isFresh(known, clock())) return known.breaker;
  try {
    const looked = asked(env, name, (object) => object.look());
    return (await inTime(looked, ANSWER_MS_MAX)).breaker;
  } catch (cause) {
    logWarning("breaker.not_asked", { ...command, message: messageOf(cause) });
    return known?.breaker ?? null;
  }
}

/** Closes the breaker of a command by hand. Throws where that fails: somebody wants to know. */
export async function resetBreaker(env: BreakersEnv, command: CommandName): Promise<Breaker> {
  const close = (bound: BreakersEnv) => asked(bound, nameOf(command), (object) => object.close());
  return (await callObject(() => env, close)).breaker;
}

async function tell(
  env: BreakersEnv,
  command: CommandName,
  { end, policy }: { readonly end: JobEnd; readonly policy: BreakerPolicy },
): Promise<void> {
  try {
    const told = asked(env, nameOf(command), (object) => object.hear(end, policy));
    await inTime(told, ANSWER_MS_MAX);
  } catch (cause) {
    logWarning("breaker.not_told", { ...command, job_id: end.job, message: messageOf(cause) });
  }
}

/** Asks the object, and remembers how its breaker is. */
async function asked<Answer extends { readonly breaker: Breaker }>(
  { BREAKERS }: BreakersEnv,
  name: string,
  ask: (object: BreakerMethods) => Promise<Answer>,
): Promise<Answer> {
  const question = knowledge(name).question + 1;
  learn(name, { question });
  // A new way for every question: the library writes the name into headers that it would share.
  const object: BreakerMethods = proxyDurable(BREAKERS, { name: "BREAKERS", parse: true }).get(
    name,
  );
  const answer = await ask(object);
  if (knowledge(name).question === question) {
    learn(name, { known: { breaker: answer.breaker, at: clock() } });
  }
  return answer;
}

async function inTime<Answer>(work: Promise<Answer>, msMax: number): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  const why = `No answer within ${msMax} ms`;
  const timer = setTimeout(() => late.reject(new Error(why)), msMax);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What the breaker will make of it, so that whoever comes next is answered by it already. A success
 * where all is well is as good as having asked.
 */
function foresee(
  name: string,
  { breaker }: Known,
  { end, policy }: { readonly end: JobEnd; readonly policy: BreakerPolicy },
): void {
  const foreseen = heard(breaker, end, policy);
  const isWell = end.verdict === "succeeded" && breaker.state === "closed";
  if (isWell || foreseen !== breaker) learn(name, { known: { breaker: foreseen, at: clock() } });
}

function knowledge(name: string): Knowledge {
  return knowledgeOf.get(name) ?? NOTHING;
}

function learn(name: string, news: Partial<Knowledge>): void {
  knowledgeOf.set(name, { ...knowledge(name), ...news });
}

function nameOf({ plugin, command }: CommandName): string {
  return `${plugin}/${command}`;
}
