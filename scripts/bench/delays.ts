import { eventsOf, type Send } from "./client.ts";

/** How long the plugin works before it answers: its second caller is on the line by then. */
const WORK_MS = 50;

/** Longer than the rest between two commits of progress: what is measured has not waited for its turn. */
const TELL_EVERY_MS = 160;
const TELLS_PER_JOB = 20;

/** From a queued plugin's answer to the whole HTTP answer. In ms, by the one clock of this machine. */
export type AnswerDelays = {
  /** Of the trigger itself, which waits. */
  readonly trigger: readonly number[];
  /** Of a second caller, who waits for the result of a job that was triggered without waiting. */
  readonly reader: readonly number[];
};

/** Both kinds of callers in turn, one at a time. */
export async function answerDelays(gateway: Send, samples: number): Promise<AnswerDelays> {
  const path = "/trigger/clock/answer";
  const payload = { ms: WORK_MS };
  const trigger: number[] = [];
  const reader: number[] = [];
  for (let sample = 0; sample < samples; sample += 1) {
    trigger.push(answerDelay(await gateway(path, { payload, wait: 30 })));
    const { job_id: jobId } = JSON.parse(await gateway(path, { payload, wait: false }));
    reader.push(answerDelay(await gateway(`/jobs/${jobId}/result?wait=30`, null)));
  }
  return { trigger, reader };
}

/** From a plugin's `progress()` to a reader of the job's Server-Sent Events, one job at a time. In ms. */
export async function progressDelays(
  gateway: Send,
  url: string,
  samples: number,
): Promise<readonly number[]> {
  const delays: number[] = [];
  while (delays.length < samples) {
    const payload = { times: TELLS_PER_JOB, every_ms: TELL_EVERY_MS };
    const { job_id: jobId } = JSON.parse(await gateway("/trigger/clock/tell", { payload }));
    const before = delays.length;
    for await (const data of eventsOf(`${url}/jobs/${jobId}/events`)) {
      const heardAt = Date.now();
      const event = JSON.parse(data);
      if (event.type === "job.progress") delays.push(heardAt - Number(event.data.message));
    }
    const heard = delays.length - before;
    if (heard !== TELLS_PER_JOB) throw new Error(`Heard ${heard} of ${TELLS_PER_JOB} tells`);
  }
  return delays;
}

function answerDelay(answer: string): number {
  const heardAt = Date.now();
  return heardAt - JSON.parse(answer).result.output.answered_at;
}
