import { readEnvironment } from "../config/environment.ts";
import { awakeObjects } from "../edge/awake-objects.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { after, type EpochMs, seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { type Problem, problemResponse } from "./problem.ts";
import type { Leave } from "./waiter-caps.ts";

type Came = Pick<Call, "env" | "receivedAt">;

/** When each of the triggers came that this isolate works on, the oldest first. */
const underway = new Map<symbol, EpochMs>();

/** A trigger that takes longer waits for its plugin, and costs next to nothing meanwhile. */
const AT_WORK_MS = seconds(30);

/** With fewer underway nobody asks how far behind it is: that would cost every trigger a turn. */
const BUSY = 32;
/** Whoever has to wait longer only to be heard would be answered far too late. */
const TURN_MS_MAX = 500;

/** The rest is for those who ask about jobs that are there. */
const SHARE_OF_TRIGGERS = 0.8;

/** Answers a trigger; sends it away at once where there are too many. */
export async function onTrigger(call: Call, answer: () => Promise<Response>): Promise<Response> {
  const entered = await enterTrigger(call);
  if (!entered.ok) return problemResponse(call.origin, entered.reason);
  try {
    return await answer();
  } finally {
    entered.value();
  }
}

/**
 * Takes a trigger on, or says why not: before anything is read or started, because sending somebody away
 * must cost far less than what there is too much of. The counts are those of one isolate.
 */
export async function enterTrigger(call: Came): Promise<Result<Leave, Problem>> {
  const { env, receivedAt } = call;
  const { triggersMax } = readEnvironment(env);
  if (underway.size >= triggersMax) forgetTheWaiting(receivedAt);
  if (underway.size >= triggersMax) return refuse(TOO_MANY);
  if (!hasRoom(call, SHARE_OF_TRIGGERS)) return refuse(NO_ROOM);
  const trigger = Symbol("trigger");
  const isBusy = underway.size >= BUSY;
  underway.set(trigger, receivedAt);
  const leave = () => void underway.delete(trigger);
  if (!isBusy || (await turnMs()) <= TURN_MS_MAX) return ok(leave);
  leave();
  return refuse(BEHIND);
}

/** How far behind this isolate is: as long as it takes to come to something that could be done at once. */
async function turnMs(): Promise<number> {
  const since = Date.now();
  await scheduler.wait(0);
  return Date.now() - since;
}

/** Why a call that would wake an object is not taken on now; `null` = it is. */
export function refuseWithoutRoom(call: Came): Problem | null {
  return hasRoom(call, 1) ? null : NO_ROOM;
}

function hasRoom({ env, receivedAt }: Came, share: number): boolean {
  const { objectsMax } = readEnvironment(env);
  return objectsMax === null || awakeObjects.count(receivedAt) < objectsMax * share;
}

const TOO_MANY: Problem = {
  code: "overloaded",
  detail: "More triggers have come than can be taken on at once: nothing was started",
  headers: { "retry-after": "1" },
};

const BEHIND: Problem = { ...TOO_MANY, detail: "It is behind with its work: nothing was started" };

const NO_ROOM: Problem = {
  code: "overloaded",
  detail: "More jobs are awake than this machine has files for: nothing was done",
  headers: { "retry-after": "1" },
};

/** Also those whose callers hung up, which may have taken the invocation along with its `finally`. */
function forgetTheWaiting(now: EpochMs): void {
  for (const [trigger, receivedAt] of underway) {
    if (after(receivedAt, AT_WORK_MS) > now) return;
    underway.delete(trigger);
  }
}
