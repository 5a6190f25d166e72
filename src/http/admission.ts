import { type HalfOpen, type Open, retryAt } from "../core/breaker/breaker.ts";
import type { JobId } from "../core/job/job.ts";
import type { BreakerPolicy } from "../core/plugin/plugin-settings.ts";
import { settingsOf } from "../core/plugin/settings.ts";
import { type CommandName, giveBackProbe, mayStart } from "../edge/breaker/breakers.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";
import type { Target } from "./target.ts";

/** Whether a trigger may make its job: nothing has been started when it may not. */
export type Admission = Admitted | Stopped;

type Stopped = {
  readonly kind: "stopped";
  readonly policy: BreakerPolicy;
  readonly problem: Problem;
};

export type Admitted = {
  readonly kind: "go";
  readonly policy: BreakerPolicy;
  /** The job is to see whether an open breaker can close. */
  readonly isProbe: boolean;
  /** For a job that comes to nothing after all: makes room for another probe. */
  readonly giveBack: () => void;
};

/** Nobody knows how long a probe takes; callers come back soon, and are stopped again if they must. */
const PROBE_RETRY_SECONDS = 5;

/**
 * Asks the breaker of the command, where its scope is all triggers. One that is well is not asked: see
 * `edge/breakers.ts`.
 *
 * @param job The id that the job is to have: drawn by then, so that the breaker knows its probe.
 */
export async function admission(call: Call, target: Target, job: JobId): Promise<Admission> {
  const name = { plugin: target.plugin.name, command: target.command };
  const policy = settingsOf(call.settings, name.plugin).breaker;
  const go: Admitted = { kind: "go", policy, isProbe: false, giveBack: () => {} };
  if (policy.scope === "schedule") return go;

  const answer = await mayStart(call, name, { job, policy });
  switch (answer.verdict) {
    case "go":
      return go;
    case "probe":
      return {
        ...go,
        isProbe: true,
        giveBack: () => call.waitUntil(giveBackProbe(call.env, name, { job, policy })),
      };
    case "stopped":
      return { kind: "stopped", policy, problem: stopped(name, answer.breaker, policy) };
  }
}

function stopped(
  { plugin, command }: CommandName,
  breaker: Open | HalfOpen,
  policy: BreakerPolicy,
): Problem {
  const { failures } = breaker;
  const row = failures === 1 ? "Its last job failed" : `Its last ${failures} jobs failed`;
  const why =
    breaker.state === "open" ? "it rests" : "one job is under way to see whether it works again";
  const restSeconds = Math.ceil((retryAt(breaker, policy) - Date.now()) / 1000);
  const seconds = breaker.state === "open" ? restSeconds : PROBE_RETRY_SECONDS;
  return {
    code: "breaker_open",
    detail: `'${plugin}/${command}' is not started. ${row}: ${why}`,
    headers: { "retry-after": String(Math.max(1, Math.min(seconds, restSeconds))) },
  };
}
