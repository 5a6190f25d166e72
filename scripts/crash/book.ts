import { createHash } from "node:crypto";
import type { DeliveryRow, EventView } from "../receivers/gateway.ts";
import type { Client } from "./client.ts";
import type { JobView } from "./job-view.ts";

/** Everything that the gateway says of one job, as it said it. */
export type Page = {
  readonly jobId: string;
  readonly status: number;
  readonly job: JobView;
  readonly events: readonly EventView[];
  readonly rows: readonly DeliveryRow[];
  /** SHA-256 of the bytes of each artifact, by its name. */
  readonly bytes: { readonly [name: string]: string };
  /** All of it in one text: what must be the same for ever. */
  readonly text: string;
};

/** As many jobs are read at once. */
const READERS = 8;

const EVENTS_MAX = 1000;

/** What the gateway says of these jobs. */
export function readBook(client: Client, jobIds: readonly string[]): Promise<readonly Page[]> {
  return inTurn(jobIds, (jobId) => readPage(client, jobId));
}

async function readPage(client: Client, jobId: string): Promise<Page> {
  const path = `/jobs/${jobId}`;
  const job = await client.until(path);
  const events = await client.until(`${path}/events?limit=${EVENTS_MAX}`);
  const deliveries = await client.until(`${path}/deliveries`);
  const view = job.body as unknown as JobView;
  const bytes: { [name: string]: string } = {};
  for (const { name } of view.artifacts ?? []) {
    bytes[name] = await hashOf(client, `${path}/artifacts/${name}`);
  }
  return {
    jobId,
    status: job.status,
    job: view,
    events: (events.body["events"] ?? []) as readonly EventView[],
    rows: (deliveries.body["deliveries"] ?? []) as readonly DeliveryRow[],
    bytes,
    text: [job.text, events.text, deliveries.text, JSON.stringify(bytes)].join("\n"),
  };
}

async function hashOf(client: Client, path: string): Promise<string> {
  const response = await client.open(path, {}, AbortSignal.timeout(30_000));
  const bytes = new Uint8Array(await response.arrayBuffer());
  return createHash("sha256").update(bytes).digest("hex");
}

/** A few at a time: the machine has other work to do. */
export async function inTurn<Item, Found>(
  items: readonly Item[],
  read: (item: Item) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const left = [...items.entries()];
  const readers = Array.from({ length: READERS }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, item] = next;
      found[index] = await read(item);
    }
  });
  await Promise.all(readers);
  return found;
}
