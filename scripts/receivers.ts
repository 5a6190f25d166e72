/**
 * `npm run test:receivers [-- --seed N --jobs N --seconds N --runners consumer,object]`: jobs of all
 * kinds that call back to receivers of all kinds, which hang, fail, hang up, redirect, are full, gone or
 * not there, and a SIGKILL to the whole server in the middle. Then it checks from both ends, by what the
 * gateway says and by what the receivers have seen, that every event is told or visibly is not, in order,
 * signed, the same each time, and that no job and no other receiver has suffered for it.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { allFaults } from "./receivers/all-faults.ts";
import { crowd } from "./receivers/crowding.ts";
import { Gateway } from "./receivers/gateway.ts";
import { delayedFaults, type Phase } from "./receivers/measures.ts";
import { type PlannedJob, planJobs } from "./receivers/plan.ts";
import { Receivers } from "./receivers/receivers.ts";
import { deliveriesOf, type JobRecord } from "./receivers/records.ts";
import { figuresOf } from "./receivers/report.ts";
import { afterwards, changedFaults, resendAll } from "./receivers/resend.ts";
import { freePort, readRecords, send, settle, startGateway } from "./receivers/run.ts";
import { randomFrom } from "./seed/random.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    jobs: { type: "string", default: "300" },
    seconds: { type: "string", default: "24" },
    // Before the crash, and after it.
    runners: { type: "string", default: "consumer,object" },
  },
});
const seed = Number(values.seed);
const spanMs = Number(values.seconds) * 1000;
const [runnerBefore = "object", runnerAfter = runnerBefore] = values.runners.split(",");

/** A receiver that hangs costs 45 s; where a queue hands out one batch after another, far more. */
const SETTLED_MS_MAX = 1_200_000;

/** After a crash all alarms that are due come at once, and whatever the queue has kept waiting. */
const CATCH_UP_MS = 4000;

type Sent = { readonly planned: PlannedJob; readonly jobId: string };

const folder = mkdtempSync(join(tmpdir(), "holdline-receivers-"));
const secrets = [newSecret(), newSecret()] as const;
const receivers = new Receivers(secrets, seed);
const urlOf: Receivers["urlOf"] = (kind, name) => receivers.urlOf(kind, name);
const random = randomFrom(seed);
const kills: number[] = [];
await receivers.open();
const place = { folder, port: await freePort() };
const gateway = new Gateway(`http://127.0.0.1:${place.port}`);

console.log(`seed ${seed}, ${values.jobs} jobs, ${runnerBefore} then ${runnerAfter}`);
let server = await startGateway(place, runnerBefore, secrets);
try {
  await run();
} finally {
  await server.kill();
  receivers.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const { sent, phases } = await sendAndKill();
  const settlingSince = Date.now();
  const open = await settle(
    gateway,
    sent.map(({ jobId }) => jobId),
    SETTLED_MS_MAX,
  );
  const settledMs = Date.now() - settlingSince;
  const settled = await readRecords(gateway, sent);
  const beforeHealing = deliveriesOf(settled, receivers.arrivals, urlOf);

  await killAndStart("object");
  const changed = changedFaults(settled, await readRecords(gateway, sent));
  receivers.heal();
  const again = await resendAll(gateway, settled, receivers);
  const records = [...(await readRecords(gateway, sent)), await sendAfterwards()];
  receivers.judge();
  const found = await allFaults({
    settled,
    beforeHealing,
    records,
    deliveries: deliveriesOf(records, receivers.arrivals, urlOf),
    receivers,
    secrets,
    kills,
    phases,
    others: [...changed, ...again.faults, ...open.map((id) => ({ check: "open", what: id }))],
  });
  const crowded = await crowd(gateway, receivers);
  const faults = [...found, ...delayedFaults(crowded.hanging, crowded.delay_ms)];
  const about = { seed, runners: [runnerBefore, runnerAfter], kills: kills.length };
  const measured = { resent: again.resent, crowded, settled_ms: settledMs };
  const figures = figuresOf({ settled, deliveries: beforeHealing, receivers, phases, faults });
  console.log(JSON.stringify({ ...about, ...figures, ...measured }, null, 2));
  for (const { check, what } of faults) console.error(`${check}: ${what}`);
  if (faults.length > 0) console.error(`Repeat it with --seed ${seed} --jobs ${values.jobs}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** Triggers everything over the span, with a crash near its middle: time stands still for it. */
async function sendAndKill() {
  const planned = planJobs(random, Number(values.jobs), spanMs);
  const killAtMs = spanMs * (0.45 + 0.1 * random.next());
  receivers.begin();
  const startedAt = Date.now();
  const first = sendAll(
    planned.filter(({ atMs }) => atMs < killAtMs),
    0,
  );
  await sleep(killAtMs);
  const killedAt = await killAndStart(runnerAfter);
  const upAt = Date.now();
  const second = sendAll(
    planned.filter(({ atMs }) => atMs >= killAtMs),
    killAtMs,
  );
  const phases: readonly Phase[] = [
    { runner: runnerBefore, fromMs: startedAt, toMs: killedAt },
    { runner: runnerAfter, fromMs: upAt + CATCH_UP_MS, toMs: Number.POSITIVE_INFINITY },
  ];
  return { sent: [...(await first), ...(await second)], phases };
}

function sendAll(planned: readonly PlannedJob[], fromMs: number): Promise<readonly Sent[]> {
  const sending = Promise.all(
    planned.map(async (job) => {
      await sleep(job.atMs - fromMs);
      return { planned: job, jobId: (await send(gateway, job, urlOf)).job_id };
    }),
  );
  // It is waited for later; until then somebody must listen.
  sending.catch(() => {});
  return sending;
}

async function killAndStart(runner: string): Promise<number> {
  const killedAt = Date.now();
  kills.push(killedAt);
  await server.kill();
  server = await startGateway(place, runner, secrets);
  return killedAt;
}

/** One more job, for a URL that was gone: whoever took in what was sent by hand is told of it. */
async function sendAfterwards(): Promise<JobRecord> {
  const planned = afterwards();
  const { job_id: jobId } = await send(gateway, planned, urlOf);
  await settle(gateway, [jobId], SETTLED_MS_MAX);
  const [record] = await readRecords(gateway, [{ planned, jobId }]);
  return record as JobRecord;
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}
