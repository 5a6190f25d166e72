import type { Effect } from "../../core/job/effect.ts";
import type { Job } from "../../core/job/job.ts";
import { pluginRequestOf } from "../../core/job/plugin-request.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import type { AttemptToken, StepId } from "../../core/job/step.ts";
import { planOf, type RunningStep } from "../../core/job/with-step.ts";
import type { SlotUse } from "../../core/lane/slot.ts";
import { invariant, unreachable } from "../../lang/invariant.ts";
import type { Result } from "../../lang/result.ts";
import { after } from "../../lang/time.ts";
import { type ArtifactMethods, artifactPlace } from "../artifacts/keep-artifact.ts";
import type { AwakeObject } from "../awake-objects.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { laneOf } from "../lane/lane-client.ts";
import { logError, logWarning } from "../log.ts";
import { attemptInvoke } from "./attempt-invoke.ts";
import { callTimesOf, runningStep } from "./claimed-call.ts";
import { HeldAttempts } from "./held-attempts.ts";
import { type AttemptEnd, runAttempt } from "./job-capability.ts";
import type { SendBatch } from "./side-call-buffer.ts";

/**
 * When the object calls a plugin: at once, or in the turn after the answer has gone out. Nobody waits
 * for the plugin then, and a 202 should wait for nothing but the disk.
 */
export type Turn = "now" | "after_answer";

/** What the work comes back to: the job's object. */
type Back = {
  readonly send: (step: StepId, token: AttemptToken) => SendBatch;
  readonly report: (
    step: StepId,
    token: AttemptToken,
    end: AttemptEnd,
  ) => Promise<Result<null, Refusal>>;
  readonly grant: (step: StepId, attempt: number) => Promise<boolean>;
  readonly slotUse: (step: StepId, attempt: number) => Promise<SlotUse | null>;
  readonly artifacts: ArtifactMethods;
  readonly awake: AwakeObject;
};

type CallTime = {
  readonly turn: Turn;
  /** Aborts when the attempt is no longer wanted. */
  readonly stale: AbortSignal;
};

type Slot = Pick<Extract<Effect, { kind: "leave" }>, "step" | "attempt" | "updates">;

/**
 * What a job asks for, done in the world. Nothing here throws: the job is stored, and the caller is owed
 * an answer. Whatever gets lost here, the stored job brings back.
 */
export class JobWork {
  /** The attempts that this object runs itself. */
  readonly held = new HeldAttempts();
  readonly #ctx: DurableObjectState;
  readonly #env: () => GatewayEnv;
  readonly #back: Back;

  constructor(ctx: DurableObjectState, env: () => GatewayEnv, back: Back) {
    this.#ctx = ctx;
    this.#env = env;
    this.#back = back;
  }

  perform(job: Job, effect: Effect, turn: Turn): void {
    switch (effect.kind) {
      case "send":
        this.#ctx.waitUntil(this.#send(job, effect));
        break;
      case "line_up":
        this.#ctx.waitUntil(this.#lineUp(job, effect));
        break;
      case "leave":
        this.#ctx.waitUntil(this.#leave(job, effect));
        break;
      case "call":
        this.#ctx.waitUntil(this.#hold(job, runningStep(job, effect.step), turn));
        break;
      case "deliver":
        this.#ctx.waitUntil(this.#sendCallback(job, effect.endpoint));
        break;
      case "abort":
        this.held.abort(effect.token);
        break;
      case "erase":
        // The alarm does it, because it must know whether it worked.
        break;
      default:
        unreachable(effect);
    }
  }

  /** Sends an attempt's message. A message that cannot be sent is a lost message: the alarm sends again. */
  async #send(job: Job, { step, attempt }: Pick<Slot, "step" | "attempt">): Promise<void> {
    try {
      await this.#env().RUNS.send({ v: 1, job: job.id, step, attempt });
    } catch (cause) {
      logError("job.send_failed", cause, { job_id: job.id, attempt });
    }
  }

  /** As `#send`, for an endpoint that is owed something. */
  async #sendCallback(job: Job, endpoint: number): Promise<void> {
    try {
      await this.#env().CALLBACKS.send({ v: 1, job: job.id, endpoint });
    } catch (cause) {
      logError("job.callback_send_failed", cause, { job_id: job.id, endpoint });
    }
  }

  /** Asks for a slot, and starts where there is one. A lane that cannot be reached is asked again. */
  async #lineUp(
    job: Job,
    { step, attempt, since }: Extract<Effect, { kind: "line_up" }>,
  ): Promise<void> {
    try {
      const { plugin, lane } = planOf(job, step);
      invariant(lane !== null, "Cannot line up an attempt that needs no slot");
      const { concurrency, isStateful } = lane;
      const entry = { job: job.id, step, attempt, since, isStateful };
      const place = await laneOf(this.#env(), plugin).call((line) =>
        line.enter(entry, concurrency),
      );
      if (place === "waiting" || (await this.#back.grant(step, attempt))) return;
      // It is over meanwhile: cancelled, or while this answer was on its way it had the slot by a grant and
      // came to its end. Its own `leave` may come after this one, so this one has to bring what it changed.
      const use = await this.#back.slotUse(step, attempt);
      if (use?.kind === "held") return;
      await this.#leave(job, { step, attempt, updates: use?.updates ?? null });
    } catch (cause) {
      logError("job.line_up_failed", cause, { job_id: job.id, attempt });
    }
  }

  /** Gives a slot back. Where that gets lost, the lane asks for it when the slot's lease is over. */
  async #leave(job: Job, { step, attempt, updates }: Slot): Promise<void> {
    try {
      const { plugin } = planOf(job, step);
      const place = { job: job.id, step, attempt };
      await laneOf(this.#env(), plugin).call((line) => line.leave(place, updates));
    } catch (cause) {
      logError("job.leave_failed", cause, { job_id: job.id, attempt });
    }
  }

  /** As long as an attempt runs here, this object stays awake. */
  async #hold(job: Job, step: RunningStep, turn: Turn): Promise<void> {
    const { token, deadlineAt } = step.state;
    const release = this.#back.awake.keep(clock(), after(deadlineAt, job.timings.graceMs));
    try {
      await this.held.hold(token, (stale) => this.#call(job, step, { turn, stale }));
    } finally {
      release(clock());
    }
  }

  /** Calls the plugin and reports. If the object dies meanwhile, its recovery finds the attempt lost. */
  async #call(job: Job, step: RunningStep, { turn, stale }: CallTime): Promise<void> {
    const { id } = step.plan;
    const { token } = step.state;
    if (turn === "after_answer") await scheduler.wait(0);
    if (stale.aborted) return; // Cancelled before it began.
    try {
      const invoke = attemptInvoke(step.plan, this.#env());
      const end = await runAttempt(invoke, pluginRequestOf(job, step), {
        limits: { ...callTimesOf(step), graceMs: job.timings.graceMs, stale },
        send: this.#back.send(id, token),
        place: artifactPlace(
          this.#env().ARTIFACTS,
          { job: job.id, token, keepsResult: job.keepsResult },
          this.#back.artifacts,
        ),
      });
      if (stale.aborted) return; // Nobody wants to know: the job was told before the attempt was.
      const reported = await this.#back.report(id, token, end);
      if (!reported.ok) {
        logWarning("job.report_refused", { job_id: job.id, code: reported.reason.code });
      }
    } catch (cause) {
      // The report could not be stored. Nobody holds the attempt now, so the next alarm rescues it.
      logError("job.report_failed", cause, { job_id: job.id });
    }
  }
}
