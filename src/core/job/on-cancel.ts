import { ok } from "../../lang/result.ts";
import type { EpochMs } from "../../lang/time.ts";
import { cancelled } from "./attempt-end.ts";
import type { Cancel } from "./command.ts";
import type { Decided, Decision } from "./decision.ts";
import type { Effect } from "./effect.ts";
import type { Job } from "./job.ts";
import { isFinal, type Step } from "./step.ts";

/** Any open state -> cancelled. A final job stays as it is: cancelling is idempotent and claims nothing. */
export function onCancel(job: Job, { reason }: Cancel, now: EpochMs): Decided {
  const start: Decision = { job, effects: [] };
  const open = job.steps.filter(({ state }) => !isFinal(state));
  return ok(
    open.reduce<Decision>(
      (so, step) => ({
        job: cancelled(so.job, step, { reason, now }),
        effects: [...so.effects, ...abortOf(step)],
      }),
      start,
    ),
  );
}

/** A call that the object itself makes is given up; a consumer hears of it when it next speaks up. */
function abortOf({ state }: Step): readonly Effect[] {
  return state.status === "running" && state.runner === "object"
    ? [{ kind: "abort", token: state.token }]
    : [];
}
