import { decide } from "../../src/core/job/decide.ts";
import type { Decision } from "../../src/core/job/decision.ts";

/** What the core decides, where a refusal would be a mistake of the test. */
export function decided(...args: Parameters<typeof decide>): Decision {
  const result = decide(...args);
  if (!result.ok) throw new Error(`refused: ${result.reason.code}`);
  return result.value;
}

export const stateOf = ({ job }: Decision) => job.steps[0].state;
export const eventsOf = ({ job }: Decision) => job.events.map(({ seq, type }) => `${seq} ${type}`);
