import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "../seed/random.ts";
import type { Client } from "./client.ts";
import type { History } from "./history.ts";
import { type JobView, stateOf } from "./job-view.ts";
import type { LabServer } from "./lab-server.ts";

/** One kill and what comes after it. */
type Kill = {
  /** Since the server was up. */
  readonly afterMs: number;
  /** How long nobody starts it again. */
  readonly downMs: number;
  /** Since it was started again: killed once more, before it is up; `null` = it may come up. */
  readonly againAfterMs: number | null;
};

const SOON = 0.18;

/** Of all: the server lives for so long that whoever hears nothing has to be told that it is still there. */
const LATER = 0.06;

const KEPT_DOWN = 0.25;
const BEFORE_UP = 0.12;

/** So many jobs are looked at just before a kill: more would take longer than they stay what they are. */
const LOOKED_AT = 50;

export type Victims = {
  readonly server: LabServer;
  readonly client: Client;
  readonly history: History;
  /** Jobs that are not over, as far as anybody knows. */
  readonly open: () => readonly string[];
};

/** Kills and starts the server at random instants until the time is over. It is up then. */
export async function killUntil(victims: Victims, random: Random, endsAt: number): Promise<void> {
  for (;;) {
    const kill = drawKill(random);
    await sleep(Math.max(0, Math.min(kill.afterMs, endsAt - Date.now())));
    if (Date.now() >= endsAt) return;
    await killOnce(victims, kill);
  }
}

function drawKill(random: Random): Kill {
  const afterMs = drawLife(random);
  const isKeptDown = random.next() < KEPT_DOWN;
  const downMs = random.between(300, 3500);
  const isEarly = random.next() < BEFORE_UP;
  const earlyMs = random.between(100, 1500);
  return { afterMs, downMs: isKeptDown ? downMs : 0, againAfterMs: isEarly ? earlyMs : null };
}

function drawLife(random: Random): number {
  const drawn = random.next();
  if (drawn < SOON) return random.between(100, 900);
  return drawn < 1 - LATER ? random.between(3500, 9500) : random.between(19_000, 25_000);
}

async function killOnce(victims: Victims, { downMs, againAfterMs }: Kill): Promise<void> {
  const { server } = victims;
  await lookAround(victims);
  await server.kill();
  await sleep(downMs);
  server.spawn();
  if (againAfterMs !== null) {
    await sleep(againAfterMs);
    await server.kill();
    server.spawn();
  }
  await server.ready();
}

/** What jobs are doing now: a run that catches none of them at something proves nothing about it. */
async function lookAround({ client, history, open }: Victims): Promise<void> {
  const looks = open()
    .slice(-LOOKED_AT)
    .map(async (jobId) => {
      const reply = await client.ask(`/jobs/${jobId}`, { msMax: 1500 });
      if (typeof reply === "string" || reply.status !== 200) return;
      const state = stateOf(reply.body as unknown as JobView);
      if (state !== "final") history.note({ k: "caught", jobId, state });
    });
  await Promise.all(looks);
}
