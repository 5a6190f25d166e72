import type { Artifact } from "../../core/artifact/artifact.ts";
import { findArtifact } from "../../core/artifact/artifacts-of.ts";
import { keptAll } from "../../core/artifact/on-keep-artifact.ts";
import type { AtWork } from "../../core/job/attempt-start.ts";
import type { Command } from "../../core/job/command.ts";
import type { Decided } from "../../core/job/decision.ts";
import type { JobId, JobStatus } from "../../core/job/job.ts";
import type { Refusal } from "../../core/job/refusal.ts";
import { statusOf } from "../../core/job/status.ts";
import type { AttemptToken } from "../../core/job/step.ts";
import { stepHeldBy } from "../../core/job/with-step.ts";
import type { Outcome } from "../../core/plugin/outcome.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import {
  artifactPlace,
  type KeptOutcome,
  removeNotKept,
  storeOutcome,
} from "../artifacts/keep-artifact.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { refusalOfState } from "./attempt-invoke.ts";
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
    const attempt = { job: job.id, token: own, keepsResult: job.keepsResult };
    const place = artifactPlace(this.#env().ARTIFACTS, attempt, {
      expectArtifact: async (...args) => this.expectArtifact(...args),
      keepArtifact: async (...args) => this.keepArtifact(...args),
    });
    const kept = await storeOutcome(place, outcome);
    const notKept = this.#refusalOf(outcome, kept, own);
    if (notKept !== null) {
      await removeNotKept(place.bucket, this.#back.store.load() ?? job, kept.artifacts);
      return refuse(notKept);
    }
    const batches = await this.#calls.end(own);
    const reported = this.#taken({
      kind: "report",
      step: step.plan.id,
      token: own,
      ...kept,
      batches,
      jitter: Math.random(),
    });
    const now = this.#back.store.load() ?? job;
    await removeNotKept(place.bucket, now, kept.artifacts);
    return reported.ok ? ok({ job_id: job.id, status: statusOf(now) }) : reported;
  }

  /** What came with a completion and cannot be kept is refused: it can be mended and sent again. */
  #refusalOf(said: Outcome, kept: KeptOutcome, token: AttemptToken): NotTaken | null {
    if (said.kind !== "success") return null;
    const held = this.#heldBy(token);
    if (!held.ok) return held.reason;
    const status = statusOf(held.value.job);
    if (kept.outcome.kind === "failure") {
      const isFull = kept.outcome.code === "too_many_artifacts";
      return isFull ? { code: "too_many_artifacts", status } : { code: "overloaded" };
    }
    const keeping = keptAll(held.value, kept.artifacts, clock());
    return keeping.ok ? null : { code: keeping.reason.why, status };
  }

  expectArtifact(token: AttemptToken, name: string): Result<null, Refusal> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { plan, state } = held.value.step;
    return this.#taken({ kind: "expect_artifact", step: plan.id, token: state.token, name });
  }

  /** Where the job has it from now on: maybe where it had the very same before. */
  keepArtifact(token: AttemptToken, artifact: Artifact): Result<string, Refusal> {
    const held = this.#heldBy(token);
    if (!held.ok) return held;
    const { plan, state } = held.value.step;
    const command = { kind: "keep_artifact", step: plan.id, token: state.token, artifact } as const;
    const kept = this.#back.apply(command);
    return kept.ok ? ok(findArtifact(kept.value.job, artifact.name)?.key ?? artifact.key) : kept;
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
