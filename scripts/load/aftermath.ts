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

/** What became of jobs in the end, where it is not what it should be. */
export type Astray = {
  /** They are not there. */
  readonly lost: readonly string[];
  /** They are not final. */
  readonly open: readonly string[];
};

type Fate = "final" | "lost" | "open";

/** Looks at each job until it is final, but at all of them no longer than that. */
export async function astray(
  caller: Caller,
  jobIds: readonly string[],
  patienceMs = FINAL_MS_MAX,
): Promise<Astray> {
  const until = performance.now() + patienceMs;
  const rest = [...jobIds];
  const fates = new Map<string, Fate>();
  const readers = Array.from({ length: READERS }, async () => {
    for (let jobId = rest.pop(); jobId !== undefined; jobId = rest.pop()) {
      fates.set(jobId, await fateOf(caller, jobId, until));
    }
  });
  await Promise.all(readers);
  const those = (fate: Fate) => jobIds.filter((jobId) => fates.get(jobId) === fate);
  return { lost: those("lost"), open: those("open") };
}

async function fateOf(caller: Caller, jobId: string, until: number): Promise<Fate> {
  for (;;) {
    const { status, code } = await caller.ask({ method: "GET", path: `/jobs/${jobId}/result` });
    if (status === 200 || (code !== null && ENDED_OTHERWISE.has(code))) return "final";
    if (code === "job_not_found") return "lost";
    if (performance.now() >= until) return "open";
    await sleep(LOOK_MS);
  }
}

/** What says that a job is over and has no result. */
const ENDED_OTHERWISE: ReadonlySet<string> = new Set([
  "job_failed",
  "job_dead",
  "job_timed_out",
  "job_cancelled",
]);
