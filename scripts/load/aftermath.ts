import { setTimeout as sleep } from "node:timers/promises";
import type { Caller } from "./caller.ts";

/** So many in a row, each as soon as this, are no accident. */
const WELL_IN_A_ROW = 10;
const WELL_MS_MAX = 1000;
const GIVE_UP_MS = 60_000;

const READERS = 16;
const FINAL_MS_MAX = 120_000;
const LOOK_MS = 100;

/** From now until jobs are taken on and done as ever, in ms; `null` = that took far too long. */
export async function recoveryMs(caller: Caller): Promise<number | null> {
  const since = performance.now();
  let wellSince = since;
  let inARow = 0;
  while (inARow < WELL_IN_A_ROW) {
    const askedAt = performance.now();
    if (askedAt - since > GIVE_UP_MS) return null;
    const body = { payload: { text: "well?" }, wait: true };
    const { status, ms } = await caller.ask({ method: "POST", path: "/trigger/lab/echo", body });
    const isWell = status === 200 && ms <= WELL_MS_MAX;
    if (!isWell) await sleep(LOOK_MS);
    if (isWell && inARow === 0) wellSince = askedAt;
    inARow = isWell ? inARow + 1 : 0;
  }
  return wellSince - since;
}

/** The jobs that are not final in the end, or not there. */
export async function unfinished(
  caller: Caller,
  jobIds: readonly string[],
): Promise<readonly string[]> {
  const until = performance.now() + FINAL_MS_MAX;
  const rest = [...jobIds];
  const open: string[] = [];
  const readers = Array.from({ length: READERS }, async () => {
    for (let jobId = rest.pop(); jobId !== undefined; jobId = rest.pop()) {
      if (!(await becomesFinal(caller, jobId, until))) open.push(jobId);
    }
  });
  await Promise.all(readers);
  return open;
}

/** Its result is there, or said to be none. */
async function becomesFinal(caller: Caller, jobId: string, until: number): Promise<boolean> {
  while (performance.now() < until) {
    const { status } = await caller.ask({ method: "GET", path: `/jobs/${jobId}/result` });
    if (status === 200) return true;
    if (status === 404) return false;
    await sleep(LOOK_MS);
  }
  return false;
}
