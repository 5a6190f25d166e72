import * as z from "zod/mini";
import { type Fault, faultsOf } from "../config/fault.ts";
import { type Answered, ASK_BYTES_MAX, waitId } from "../core/ask/ask.ts";
import type { Resume } from "../core/job/command.ts";
import type { Refusal } from "../core/job/refusal.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { type JobHandle, JobNotFoundFault } from "../edge/job/job-client.ts";
import { waitForEnd } from "../edge/watch/wait.ts";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { utf8Length } from "../lang/text.ts";
import { acceptedResponse, endResponse, patienceOver } from "./answer.ts";
import { answerFaults } from "./answer-faults.ts";
import { readJsonBody } from "./body.ts";
import type { Call } from "./call.ts";
import { onHold } from "./hold.ts";
import { jobOf } from "./jobs.ts";
import { numberFaultsOf } from "./number-faults.ts";
import { invalidRequest, type Problem, problemResponse } from "./problem.ts";
import { Wait } from "./trigger-schema.ts";
import { type ReadPatience, readPatience, readQuery, WaitQuery } from "./watch-query.ts";

const ResumeBody = z.strictObject({
  wait_id: z.string().check(z.minLength(1)),
  action: z.enum(["accept", "decline", "cancel"]),
  values: z._default(
    z.custom<JsonObject>(isJsonObject, "Must be an object").check(
      z.refine((values) => utf8Length(JSON.stringify(values)) <= ASK_BYTES_MAX, {
        error: `Must be at most ${ASK_BYTES_MAX} bytes of JSON`,
      }),
    ),
    {},
  ),
  wait: Wait,
});

/** What a caller answers, and how long they hold the line for what comes of it. */
type Asked = {
  readonly answer: Pick<Resume, "waitId" | "action" | "values" | "by" | "isChecked">;
  readonly patience: ReadPatience;
};

/** `POST /jobs/{id}/resume`: answers what a job asks. Then as a trigger: 202, or what is waited for. */
export async function resumeJob(call: Call): Promise<Response> {
  const job = jobOf(call);
  const body = await readJsonBody(call.request);
  if (!body.ok) return problemResponse(call.origin, body.reason);
  const snapshot = await job.call((object) => object.snapshot());
  if (snapshot === null) throw new JobNotFoundFault();
  const asked = readAnswer(call, body.value, snapshot);
  if (!asked.ok) return problemResponse(call.origin, asked.reason);
  return onHold(call, asked.value.patience.until, () => answered(call, job, asked.value));
}

async function answered(
  call: Call,
  job: JobHandle,
  { answer, patience }: Asked,
): Promise<Response> {
  const { since, until, waitMs, headers } = patience;
  const resumed = await job.call((object) => object.resume(answer, until));
  if (!resumed.ok) return problemResponse(call.origin, problemOf(resumed.reason));
  if (waitMs === 0) return acceptedResponse(resumed.value, { headers });
  const seen = await waitForEnd(job, resumed.value, until);
  return (
    endResponse(call.origin, seen, { headers }) ??
    acceptedResponse(seen, { members: patienceOver(since), headers })
  );
}

/** The answer, checked against what the job asks now, or all that is wrong with it. */
function readAnswer(call: Call, body: Json, snapshot: Snapshot): Result<Asked, Problem> {
  const parsed = ResumeBody.safeParse(body);
  const query = readQuery(WaitQuery, call.request);
  const given = isJsonObject(body) ? body : {};
  const inQuery = query.ok ? query.value.wait : undefined;
  const patience = readPatience({ wait: parsed.data?.wait ?? inQuery }, call);
  const faults: readonly Fault[] = [
    ...(parsed.success ? [] : bodyFaults(parsed.error)),
    ...(query.ok ? [] : (query.reason.errors ?? [])),
    ...(patience.ok ? [] : (patience.reason.errors ?? [])),
    ...numberFaultsOf(given["values"], "values"),
    ...faultsInValues(given, snapshot),
  ];
  if (!parsed.success || !patience.ok || faults.length > 0) return refuse(invalidRequest(faults));
  const { wait_id, action, values } = parsed.data;
  return ok({
    answer: {
      waitId: waitId(wait_id),
      action,
      values,
      by: "api",
      isChecked: action !== "accept" || snapshot.wait?.wait_id === wait_id,
    },
    patience: patience.value,
  });
}

function bodyFaults(error: z.core.$ZodError): readonly Fault[] {
  return faultsOf(error, () => Object.keys(ResumeBody.shape)).map(({ path, message }) => ({
    path: path === "" ? "body" : path,
    message,
  }));
}

/** Only who accepts has to say what was asked for; and only what is asked now can be checked. */
function faultsInValues(given: JsonObject, { job_id, wait }: Snapshot): readonly Fault[] {
  const { values = {} } = given;
  const isAnswer = given["wait_id"] === wait?.wait_id && given["action"] === "accept";
  if (wait === null || !isAnswer || !isJsonObject(values)) return [];
  return answerFaults(wait.schema, values, { job: job_id, root: "values" });
}

function problemOf(refusal: Refusal): Problem {
  switch (refusal.code) {
    case "job_not_found":
      throw new JobNotFoundFault();
    case "not_waiting":
      return { code: refusal.code, detail: whyNotWaiting(refusal) };
    case "stale_wait":
      return {
        code: refusal.code,
        detail: `${answeredAlready(refusal.answered)}The job asks something else now: read its 'wait' and answer that`,
      };
    default:
      return { code: refusal.code, detail: "It was not resumed" };
  }
}

function whyNotWaiting({
  status,
  answered,
}: Extract<Refusal, { readonly code: "not_waiting" }>): string {
  return `${answeredAlready(answered)}The job is ${status} and asks nothing: look at it with GET /jobs/{id}`;
}

/** Whoever answers first has answered. Over which way is said, and not who it was. */
function answeredAlready(answered: Answered | null): string {
  if (answered === null) return "";
  const [way = ""] = answered.by.split(":");
  if (way === "timeout") return `Nobody answered in time, which counts as "${answered.action}". `;
  return `Somebody has answered already, over ${way}: "${answered.action}". `;
}
