import { type ResumeAction, waitId } from "../core/ask/ask.ts";
import { type AskForm, askFormOf } from "../core/ask/ask-form.ts";
import type { SeatRefresh } from "../core/channel/seat.ts";
import type { Refusal } from "../core/job/refusal.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { findJob, type JobHandle } from "../edge/job/job-client.ts";
import type { JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import type { EpochMs } from "../lang/time.ts";
import { answerFaults } from "./answer-faults.ts";
import type { Call } from "./call.ts";
import { invalidRequest } from "./problem.ts";
import { problemWords } from "./problem-words.ts";

/** A question of a job that somebody in a channel is about to answer. */
export type OpenQuestion = {
  readonly job: JobHandle;
  readonly waitId: string;
  readonly form: AskForm;
  readonly schema: JsonObject;
};

/** The question, where it is still open; or why it is not, in words for a person. */
export async function openQuestion(
  { env }: Call,
  asked: { readonly jobId: string; readonly waitId: string },
): Promise<Result<OpenQuestion, string>> {
  const job = findJob(env, asked.jobId);
  const snapshot = await job?.call((object) => object.snapshot());
  if (job === null || snapshot === null || snapshot === undefined) {
    return refuse("This is so long ago that nobody remembers the question.");
  }
  const { wait } = snapshot;
  if (wait?.wait_id !== asked.waitId) return refuse(OVER);
  const { view, schema } = wait;
  return ok({ job, waitId: wait.wait_id, form: askFormOf(view, schema), schema });
}

const OVER = "This has been answered already, or is not asked any more.";

/** Answers it, in the name of somebody of a channel; or says why not, and then nothing was answered. */
export async function answerQuestion(
  { job, waitId: asked, schema }: OpenQuestion,
  answer: {
    readonly action: ResumeAction;
    readonly values: JsonObject;
    /** Such as `discord:1090000000000000003`. */
    readonly by: string;
    readonly seat: SeatRefresh;
    readonly until: EpochMs;
  },
): Promise<Result<Snapshot, string>> {
  const { action, values, by, seat, until } = answer;
  const faults = action === "accept" ? answerFaults(schema, values, { job: job.id, root: "" }) : [];
  if (faults.length > 0) {
    const named = faults.map((fault) => ({ ...fault, path: fault.path.replace(/^\./, "") }));
    return refuse(problemWords(invalidRequest(named)));
  }
  const resumed = await job.call((object) =>
    object.resume({ waitId: waitId(asked), action, values, by, seat }, until),
  );
  return resumed.ok ? resumed : refuse(refusalWords(resumed.reason));
}

function refusalWords({ code }: Refusal): string {
  switch (code) {
    case "not_asked":
      return "Only whoever started this can answer it.";
    case "job_not_found":
      return "This is so long ago that nobody remembers the question.";
    default:
      return OVER;
  }
}
