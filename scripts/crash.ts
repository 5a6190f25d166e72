/**
 * `npm run test:crash [-- --seed N --rounds N --jobs N]`: triggers jobs, kills the whole server with
 * SIGKILL while they are queued, delayed, in line for a slot, running, backing off and being cancelled,
 * starts it again on the same state, and checks that every job that was answered 2xx reaches exactly one
 * final status, that a key leads to one job whatever came in between, that who was told "cancelled" was
 * told the truth, and that no change of a plugin's state is lost.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { randomFrom } from "./crash/random.ts";
import { type ServerProcess, startServerProcess } from "./crash/server-process.ts";
import { type JobView, readJob, stateOf } from "./crash/snapshots.ts";
import {
  drawWork,
  endsOf,
  hasKey,
  readState,
  type Sent,
  send,
  trigger,
  type Work,
} from "./crash/workload.ts";

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
/** Every piece of work with a key, and the ids that it was ever answered with. */
const keyed = new Map<string, { readonly work: Work; readonly ids: Set<string> }>();
let unanswered = 0;
let cancellations = 0;
let remembered = 0;
let slowestMs = 0;

console.log(`seed ${options.seed}, ${options.rounds} rounds of ${options.jobs} jobs`);
let server = await start(0);
for (let round = 1; round <= options.rounds; round += 1) {
  await runAndKill(server, round);
  server = await start(round);
  await repeat(server, round);
  await converge(server, round);
}
await checkState(server);
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
  // Fewer slots than jobs: some are caught in the line.
  const config = join(folder, "holdline.yaml");
  writeFileSync(config, "plugins: { lab: { concurrency: 10 } }\n");
  return startServerProcess({
    PORT: "0",
    HOLDLINE_CONFIG: config,
    HOLDLINE_STATE_DIR: join(folder, "state"),
    HOLDLINE_DEV_VARS: devVars,
  });
}

/** Spreads the triggers over a moment, and kills in the middle of whatever they are doing. */
async function runAndKill({ url, kill }: ServerProcess, round: number): Promise<void> {
  const killAfterMs = random.between(500, 3000);
  const works = Array.from({ length: options.jobs }, (_, index) =>
    drawWork(random, `r${round}-${index}`),
  );
  const sending = works.map(async (work) => {
    await sleep(random.between(0, killAfterMs));
    note(await send(url, work, random), round);
  });
  await sleep(killAfterMs);
  await countStates(url, round);
  await sleep(random.between(0, 50));
  await kill();
  await Promise.all(sending);
}

function note(sent: Sent, round: number): void {
  const { kind, name, jobId } = sent;
  if (hasKey(kind)) {
    const known = keyed.get(name) ?? { work: sent, ids: new Set() };
    if (jobId !== null) known.ids.add(jobId);
    keyed.set(name, known);
  }
  if (jobId === null) unanswered += 1;
  else accepted.push({ ...sent, jobId, round });
  if (sent.isCancelled) cancellations += 1;
}

/** Whoever got no answer asks again with the same key, and so does whoever did: twice, at once. */
async function repeat({ url }: ServerProcess, round: number): Promise<void> {
  const mine = [...keyed.entries()].filter(([name]) => name.startsWith(`r${round}-`));
  await Promise.all(
    mine.map(async ([name, { work, ids }]) => {
      const again = { ...work, body: { ...work.body } };
      const answers = await Promise.all([trigger(url, again), trigger(url, again)]);
      const isNew = ids.size === 0;
      for (const jobId of answers) {
        if (jobId === null) faults.push(`${work.kind} ${name}: no answer from a running server`);
        else ids.add(jobId);
      }
      if (ids.size !== 1) faults.push(`${work.kind} ${name}: doubled, jobs ${[...ids].join(", ")}`);
      const [jobId] = ids;
      if (isNew && jobId !== undefined) {
        accepted.push({ ...work, jobId, isCancelled: false, round });
      }
    }),
  );
}

/** All that jobs have written to the lab's state is there. */
async function checkState({ url }: ServerProcess): Promise<void> {
  const state = await readState(url);
  for (const { kind, name } of accepted) {
    if (kind !== "remembered") continue;
    remembered += 1;
    if (state[name] !== true) faults.push(`${kind} ${name}: lost from the state`);
  }
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
  for (const job of accepted) {
    const [was, is] = [first.get(job.jobId) ?? null, second.get(job.jobId) ?? null];
    const wrong = JSON.stringify(was) === JSON.stringify(is) ? [] : ["changed after its end"];
    if (is !== null) wrong.push(...wrongEnd(job, is));
    faults.push(...wrong.map((what) => `${job.kind} ${job.jobId}: ${what}`));
  }
}

function wrongEnd({ kind, isCancelled }: Accepted, job: JobView): readonly string[] {
  const numbers = job.attempts.map(({ attempt }) => attempt);
  const isGapless = numbers.every((number, index) => number === index + 1);
  const isWithin = isGapless && numbers.length <= job.max_attempts;
  const ends = isCancelled ? ["cancelled"] : endsOf(kind);
  return [
    ...(isWithin ? [] : [`attempts ${numbers.join(", ")} of ${job.max_attempts}`]),
    ...(ends.includes(job.status) ? [] : [`ended as ${job.status}`]),
  ];
}

function report(): void {
  const figures = {
    seed: options.seed,
    kills: options.rounds + 2,
    triggered: accepted.length + unanswered,
    accepted: accepted.length,
    unanswered,
    at_kill: atKill,
    keys: keyed.size,
    doubled: faults.filter((fault) => fault.includes("doubled")).length,
    cancelled: cancellations,
    remembered,
    lost: faults.filter((fault) => fault.includes("not final")).length,
    faults: faults.length,
    slowest_recovery_ms: slowestMs,
  };
  console.log(JSON.stringify(figures, null, 2));
  for (const fault of faults) console.error(fault);
  const caught = ["start", "slot", "delay", "retry", "running"].filter(
    (state) => !(atKill[state] ?? 0),
  );
  for (const state of caught)
    console.error(`No job was caught ${state}: the run proves too little`);
  process.exitCode = faults.length > 0 || caught.length > 0 ? 1 : 0;
}
