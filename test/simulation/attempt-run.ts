import type { Job } from "../../src/core/job/job.ts";
import type { Refusal } from "../../src/core/job/refusal.ts";
import type { SideCalls } from "../../src/core/job/side-calls.ts";
import type { RunningStep } from "../../src/core/job/with-step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import type { Result } from "../../src/lang/result.ts";
import { CallFault } from "./call-fault.ts";
import { callObject } from "./network.ts";
import { type Life, Once, type Process } from "./process.ts";
import type { Server } from "./server.ts";
import { SideCallBuffer } from "./side-call-buffer.ts";

/** How an attempt ended, with what it said on the way that has not arrived yet. */
export type AttemptEnd = {
  readonly outcome: Outcome;
  readonly batches: readonly SideCalls[];
};

/** Gives a batch of side calls to the job. */
export type SendBatch = (batch: SideCalls) => Process<Result<null, Refusal>>;

/** An attempt in the hands of whoever runs it. */
export type RunnableAttempt = {
  readonly job: Job;
  readonly step: RunningStep;
  /** Of its runner. */
  readonly life: Life;
  /** Says that nobody wants it any more. */
  readonly stale: Once<null>;
  readonly send: SendBatch;
};

/** Calls a plugin for one attempt, as `runAttempt` and `callPlugin` of the edge do. */
export function* runAttempt(server: Server, attempt: RunnableAttempt): Process<AttemptEnd> {
  const { world } = server;
  const calls = new SideCallBuffer(world, attempt.life, attempt.send);
  const outcome = yield* called(server, attempt, calls);
  return { outcome, batches: yield* calls.end() };
}

function* called(
  server: Server,
  { job, step, life, stale }: RunnableAttempt,
  calls: SideCallBuffer,
): Process<Outcome> {
  const { world, plugins } = server;
  const { deadlineAt } = step.state;
  const { timeoutMs, lane } = step.plan;
  const state = lane?.isStateful === true ? yield* readState(server) : {};
  if (state === null) return failureOf("transport", "The plugin's state could not be read");
  if (stale.isSaid) return NOT_WANTED;

  const given = new Once<Outcome>();
  const timeout = failureOf("timeout", `No answer within ${timeoutMs} ms`);
  world.after(deadlineAt + job.timings.graceMs - world.now, life, () => given.say(timeout));
  stale.hear(() => given.say(NOT_WANTED));
  // Whoever called it may die; the plugin does not hear of that.
  world.start(world.outside, plugins.call({ job, step, state, calls }), {
    done: (answer) => given.say(answer),
  });
  const outcome = yield* given.heard();
  const isLate = world.now >= deadlineAt && !stale.isSaid;
  const isFailure = outcome.kind === "failure" && outcome.retryable;
  return isLate && isFailure ? timeout : outcome;
}

const NOT_WANTED = failureOf("lease_lost", "The attempt is no longer wanted");

function* readState({ world, lane }: Server): Process<JsonObject | null> {
  try {
    return yield* callObject(world, lane, () => lane.state());
  } catch (cause) {
    if (!(cause instanceof CallFault)) throw cause;
    return null;
  }
}
