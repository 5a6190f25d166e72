import { setTimeout as sleep } from "node:timers/promises";
import { isFinal } from "../job-view.ts";
import { type Kind, labWork, look, type SteeredJob } from "./kind.ts";

const LOOK_SECONDS = 10;
const LOOK_MS = 200;

/** Fails for good, and is then retried by hand: the same work as a new job, once for one key. */
export const doneAgain: Kind = {
  share: 2,
  plan: () => {
    const body = { payload: { failures: 99, retry: false } };
    return labWork("flaky", body, { ends: ["failed"], steer: again });
  },
};

async function again(job: SteeredJob): Promise<void> {
  while (!isFinal(await look(job, LOOK_SECONDS))) await sleep(LOOK_MS);
  const headers = { "idempotency-key": `${job.name}-again` };
  const question = { path: `/jobs/${job.jobId}/retry`, waitMs: 0, headers, body: {} };
  const replies = await Promise.all([job.ask(question), job.ask(question)]);
  const told = replies.map((reply) => {
    job.note("retry", reply);
    const { job_id: id } = reply.body;
    const isTaken = reply.status < 300 && typeof id === "string";
    return isTaken ? job.also(`${job.name}-again`, id) : Promise.resolve();
  });
  await Promise.all(told);
}
