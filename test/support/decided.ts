import type { Command } from "../../src/core/job/command.ts";
import { decide } from "../../src/core/job/decide.ts";
import type { Decision } from "../../src/core/job/decision.ts";
import type { Job } from "../../src/core/job/job.ts";
import { at } from "./a-job.ts";

/** What the core decides, where a refusal would be a mistake of the test. */
export function decided(...args: Parameters<typeof decide>): Decision {
  const result = decide(...args);
  if (!result.ok) throw new Error(`refused: ${result.reason.code}`);
  return result.value;
}

export const stateOf = ({ job }: Decision) => job.steps[0].state;
export const eventsOf = ({ job }: Decision) => job.events.map(({ seq, type }) => `${seq} ${type}`);

/** The job after one command after the other, each at so many milliseconds after the beginning. */
export function decidedAll(
  job: Job | null,
  ...moves: readonly (readonly [command: Command, ms: number])[]
): Job {
  const last = moves.reduce((so, [command, ms]) => decided(so, command, at(ms)).job, job);
  if (last === null) throw new Error("There is no job without a command");
  return last;
}
