import type { Job, JobId } from "../../src/core/job/job.ts";
import type { Refusal } from "../../src/core/job/refusal.ts";
import type { SideCalls } from "../../src/core/job/side-calls.ts";
import type { AttemptToken, StepId } from "../../src/core/job/step.ts";
import { findStep, isRunning, type RunningStep } from "../../src/core/job/with-step.ts";
import { ok, type Result } from "../../src/lang/result.ts";
import { type AttemptEnd, runAttempt } from "./attempt-run.ts";
import { CallFault } from "./call-fault.ts";
import type { JobShell } from "./job-shell.ts";
import { callObject } from "./network.ts";
import { Life, Once, type Process } from "./process.ts";
import type { Server } from "./server.ts";

export type RunMessage = {
  readonly job: JobId;
  readonly step: StepId;
  readonly attempt: number;
};

export type CallbackMessage = { readonly job: JobId; readonly endpoint: number };

/** How long a consumer goes from one delivery to the next. */
const RUN_MS_MAX = 5 * 60_000;
/** Whoever is done by then has not listened for the end of the job. */
const LISTEN_AFTER_MS = 1000;
const EXTEND_AGAIN_MS = 3000;

/** What consumes the queues, as `src/edge/run/run-queue.ts` and `callback-queue.ts` do. */
export class Consumers {
  readonly #server: Server;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Hands the attempt to the job's object, or runs it here. */
  *startAttempt(message: RunMessage, life: Life): Process {
    const { world, runner } = this.#server;
    const { step, attempt } = message;
    const shell = this.#server.job(message.job);
    const token = shell.drawToken();
    if (runner === "object") {
      const command = { kind: "claim", runner, step, attempt, token } as const;
      yield* callObject(world, shell, () => shell.taken(command));
      return;
    }
    const claimed = yield* callObject(world, shell, () => claim(shell, { step, attempt, token }));
    if (!claimed.ok) return;
    this.#mayDie(life);

    const end = yield* this.#callUnderLease(shell, { ...claimed.value, life });
    if (end === null) return;
    this.#mayDie(life);
    yield* callObject(world, shell, () => shell.report(step, token, end));
    this.#mayDie(life);
  }

  /** One delivery after the other, as long as there is one that is due. */
  *tellAll({ job, endpoint }: CallbackMessage, life: Life): Process {
    const { world, runner, receivers } = this.#server;
    const shell = this.#server.job(job);
    if (runner === "object") {
      yield* callObject(world, shell, () => shell.deliveries.tell(endpoint));
      return;
    }
    const until = world.now + RUN_MS_MAX;
    let claimed = yield* callObject(world, shell, () => shell.deliveries.claim(endpoint));
    while (claimed !== null) {
      this.#mayDie(life);
      const note = yield* receivers.deliver(claimed);
      this.#mayDie(life);
      const wantsNext = world.now < until;
      claimed = yield* callObject(world, shell, () => shell.deliveries.note(note, wantsNext));
    }
  }

  /** Calls the plugin and extends the lease as long as it takes; `null` = nobody wants it any more. */
  *#callUnderLease(
    shell: JobShell,
    { job, step, life }: { readonly job: Job; readonly step: RunningStep; readonly life: Life },
  ): Process<AttemptEnd | null> {
    const { world } = this.#server;
    const { token } = step.state;
    const stale = new Once<null>();
    const call = new Life(life);
    world.start(call, this.#keepLease(shell, step, stale));
    world.after(LISTEN_AFTER_MS, call, () => shell.tellAtEnd(stale));
    const server = this.#server;
    const send = function* (batch: SideCalls): Process<Result<null, Refusal>> {
      const command = { kind: "progress", step: step.plan.id, token, batch } as const;
      const taken = yield* callObject(world, shell, () => shell.taken(command));
      if (!taken.ok) stale.say(null);
      return taken;
    };
    const end = yield* runAttempt(server, { job, step, life: call, stale, send });
    call.end();
    return stale.isSaid ? null : end;
  }

  *#keepLease(shell: JobShell, { plan, state }: RunningStep, stale: Once<null>): Process {
    const { world, history } = this.#server;
    const { token } = state;
    const everyMs = 20_000;
    for (let restMs = everyMs; ; ) {
      yield* world.sleep(restMs);
      try {
        const extended = yield* callObject(world, shell, () => {
          const taken = shell.taken({ kind: "extend", step: plan.id, token });
          if (taken.ok) history.note(world.now, { kind: "lease extended", job: shell.id, token });
          return taken;
        });
        if (!extended.ok) stale.say(null);
        restMs = everyMs;
      } catch (cause) {
        if (!(cause instanceof CallFault)) throw cause;
        restMs = EXTEND_AGAIN_MS;
      }
    }
  }

  /** A consumer may go at any time, without a word. */
  #mayDie(life: Life): void {
    if (this.#server.world.tape.fault("consumer") === null) return;
    life.end();
    throw new CallFault("The consumer is gone", false);
  }
}

type Claim = { readonly step: StepId; readonly attempt: number; readonly token: AttemptToken };

function claim(
  shell: JobShell,
  request: Claim,
): Result<{ readonly job: Job; readonly step: RunningStep }, Refusal> {
  const claimed = shell.apply({ kind: "claim", runner: "consumer", ...request });
  if (!claimed.ok) return claimed;
  const { job } = claimed.value;
  const step = findStep(job, request.step);
  if (step === undefined || !isRunning(step)) throw new Error("Whoever claims runs an attempt");
  return ok({ job, step });
}
