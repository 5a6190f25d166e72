/**
 * `npm run test:crash [-- --seed N --rounds N --jobs N]`: triggers jobs, kills the whole server with
 * SIGKILL while they are queued, running and backing off, starts it again on the same state, and checks
 * that every job that was answered 2xx reaches exactly one final status.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { randomFrom } from "./crash/random.ts";
import { type ServerProcess, startServerProcess } from "./crash/server-process.ts";
import { type JobView, readJob, stateOf } from "./crash/snapshots.ts";
import { ENDS, type Sent, triggerOne } from "./crash/workload.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    rounds: { type: "string", default: "10" },
    jobs: { type: "string", default: "20" },
  },
});
const options = {
  seed: Number(values.seed),
  rounds: Number(values.rounds),
  jobs: Number(values.jobs),
};

/** Lease, resend and guard are 15 to 30 s; a crash may cost two of them in a row, and a retry. */
const CONVERGE_MS_MAX = 120_000;

type Accepted = Sent & { readonly jobId: string; readonly round: number };

const folder = mkdtempSync(join(tmpdir(), "holdline-crash-"));
const random = randomFrom(options.seed);
const accepted: Accepted[] = [];
const atKill: { [state: string]: number } = {};
const faults: string[] = [];
let unanswered = 0;
let slowestMs = 0;

console.log(`seed ${options.seed}, ${options.rounds} rounds of ${options.jobs} jobs`);
let server = await start(0);
for (let round = 1; round <= options.rounds; round += 1) {
  await runAndKill(server, round);
  server = await start(round);
  await converge(server, round);
}
const before = await readAll(server);
await server.kill();
server = await start(0);
await compare(before, await readAll(server));
await server.kill();
report();
rmSync(folder, { recursive: true, force: true });

/** Both queue runners take turns, on the same state: a job may start with one and end with the other. */
async function start(round: number): Promise<ServerProcess> {
  const devVars = join(folder, "dev.vars");
  const runner = round % 2 === 0 ? "object" : "consumer";
  writeFileSync(devVars, `HOLDLINE_ANONYMOUS=admin\nQUEUE_RUNNER=${runner}\n`);
  return startServerProcess({
    PORT: "0",
    HOLDLINE_STATE_DIR: join(folder, "state"),
    HOLDLINE_DEV_VARS: devVars,
  });
}

/** Spreads the triggers over a moment, and kills in the middle of whatever they are doing. */
async function runAndKill({ url, kill }: ServerProcess, round: number): Promise<void> {
  const killAfterMs = random.between(500, 3000);
  const sending = Array.from({ length: options.jobs }, async () => {
    await sleep(random.between(0, killAfterMs));
    const sent = await triggerOne(url, random);
    if (sent.jobId === null) unanswered += 1;
    else accepted.push({ ...sent, jobId: sent.jobId, round });
  });
  await sleep(killAfterMs);
  await countStates(url, round);
  await sleep(random.between(0, 50));
  await kill();
  await Promise.all(sending);
}

/** What the jobs of this round were doing when they were cut off: a run that catches none proves nothing. */
async function countStates(url: string, round: number): Promise<void> {
  const mine = accepted.filter((job) => job.round === round);
  const states = await Promise.all(
    mine.map(async ({ jobId }) => stateOf(await readJob(url, jobId))),
  );
  for (const state of states) atKill[state] = (atKill[state] ?? 0) + 1;
}

/** Waits until every accepted job is final, or too long. */
async function converge({ url }: ServerProcess, round: number): Promise<void> {
  const startedAt = Date.now();
  let open: readonly Accepted[] = accepted.filter((job) => job.round === round);
  while (open.length > 0 && Date.now() - startedAt < CONVERGE_MS_MAX) {
    await sleep(100);
    const views = await Promise.all(
      open.map(async (job) => [job, await readJob(url, job.jobId)] as const),
    );
    open = views.filter(([, view]) => stateOf(view) !== "final").map(([job]) => job);
  }
  slowestMs = Math.max(slowestMs, Date.now() - startedAt);
  for (const { kind, jobId } of open) {
    const job = await readJob(url, jobId);
    faults.push(`${kind} ${jobId}: not final after ${CONVERGE_MS_MAX} ms, but ${stateOf(job)}`);
  }
}

async function readAll({ url }: ServerProcess): Promise<ReadonlyMap<string, JobView | null>> {
  const views = accepted.map(async ({ jobId }) => [jobId, await readJob(url, jobId)] as const);
  return new Map(await Promise.all(views));
}

/** After one more crash every job is what it was, and what its kind says. */
async function compare(
  first: ReadonlyMap<string, JobView | null>,
  second: ReadonlyMap<string, JobView | null>,
): Promise<void> {
  for (const { kind, jobId } of accepted) {
    const [was, is] = [first.get(jobId) ?? null, second.get(jobId) ?? null];
    if (JSON.stringify(was) !== JSON.stringify(is))
      faults.push(`${kind} ${jobId}: changed after its end`);
    if (is === null) continue;
    const numbers = is.attempts.map(({ attempt }) => attempt);
    const isGapless = numbers.every((number, index) => number === index + 1);
    if (!isGapless || numbers.length > is.max_attempts) {
      faults.push(`${kind} ${jobId}: attempts ${numbers.join(", ")} of ${is.max_attempts}`);
    }
    if (!ENDS[kind].includes(is.status)) faults.push(`${kind} ${jobId}: ended as ${is.status}`);
  }
}

function report(): void {
  const figures = {
    seed: options.seed,
    kills: options.rounds + 2,
    triggered: accepted.length + unanswered,
    accepted: accepted.length,
    unanswered,
    at_kill: atKill,
    lost: faults.filter((fault) => fault.includes("not final")).length,
    faults: faults.length,
    slowest_recovery_ms: slowestMs,
  };
  console.log(JSON.stringify(figures, null, 2));
  for (const fault of faults) console.error(fault);
  const caught = ["queued", "running", "backing off"].filter((state) => !(atKill[state] ?? 0));
  for (const state of caught)
    console.error(`No job was caught ${state}: the run proves too little`);
  process.exitCode = faults.length > 0 || caught.length > 0 ? 1 : 0;
}
