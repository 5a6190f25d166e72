import type { JsonObject } from "../../lang/json.ts";
import type { EpochMs } from "../../lang/time.ts";
import { type AtWork, working } from "./attempt-start.ts";
import { recorded } from "./history.ts";
import type { Job } from "./job.ts";
import type { Progress } from "./step.ts";
import { type RunningStep, withStep } from "./with-step.ts";

/** Side calls of one attempt since the last batch, run together. */
export type SideCalls = {
  /** Who passes it on: whoever runs the attempt, or the job's object for somebody outside. */
  readonly from: "runner" | "outside";
  /** 1, 2, 3… within the attempt and from there: a batch that comes twice is taken once. */
  readonly number: number;
  /** The newest progress, or `null` where there was none. */
  readonly progress: Progress | null;
  /** All partial text in order, possibly empty. */
  readonly text: string;
};

/**
 * running -> running: records what an attempt said on the way. A batch that comes twice counts once.
 *
 * @returns The job, and the step as it is in there.
 */
export function told(
  job: Job,
  step: RunningStep,
  { batch, now }: { readonly batch: SideCalls; readonly now: EpochMs },
): AtWork {
  const { state } = step;
  const { from, number, progress, text } = batch;
  const counter = COUNTER_OF[from];
  if (number <= state[counter]) return { job, step };

  const at = working(job, step, now);
  const heard: RunningStep = {
    ...at.step,
    progress: progress ?? step.progress,
    state: { ...at.step.state, [counter]: number, hasOutput: state.hasOutput || text !== "" },
  };
  const { attempt } = state;
  // Who reads along has the text of the attempt that failed: a new one begins it anew.
  const isReset = attempt > 1 && !state.hasOutput;
  const happened = [
    ...(progress === null ? [] : [{ type: "job.progress", data: progress } as const]),
    ...(text === "" ? [] : [{ type: "job.output", data: outputData(text, isReset) } as const]),
  ];
  const moved = happened.reduce(
    (so, { type, data }) => recorded(so, { type, at: now, attempt, data }),
    withStep(at.job, heard),
  );
  return { job: moved, step: heard };
}

const COUNTER_OF = { runner: "batch", outside: "outsideBatch" } as const;

function outputData(text: string, isReset: boolean): JsonObject {
  return isReset ? { text, reset: true } : { text };
}
