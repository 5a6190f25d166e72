import { setTimeout as sleep } from "node:timers/promises";
import type { Gateway } from "./gateway.ts";
import { type Spread, spreadOf } from "./measures.ts";
import { allStates, atEnd, type PlannedCallback, type PlannedJob } from "./plan.ts";
import type { Receivers } from "./receivers.ts";
import type { JobRecord } from "./records.ts";
import { readRecords, send, settle } from "./run.ts";

const HANGING = 20;
const HEALTHY = 30;

/** All of them within the ten seconds for which the others hang. */
const EVERY_MS = 150;

const SETTLED_MS_MAX = 30_000;

export type Crowding = { readonly hanging: number; readonly delay_ms: Spread };

/** How soon a healthy endpoint is told of events, while so many others hang and nothing else happens. */
export async function crowd(gateway: Gateway, receivers: Receivers): Promise<Crowding> {
  const urlOf: Receivers["urlOf"] = (kind, name) => receivers.urlOf(kind, name);
  const since = receivers.arrivals.length;
  const heldUp = Array.from({ length: HANGING }, (_, index) =>
    send(gateway, echo(`hanging-${index}`, atEnd("hang")), urlOf),
  );
  await Promise.all(heldUp);
  await sleep(HANGING * EVERY_MS);
  const hanging = receivers.arrivals.slice(since).filter(({ kind }) => kind === "hang").length;
  const jobs: { planned: PlannedJob; jobId: string }[] = [];
  for (let index = 0; index < HEALTHY; index += 1) {
    const planned = echo(`healthy-${index}`, allStates("healthy"));
    jobs.push({ planned, jobId: (await send(gateway, planned, urlOf)).job_id });
    await sleep(EVERY_MS);
  }
  await settle(
    gateway,
    jobs.map(({ jobId }) => jobId),
    SETTLED_MS_MAX,
  );
  const records = await readRecords(gateway, jobs);
  return { hanging, delay_ms: spreadOf(records.flatMap((record) => delaysOf(record, receivers))) };
}

/** From each event that was told to its first arrival; one that never came is never in time. */
function delaysOf({ events, rows }: JobRecord, { arrivals }: Receivers): readonly number[] {
  return rows.map(({ delivery_id: id, seq }) => {
    const at = Date.parse(events.find((event) => event.seq === seq)?.at ?? "");
    const first = arrivals.find((arrival) => arrival.id === id);
    return first === undefined ? SETTLED_MS_MAX : first.at - at;
  });
}

function echo(name: string, callback: PlannedCallback): PlannedJob {
  return {
    name,
    atMs: 0,
    work: "echo",
    command: "echo",
    payload: { text: name },
    options: {},
    ends: ["succeeded"],
    cancelAfterMs: null,
    callbacks: [callback],
  };
}
