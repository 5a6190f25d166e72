import type { Effect } from "../../src/core/job/effect.ts";
import type { Job } from "../../src/core/job/job.ts";
import type { Refusal } from "../../src/core/job/refusal.ts";
import type { SideCalls } from "../../src/core/job/side-calls.ts";
import type { AttemptToken } from "../../src/core/job/step.ts";
import { findStep, isRunning, type RunningStep } from "../../src/core/job/with-step.ts";
import type { Result } from "../../src/lang/result.ts";
import { runAttempt, type SendBatch } from "./attempt-run.ts";
import { CallFault } from "./call-fault.ts";
import type { JobShell } from "./job-shell.ts";
import { attempted, callObject } from "./network.ts";
import { type Life, Once, type Process } from "./process.ts";
import type { Server } from "./server.ts";

type Of<Kind extends Effect["kind"]> = Extract<Effect, { readonly kind: Kind }>;

/** What a job asks for, done in the world, as `src/edge/job/job-work.ts` does it. Nothing here throws. */
export class JobWork {
  readonly #server: Server;
  readonly #shell: JobShell;
  readonly #life: Life;
  /** The attempts that this object runs itself, each with what says that nobody wants it any more. */
  readonly #held = new Map<AttemptToken, Once<null>>();

  constructor(server: Server, shell: JobShell, life: Life) {
    this.#server = server;
    this.#shell = shell;
    this.#life = life;
  }

  tokens(): readonly AttemptToken[] {
    return [...this.#held.keys()];
  }

  perform(job: Job, effect: Effect): void {
    const { runs, callbacks } = this.#server;
    switch (effect.kind) {
      case "send":
        attempted(() => runs.send({ job: job.id, step: effect.step, attempt: effect.attempt }));
        break;
      case "deliver":
        attempted(() => callbacks.send({ job: job.id, endpoint: effect.endpoint }));
        break;
      case "line_up":
        this.#start(this.#lineUp(job, effect));
        break;
      case "leave":
        this.#start(this.#leave(effect));
        break;
      case "call":
        this.#hold(job, effect);
        break;
      case "abort":
        this.#held.get(effect.token)?.say(null);
        break;
      case "erase":
        // The alarm does it.
        break;
    }
  }

  #start(process: Process): void {
    this.#server.world.start(this.#life, process);
  }

  #hold(job: Job, { step: id, token }: Of<"call">): void {
    const step = findStep(job, id);
    if (step === undefined || !isRunning(step)) throw new Error("Only what runs is called");
    const stale = new Once<null>();
    this.#held.set(token, stale);
    const done = () => this.#held.delete(token);
    const failed = () => {
      // Its report could not be stored: nobody holds the attempt now.
      this.#shell.noteForgotten();
      done();
    };
    const endings = { done, failed };
    this.#server.world.start(this.#life, this.#call(job, step, stale), endings);
  }

  /** Calls the plugin and reports. If the object dies meanwhile, it finds the attempt lost when it is back. */
  *#call(job: Job, step: RunningStep, stale: Once<null>): Process {
    const { world } = this.#server;
    // In the turn after the answer has gone out.
    yield* world.sleep(1);
    if (stale.isSaid) return;
    const { plan, state } = step;
    const command = { kind: "progress", step: plan.id, token: state.token } as const;
    const send = (batch: SideCalls) => this.#shell.taken({ ...command, batch });
    const attempt = { job, step, life: this.#life, stale, send: atOnce(send) };
    const end = yield* runAttempt(this.#server, attempt);
    if (stale.isSaid) return;
    this.#shell.report(plan.id, state.token, end);
  }

  /** Asks for a slot, and starts where there is one. */
  *#lineUp(job: Job, { step, attempt, since }: Of<"line_up">): Process {
    const { world, lane } = this.#server;
    const { plan } = job.steps[0];
    if (plan.lane === null) throw new Error("Only who needs a slot lines up");
    const { concurrency, isStateful } = plan.lane;
    const entry = { job: job.id, step, attempt, since, isStateful };
    const isGranted = yield* callObject(world, lane, () => lane.enter(entry, concurrency));
    if (!isGranted || this.#shell.grant(step, attempt)) return;
    // It is over meanwhile, and only the job knows what it changed.
    const use = this.#shell.slotUse(step, attempt);
    if (use?.kind === "held") return;
    yield* this.#leave({ kind: "leave", step, attempt, updates: use?.updates ?? null });
  }

  /** Gives a slot back. */
  *#leave({ step, attempt, updates }: Of<"leave">): Process {
    const { world, lane } = this.#server;
    const ref = { job: this.#shell.id, step, attempt };
    try {
      yield* callObject(world, lane, () => lane.leave(ref, updates));
    } catch (cause) {
      // Where that gets lost, the lane asks for it when the slot's lease is over.
      if (!(cause instanceof CallFault)) throw cause;
    }
  }
}

/** Within the object a batch is on its way for no time. */
function atOnce(send: (batch: SideCalls) => Result<null, Refusal>): SendBatch {
  return function* (batch) {
    yield (goOn) => goOn();
    return send(batch);
  };
}
