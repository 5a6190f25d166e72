import type { DurationMs } from "../../lang/time.ts";
import type { CommandSpec } from "../plugin/manifest.ts";
import { DEFAULT_RETRY, INTERACTIVE_RETRY } from "../retry/retry.ts";
import { type LanePlan, ONLY_STEP, type StepPlan } from "./step.ts";

/** What a plain trigger asks for, checked against the command's own limits. */
export type PlainTrigger = {
  readonly plugin: string;
  readonly command: string;
  readonly transport: StepPlan["transport"];
  readonly binding: string | null;
  readonly spec: CommandSpec;
  /** `null` = the command's own. */
  readonly timeoutMs: DurationMs | null;
  /** `null` = the policy's own. */
  readonly maxAttempts: number | null;
  /** Attempts of the plugin at once; `null` = as many as come. */
  readonly concurrency: number | null;
  /** Somebody holds the line: retries of a command without a policy must fit into their patience. */
  readonly isWaited: boolean;
};

/** A plain trigger as a plan of one step. */
export function plainPlan(trigger: PlainTrigger): StepPlan {
  const { plugin, command, transport, binding, spec, isWaited } = trigger;
  const policy = spec.retry ?? (isWaited ? INTERACTIVE_RETRY : DEFAULT_RETRY);
  return {
    id: ONLY_STEP,
    plugin,
    command,
    transport,
    binding,
    dispatch: spec.dispatch,
    retry: { ...policy, maxAttempts: trigger.maxAttempts ?? policy.maxAttempts },
    timeoutMs: trigger.timeoutMs ?? spec.timeoutMs,
    lane: laneOf(trigger),
  };
}

/** Most plugins have no lane, and their jobs pay nothing for it. */
function laneOf({ concurrency, spec }: PlainTrigger): LanePlan | null {
  return concurrency === null && !spec.state ? null : { concurrency, isStateful: spec.state };
}
