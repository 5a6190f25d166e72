import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { clientOf, type Send } from "./client.ts";

/** Jobs of each kind: what depends on the instant is shown as a mean. */
const JOBS = 20;

/** A job that calls nobody back pays nothing for those that do: the document and the alarm, twice. */
const ROWS_MAX = 4;

/** What to ask for, with a URL that no other job has: the switch must be looked up for each. */
const KINDS = {
  "no callback": { deliveries: 0, options: () => ({}) },
  callback_url: { deliveries: 1, options: (url: string) => ({ callback_url: url }) },
  state_webhook_url: { deliveries: 4, options: (url: string) => ({ state_webhook_url: url }) },
} as const;

/** What is billed for one waited direct job, on average. */
type Bill = {
  /** In the job's object, and in those that know endpoints: values and alarms. */
  readonly rows: number;
  /** Into the queue, and how often the queue called for them. */
  readonly messages: number;
  readonly batches: number;
  /** Calls and alarms of the job's object. */
  readonly job_requests: number;
  /** Calls of the objects that know endpoints. */
  readonly switch_requests: number;
};

export type CallbackRow = Bill & {
  readonly what: string;
  readonly deliveries: number;
  /** What each delivery adds to a job that calls nobody back; `null` = there is none. */
  readonly per_delivery: Bill | null;
  readonly target: string;
  readonly isMet: boolean;
};

type Counted = {
  readonly counts: { readonly [what: string]: number };
  readonly rows: { readonly job: number; readonly endpoints: number };
};

/** What callbacks cost, counted and not timed, on a server with the counted gateway. */
export async function callbackRows(url: string, runner: string): Promise<readonly CallbackRow[]> {
  const gateway = clientOf(url, new URL(url).host);
  const receiver = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.writeHead(204).end());
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  const rows: CallbackRow[] = [];
  for (const [kind, { deliveries, options }] of Object.entries(KINDS)) {
    const bill = await billOf(gateway, { name: `${port}/${kind}`, deliveries, options });
    const [without] = rows;
    rows.push({
      what: `${kind}, ${runner}`,
      deliveries,
      ...bill,
      per_delivery: without === undefined ? null : perDelivery(bill, without, deliveries),
      target: deliveries === 0 ? `≤ ${ROWS_MAX} rows` : "",
      isMet: deliveries > 0 || (bill.rows <= ROWS_MAX && bill.messages === 0),
    });
  }
  receiver.close();
  receiver.closeAllConnections();
  return rows;
}

type Kind = {
  /** Port and path of the receiver. */
  readonly name: string;
  readonly deliveries: number;
  readonly options: (url: string) => object;
};

/** Jobs one after another, each until the last word on its deliveries is written. */
async function billOf(gateway: Send, { name, deliveries, options }: Kind): Promise<Bill> {
  const before = await counted(gateway);
  let jobRows = 0;
  for (let job = 0; job < JOBS; job += 1) {
    const callback = options(`http://127.0.0.1:${name}/${job}`);
    const body = { payload: { text: "hello" }, wait: true, ...callback };
    const { job_id: jobId } = JSON.parse(await gateway("/trigger/lab/echo", body));
    await delivered(gateway, jobId, deliveries);
    jobRows += (await counted(gateway, jobId)).rows.job;
  }
  const after = await counted(gateway);
  const count = (...names: readonly string[]) =>
    mean(namedIn(after, names) - namedIn(before, names));
  return {
    rows: mean(jobRows + after.rows.endpoints - before.rows.endpoints),
    messages: count("runs.send", "callbacks.send"),
    batches: count("holdline-runs.batch", "holdline-callbacks.batch"),
    job_requests: count("submit", ...OF_DELIVERIES, "alarm"),
    switch_requests: count("endpoint.look", "endpoint.failed", "endpoint.succeeded"),
  };
}

/** What a direct job says to itself is no request: the report of its attempt. */
const OF_DELIVERIES = ["tellEndpoint", "claimDelivery", "noteDelivery"] as const;

/** Waits until the ledger has them all. Reading it costs no row, and is not counted. */
async function delivered(gateway: Send, jobId: string, deliveries: number): Promise<void> {
  for (;;) {
    const ledger = JSON.parse(await gateway(`/jobs/${jobId}/deliveries`, null));
    const rows = ledger.deliveries as readonly { readonly state: string }[];
    if (rows.filter(({ state }) => state === "delivered").length === deliveries) return;
  }
}

async function counted(gateway: Send, jobId?: string): Promise<Counted> {
  const query = jobId === undefined ? "" : `?job=${jobId}`;
  return JSON.parse(await gateway(`/counted${query}`, null)) as Counted;
}

function namedIn({ counts }: Counted, names: readonly string[]): number {
  return names.reduce((sum, name) => sum + (counts[name] ?? 0), 0);
}

function perDelivery(bill: Bill, without: Bill, deliveries: number): Bill {
  const added = (what: keyof Bill) => round((bill[what] - without[what]) / deliveries);
  return {
    rows: added("rows"),
    messages: added("messages"),
    batches: added("batches"),
    job_requests: added("job_requests"),
    switch_requests: added("switch_requests"),
  };
}

/** The row as a line of the table. */
export function callbackLine({ what, per_delivery: each, target, isMet, ...bill }: CallbackRow) {
  const columns = [
    what.padEnd(34),
    billText(bill),
    each === null ? "" : `per delivery ${billText(each)}`,
    target === "" ? "" : `${target} ${isMet ? "met" : "MISSED"}`,
  ];
  return columns.filter((column) => column !== "").join("  ");
}

/** Messages are those that were sent, and after the stroke the batches in which they came. */
function billText(bill: Bill): string {
  const { rows, messages, batches, job_requests: job, switch_requests: known } = bill;
  return `rows ${rows}  messages ${messages}/${batches}  job calls ${job}  switch calls ${known}`;
}

function mean(sum: number): number {
  return round(sum / JOBS);
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
