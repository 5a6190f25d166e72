import { readEnvironment } from "../config/environment.ts";
import { awakeObjects } from "../edge/awake-objects.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { after, type EpochMs, seconds } from "../lang/time.ts";
import type { Call } from "./call.ts";
import { type Problem, problemResponse } from "./problem.ts";
import type { Leave } from "./waiter-caps.ts";

type Came = Pick<Call, "env" | "receivedAt">;

/** When each of the triggers came that this isolate works on, about in that order. */
const underway = new Map<symbol, EpochMs>();

/** A trigger that takes longer waits for its plugin, and costs next to nothing meanwhile: it counts no more. */
const AT_WORK_MS = seconds(30);

/** The rest is for those who ask about jobs that are there. */
const SHARE_OF_TRIGGERS = 0.9;

/** Answers a trigger; sends it away at once where there are too many. */
export async function onTrigger(call: Call, answer: () => Promise<Response>): Promise<Response> {
  const entered = enterTrigger(call);
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
export function enterTrigger(call: Came): Result<Leave, Problem> {
  const { env, receivedAt } = call;
  const { triggersMax } = readEnvironment(env);
  forgetTheWaiting(receivedAt);
  if (underway.size >= triggersMax) return refuse(TOO_MANY);
  if (!hasRoom(call, SHARE_OF_TRIGGERS)) return refuse(NO_ROOM);
  const trigger = Symbol("trigger");
  underway.set(trigger, receivedAt);
  return ok(() => void underway.delete(trigger));
}

/** Why a call that would wake a job's object is not taken on now; `null` = it is. */
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

const NO_ROOM: Problem = {
  code: "overloaded",
  detail: "More jobs are awake than this machine has files for: nothing was done",
  headers: { "retry-after": "1" },
};

/**
 * Also those whose callers hung up, which may have taken the invocation along with its `finally`. One that
 * came before the one ahead of it, because it took longer to be read, is forgotten with that one.
 */
function forgetTheWaiting(now: EpochMs): void {
  for (const [trigger, receivedAt] of underway) {
    if (after(receivedAt, AT_WORK_MS) > now) return;
    underway.delete(trigger);
  }
}
