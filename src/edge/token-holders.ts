import type { Artifact } from "../core/artifact/artifact.ts";
import type { AtWork } from "../core/job/attempt-start.ts";
import type { Command } from "../core/job/command.ts";
import type { Decided } from "../core/job/decision.ts";
import type { JobId, JobStatus } from "../core/job/job.ts";
import type { Refusal } from "../core/job/refusal.ts";
import { statusOf } from "../core/job/status.ts";
import type { AttemptToken } from "../core/job/step.ts";
import { stepHeldBy } from "../core/job/with-step.ts";
import type { Outcome } from "../core/plugin/outcome.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { artifactPlace, storeOutcome } from "./artifacts/keep-artifact.ts";
import { refusalOfState } from "./attempt-invoke.ts";
import type { GatewayEnv } from "./env.ts";
import type { JobStore } from "./job-store.ts";
import { type NotTaken, OutsideCalls, type Said } from "./outside-calls.ts";

/** What somebody outside is told of the job when they have said something of it. */
export type Heard = { readonly job_id: JobId; readonly status: JobStatus };

/** What their words come to: the job's object. */
type Back = {
  readonly store: JobStore;
  readonly apply: (command: Command) => Decided;
};

/**
 * Whoever has the token of an attempt that runs, and nothing else to show for it: a plugin behind HTTP,
 * or somebody outside who finishes its work.
 */
export class TokenHolders {
  readonly #env: () => GatewayEnv;
  readonly #back: Back;
  readonly #calls = new OutsideCalls();

  constructor(env: () => GatewayEnv, back: Back) {
    this.#env = env;
    this.#back = back;
  }

  tell(token: AttemptToken, said: Said): Result<Heard, NotTaken> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { job, step } = held.value;
    const { id } = step.plan;
    const { token: own } = step.state;
    const taken = this.#calls.take(step, said, async (batch) =>
      this.#taken({ kind: "progress", step: id, token: own, batch }),
    );
    return taken.ok ? ok({ job_id: job.id, status: statusOf(job) }) : taken;
  }

  /**
   * How an attempt ended. It awaits in between; the report that follows looks at the token again, so
   * that one of two who say it at once is refused.
   */
  async complete(token: AttemptToken, outcome: Outcome): Promise<Result<Heard, NotTaken>> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { job, step } = held.value;
    const { token: own } = step.state;
    const refusal = await refusalOfState(step.plan, outcome, this.#env());
    if (refusal !== null) return refuse({ code: refusal });
    const attempt = { job: job.id, token: own };
    const place = artifactPlace(this.#env().ARTIFACTS, attempt, {
      expectArtifact: async (...args) => this.expectArtifact(...args),
      keepArtifact: async (...args) => this.keepArtifact(...args),
    });
    const kept = await storeOutcome(place, outcome);
    const batches = await this.#calls.end(own);
    const reported = this.#taken({
      kind: "report",
      step: step.plan.id,
      token: own,
      ...kept,
      batches,
      jitter: Math.random(),
    });
    if (!reported.ok) return reported;
    return ok({ job_id: job.id, status: statusOf(this.#back.store.load() ?? job) });
  }

  expectArtifact(token: AttemptToken, name: string): Result<null, Refusal> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { plan, state } = held.value.step;
    return this.#taken({ kind: "expect_artifact", step: plan.id, token: state.token, name });
  }

  keepArtifact(token: AttemptToken, artifact: Artifact): Result<null, Refusal> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { plan, state } = held.value.step;
    return this.#taken({ kind: "keep_artifact", step: plan.id, token: state.token, artifact });
  }

  /** Forgets what was said for every attempt but those that run. */
  keepOnly(running: readonly AttemptToken[]): void {
    this.#calls.keepOnly(running);
  }

  /** The job, and the step of it whose attempt has this token. */
  #heldBy(token: AttemptToken): Result<AtWork, Refusal> {
    const job = this.#back.store.load();
    if (job === null) return refuse({ code: "job_not_found" });
    const step = stepHeldBy(job, token);
    return step === undefined
      ? refuse({ code: "stale_attempt", status: statusOf(job) })
      : ok({ job, step });
  }

  #taken(command: Command): Result<null, Refusal> {
    const decided = this.#back.apply(command);
    return decided.ok ? ok(null) : decided;
  }
}
