import { eventsOf, FLOOR_HOST, type Send } from "./client.ts";
import type { Both } from "./cost.ts";
import { startReceiver } from "./receiver.ts";

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
  /** Of who waits on a bare object behind a bare queue. */
  readonly floor: readonly number[];
};

/** All kinds of callers in turn, one at a time. */
export async function answerDelays(
  { floor: floorGateway, gateway }: Both,
  samples: number,
): Promise<AnswerDelays> {
  const path = "/trigger/clock/answer";
  const payload = { ms: WORK_MS };
  const [trigger, reader, floor]: readonly [number[], number[], number[]] = [[], [], []];
  for (let sample = 0; sample < samples; sample += 1) {
    trigger.push(answerDelay(await gateway(path, { payload, wait: 30 })));
    const { job_id: jobId } = JSON.parse(await gateway(path, { payload, wait: false }));
    reader.push(answerDelay(await gateway(`/jobs/${jobId}/result?wait=30`, null)));
    floor.push(floorDelay(await floorGateway("/queue", { payload })));
  }
  return { trigger, reader, floor };
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

/** A bare object holds nothing back, so that no rest between two commits has to pass. */
const FLOOR_EVERY_MS = 20;

/** From a bare object to a reader of its stream. In ms. */
export async function streamDelays(
  floor: Send,
  url: string,
  samples: number,
): Promise<readonly number[]> {
  const delays: number[] = [];
  const { id } = JSON.parse(await floor("/accept", { payload: {} }));
  const stream = `${url}/stream?id=${id}&times=${TELLS_PER_JOB}&every_ms=${FLOOR_EVERY_MS}`;
  while (delays.length < samples) {
    for await (const data of eventsOf(stream, FLOOR_HOST)) delays.push(Date.now() - Number(data));
  }
  return delays;
}

/** From the end of a job to the arrival of its callback at a receiver, and as far for the floor. In ms. */
export async function callbackDelays(
  { floor, gateway }: Both,
  samples: number,
): Promise<{ readonly floor: readonly number[]; readonly gateway: readonly number[] }> {
  const receiver = await startReceiver();
  const delays: { floor: number[]; gateway: number[] } = { floor: [], gateway: [] };
  const arrived = async () => {
    const { at, body } = await receiver.next();
    const said = JSON.parse(body);
    return at - Date.parse(said.data?.finished_at ?? said.finished_at);
  };
  for (let sample = 0; sample < samples; sample += 1) {
    const payload = { text: "hello" };
    await floor("/callback", { payload, url: receiver.url });
    delays.floor.push(await arrived());
    await gateway("/trigger/lab/echo", { payload, callback_url: receiver.url });
    delays.gateway.push(await arrived());
  }
  receiver.close();
  return delays;
}

function floorDelay(answer: string): number {
  const heardAt = Date.now();
  return heardAt - JSON.parse(answer).output.answered_at;
}

function answerDelay(answer: string): number {
  const heardAt = Date.now();
  return heardAt - JSON.parse(answer).result.output.answered_at;
}
