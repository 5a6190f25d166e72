import { CallFault } from "./call-fault.ts";
import { Once, type Process } from "./process.ts";
import type { World } from "./world.ts";

/** An object of the platform, as whoever calls it sees it. */
export type Target = {
  /** Forgets what it has in memory, as in a deploy. */
  readonly reset: () => void;
  /** Runs one method: on a fresh object where the old one is gone. */
  readonly turn: <Answer>(method: () => Answer) => Answer;
};

const WAY_MS = 5;
/** Long enough that others come first, short enough that somebody still waits. */
const SLOW_MS = 4000;
/** As `callObject` of the edge has it. */
const TRIES_MAX = 3;
const REST_MS = 100;
/** A copy of a call that has been on its way for longer than any lease. */
const COMES_AGAIN_MS = 95_000;

/** Calls an object, again where the platform says that this helps, as `src/edge/object-call.ts` does. */
export function* callObject<Answer>(
  world: World,
  target: Target,
  method: () => Answer,
): Process<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return yield* callOnce(world, target, method);
    } catch (cause) {
      if (!(cause instanceof CallFault) || !cause.retryable || attempt >= TRIES_MAX) throw cause;
      yield* world.sleep(REST_MS * attempt);
    }
  }
}

function* callOnce<Answer>(world: World, target: Target, method: () => Answer): Process<Answer> {
  yield* world.sleep(WAY_MS);
  // Drawn on arrival: what strikes later than it is drawn could strike in a world that is fair by then.
  const fault = world.tape.fault("call");
  switch (fault) {
    case "call lost":
      throw new CallFault("The call got lost", true);
    case "call fails for good":
      throw new CallFault("The call failed", false);
    case "object reset under a call":
      target.reset();
      throw new CallFault("The object was reset", true);
    case "answer lost":
      target.turn(method);
      throw new CallFault("The answer got lost", true);
    case "call doubled":
      target.turn(method);
      break;
    case "call comes again late":
      world.after(COMES_AGAIN_MS * world.tape.jitter(), world.strays, () =>
        attempted(() => target.turn(method)),
      );
      break;
    case "call slow":
      yield* world.sleep(SLOW_MS * world.tape.jitter());
      break;
    case "answer slow":
    case null:
      break;
  }
  const answer = target.turn(method);
  yield* world.sleep(fault === "answer slow" ? SLOW_MS * world.tape.jitter() : WAY_MS);
  return answer;
}

/** Does what nobody waits for the answer of. */
export function attempted(act: () => unknown): void {
  try {
    act();
  } catch (cause) {
    if (!(cause instanceof CallFault)) throw cause;
  }
}

/** What a caller has who was not answered: it may have happened all the same. */
export const NO_ANSWER = Symbol("no answer");

/** The gateway, as whoever is outside of it sees it. */
export type Door = {
  /** Whether requests get in. */
  readonly isOpen: boolean;
  /** Runs a process as a Worker does: it is gone with the server. */
  readonly serve: <Answer>(
    process: Process<Answer>,
    endings: { readonly done: (answer: Answer) => void; readonly failed: () => void },
  ) => void;
};

/** As long as a caller holds the line. */
const PATIENCE_MS = 60_000;

/** Makes a request from outside. A fault inside is a 500: an answer that says nothing. */
export function* request<Answer>(
  world: World,
  door: Door,
  handler: () => Process<Answer>,
): Process<Answer | typeof NO_ANSWER> {
  const fault = world.tape.fault("request");
  yield* world.sleep(WAY_MS);
  if (!door.isOpen || fault === "request lost") {
    yield* world.sleep(WAY_MS);
    return NO_ANSWER;
  }
  const answered = new Once<Answer | typeof NO_ANSWER>();
  const endings = {
    done: (answer: Answer) => answered.say(answer),
    failed: () => answered.say(NO_ANSWER),
  };
  if (fault === "request doubled") door.serve(handler(), { ...endings, done: () => {} });
  door.serve(handler(), endings);
  world.after(PATIENCE_MS, world.outside, () => answered.say(NO_ANSWER));
  const answer = yield* answered.heard();
  yield* world.sleep(WAY_MS);
  return fault === "response lost" ? NO_ANSWER : answer;
}
