/**
 * `npm run test:channels [-- --seed N --interactions N --commands N --seconds N]`: people who type into
 * Discord and Slack, both simulated and on a bad day, with clocks that run 60 times as fast, and a SIGKILL
 * to the whole server in the middle. Then it checks what is on each screen: that everybody was answered
 * in time, got the one true answer once, and that no rule of either channel was broken on the way.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Gate } from "./channels/gate.ts";
import { startOwnGateway } from "./channels/gateway.ts";
import { type People, type Said, say } from "./channels/people.ts";
import { type Planned, planAll } from "./channels/plan.ts";
import { faultsOf, figuresOf, isAnswered, owed } from "./channels/report.ts";
import { FAST_LIVES, settings } from "./channels/settings.ts";
import { startWorld } from "./channels/world.ts";
import { freePort } from "./receivers/run.ts";
import { randomFrom } from "./seed/random.ts";
import { DiscordUser } from "./simulators/discord-user.ts";
import { SlackUser } from "./simulators/slack-user.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    interactions: { type: "string", default: "500" },
    commands: { type: "string", default: "200" },
    seconds: { type: "string", default: "60" },
  },
});
const seed = Number(values.seed);
const spanMs = Number(values.seconds) * 1000;
const counts = { discord: Number(values.interactions), slack: Number(values.commands) };

/** The longest job, begun once more after the kill, and the retries of its telling. */
const SETTLED_MS_MAX = 180_000;

/** For so long nothing may happen any more, before it is over. */
const QUIET_MS = 5000;
const LOOK_MS = 500;

const random = randomFrom(seed);
const planned = planAll(random, { counts, spanMs });
const killAtMs = spanMs * (0.45 + 0.1 * random.next());
const world = await startWorld(random, FAST_LIVES);
const folder = mkdtempSync(join(tmpdir(), "holdline-channels-"));
const own = { folder, port: await freePort(), config: settings(), variables: world.variables };
const url = `http://127.0.0.1:${own.port}`;
const people: People = {
  ...world,
  url,
  gate: new Gate(),
  discordUser: new DiscordUser(world.discord, { gateway: url, key: world.key }),
  slackUser: new SlackUser(world.slack, { gateway: url }),
};
console.log(`seed ${seed}, ${counts.discord} interactions, ${counts.slack} commands`);
let server = await startOwnGateway(own);
try {
  await run();
} finally {
  await server.kill();
  world.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  people.gate.open();
  const saying = sayAll();
  const killedAt = await killAndStart();
  const said = await saying;
  const settlingSince = Date.now();
  await settle(said);
  const breaches = [...world.discord.breaches, ...world.slack.breaches];
  const outcome = { said, breaches, kills: [killedAt] };
  const faults = faultsOf(outcome);
  const settledMs = Date.now() - settlingSince;
  console.log(
    JSON.stringify({ seed, ...figuresOf(outcome, faults), settled_ms: settledMs }, null, 2),
  );
  for (const { check, what } of faults) console.error(`${check}: ${what}`);
  if (faults.length > 0) console.error(`Repeat it with --seed ${seed}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function sayAll(): Promise<readonly Said[]> {
  const saying = Promise.all(
    planned.map(async (each: Planned) => {
      await sleep(each.atMs);
      return say(people, each);
    }),
  );
  // It is waited for later; until then somebody must listen.
  saying.catch(() => {});
  return saying;
}

/** Nobody speaks while the server is down: who did when it died is told so by the channel. */
async function killAndStart(): Promise<number> {
  await sleep(killAtMs);
  const killedAt = Date.now();
  people.gate.close();
  await server.kill();
  server = await startOwnGateway(own);
  people.gate.open();
  return killedAt;
}

/** Waits until everybody has their answer and nothing moves; or for as long as anybody would. */
async function settle(said: readonly Said[]): Promise<void> {
  const until = Date.now() + SETTLED_MS_MAX;
  const waiting = owed(said);
  const lastAt = () => Math.max(0, ...waiting.map(({ screen }) => screen.moments.at(-1)?.at ?? 0));
  while (Date.now() < until) {
    const isQuiet = Date.now() - lastAt() > QUIET_MS;
    if (isQuiet && waiting.every(isAnswered)) return;
    await sleep(LOOK_MS);
  }
}
