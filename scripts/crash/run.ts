import { setTimeout as sleep } from "node:timers/promises";
import { type Said, say } from "../channels/people.ts";
import { planAll } from "../channels/plan.ts";
import type { Fault } from "../receivers/records.ts";
import { type Random, randomFrom } from "../seed/random.ts";
import { readBook } from "./book.ts";
import { CHANNEL_KINDS } from "./channels.ts";
import { ackedJobs, type Evidence, foundJobs, namesIn } from "./check/evidence.ts";
import { dumpOpen, settle, settleChannels, withinLimit } from "./converge.ts";
import { readHistory } from "./history.ts";
import { killUntil } from "./kills.ts";
import type { Lab } from "./lab.ts";
import { type Planned, planJobs } from "./plan.ts";
import { Stories } from "./story.ts";

export type Options = { readonly seed: number; readonly seconds: number; readonly rate: number };

/** What a run takes, beside what it finds. */
export type Measures = {
  /** From the last kill of the workload until nothing moved any more. */
  readonly converged_ms: number;
  readonly seconds: number;
};

export type LabRun = {
  readonly evidence: Evidence;
  /** What did not come to rest. */
  readonly stuck: readonly Fault[];
  readonly measures: Measures;
};

const AFTER_UP_MS = 200;

/** Of all that is asked for: by somebody who types it. */
const SPOKEN = { discord: 0.08, slack: 0.06 } as const;

/** Workload and kills, then peace until nothing moves, then one more crash, and what is left then. */
export async function runLab(lab: Lab, options: Options): Promise<LabRun> {
  const startedAt = Date.now();
  const random = randomFrom(options.seed);
  const spanMs = options.seconds * 1000;
  const count = Math.round(options.seconds * options.rate);
  const planned = planJobs(random, Math.round(count * (1 - SPOKEN.discord - SPOKEN.slack)), spanMs);
  await lab.server.build();
  lab.server.spawn();
  await lab.server.ready();
  lab.receivers.begin();

  const telling = tellAll(lab, planned);
  const talking = talkAll(lab, random, { count, spanMs });
  await killAll(lab, random, spanMs);
  if (!lab.server.isLocalRunner) await lab.server.restart();
  const calmAt = Date.now();
  lab.calm();

  const isQuiet = await withinLimit(Promise.all([telling, talking]));
  const entries = readHistory(lab.history.path);
  const acked = ackedJobs(entries).map(({ jobId }) => jobId);
  const unsettled = await settle(lab, acked);
  const found = foundJobs(readHistory(lab.history.path));
  const open = [...unsettled, ...(await putAway(lab, found))];
  const jobIds = [...acked, ...found];
  const said = isQuiet ? await talking : [];
  await settleChannels(said);
  const measures = { converged_ms: Date.now() - calmAt, seconds: options.seconds };
  const stuck = isQuiet && open.length === 0 ? [] : await noteStuck(lab, open);
  const evidence = await gather(lab, { planned, said, jobIds });
  console.log(`Took ${Math.round((Date.now() - startedAt) / 1000)} s`);
  return { evidence, stuck, measures };
}

async function tellAll(lab: Lab, planned: readonly Planned[]): Promise<void> {
  const stories = new Stories(lab);
  const telling = planned.map(async (each) => {
    await sleep(each.atMs);
    await stories.tell(each);
  });
  await Promise.all(telling);
}

function talkAll(
  { people, history }: Lab,
  random: Random,
  { count, spanMs }: { readonly count: number; readonly spanMs: number },
): Promise<readonly Said[]> {
  const counts = {
    discord: Math.round(count * SPOKEN.discord),
    slack: Math.round(count * SPOKEN.slack),
  };
  const planned = planAll(random, { counts, spanMs, kinds: CHANNEL_KINDS });
  return Promise.all(
    planned.map(async (each) => {
      await sleep(each.atMs);
      while (!people.gate.isOpen) {
        await people.gate.passed();
        // Not all at once: they are people.
        await sleep(AFTER_UP_MS * (each.atMs % 10));
      }
      const one = await say(people, each);
      const { end, ackMs } = one;
      history.note({ k: "said", name: each.name, kind: each.kind, end, ackMs });
      return one;
    }),
  );
}

function killAll(lab: Lab, random: Random, spanMs: number): Promise<void> {
  const { server, client, history } = lab;
  const open = () => [...lab.open.keys()];
  return killUntil({ server, client, history, open }, random, Date.now() + spanMs);
}

/** A hang must not look like a slow run: everything that may say why is printed. */
async function noteStuck(lab: Lab, open: readonly string[]): Promise<readonly Fault[]> {
  const jobIds = [...new Set([...open, ...lab.open.keys()])];
  console.error(await dumpOpen(lab, jobIds));
  return [{ check: "stuck", what: `${open.length} jobs, ${lab.open.size} stories` }];
}

/**
 * Jobs of triggers that nobody answered: whoever would have answered their questions, or completed them,
 * does not know of them. Gives those that do not come to rest all the same.
 */
async function putAway(lab: Lab, jobIds: readonly string[]): Promise<readonly string[]> {
  for (const jobId of jobIds) {
    const { status, body } = await lab.client.until(`/jobs/${jobId}/cancel`, { body: {} });
    lab.history.note({ k: "act", what: "put away", jobId, status, answer: String(body["status"]) });
  }
  return settle(lab, jobIds);
}

/** Everything that is left, before and after one more crash. */
async function gather(
  lab: Lab,
  about: {
    readonly planned: readonly Planned[];
    readonly said: readonly Said[];
    readonly jobIds: readonly string[];
  },
): Promise<Evidence> {
  const { client, receivers, secrets, people, history } = lab;
  const pages = await readBook(client, about.jobIds);
  const state = await readState(lab);
  await lab.server.restart();
  const pagesAfter = await readBook(client, about.jobIds);
  // Who comes of a trigger that nobody answered may be heard of late.
  const late = foundJobs(readHistory(history.path)).filter((id) => !about.jobIds.includes(id));
  await putAway(lab, late);
  const latePages = await readBook(client, late);
  receivers.judge();
  const entries = readHistory(history.path);
  return {
    entries,
    planned: new Map(about.planned.map((each) => [each.name, each])),
    names: namesIn(entries),
    pages: [...pages, ...latePages],
    pagesAfter: [...pagesAfter, ...latePages],
    state,
    said: about.said,
    breaches: [...people.discord.breaches, ...people.slack.breaches],
    receivers,
    secrets,
  };
}

/** What the lab remembers: the state that all its jobs have left. */
async function readState({ client }: Lab): Promise<object> {
  const body = { payload: { updates: {} }, wait: 60 };
  const reply = await client.until("/trigger/lab/remember", { body });
  const { output = {} } = (reply.body["result"] ?? {}) as { readonly output?: object };
  return output;
}
