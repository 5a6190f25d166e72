import type { BenchServer, Runner } from "./bench-server.ts";
import { countKind } from "./count-kind.ts";
import type { Counts } from "./counted.ts";
import { KINDS } from "./kinds.ts";

/** A job that calls nobody back pays nothing for those that do: the document and the alarm, twice. */
const ROWS_MAX = 4;

/** The first calls nobody back: the others are shown as what they add to it. */
const COMPARED = ["direct, waited", "callback_url", "state_webhook_url"];

/** What is billed for one waited direct job, on average. */
type DeliveryBill = {
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

export type CallbackRow = DeliveryBill & {
  readonly what: string;
  readonly deliveries: number;
  /** What each delivery adds to a job that calls nobody back; `null` = there is none. */
  readonly per_delivery: DeliveryBill | null;
  readonly target: string;
  readonly isMet: boolean;
};

/** What callbacks cost, counted and not timed, on a server with the counted gateway. */
export async function callbackRows(
  server: BenchServer,
  runner: Runner,
): Promise<readonly CallbackRow[]> {
  const rows: CallbackRow[] = [];
  for (const kind of KINDS.filter(({ name }) => COMPARED.includes(name))) {
    const { counts, jobs } = await countKind(server, kind);
    const bill = deliveryBillOf(counts, jobs);
    const { deliveries = 0 } = kind;
    const [without] = rows;
    rows.push({
      what: `${deliveries === 0 ? "no callback" : kind.name}, ${runner}`,
      deliveries,
      ...bill,
      per_delivery: without === undefined ? null : perDelivery(bill, without, deliveries),
      target: deliveries === 0 ? `≤ ${ROWS_MAX} rows` : "",
      isMet: deliveries > 0 || (bill.rows <= ROWS_MAX && bill.messages === 0),
    });
  }
  return rows;
}

function deliveryBillOf(counts: Counts, jobs: number): DeliveryBill {
  const count = (...names: readonly string[]) =>
    round(names.reduce((sum, name) => sum + (counts[name] ?? 0), 0) / jobs);
  return {
    rows: count("JOBS.rows_written", "ENDPOINTS.rows_written"),
    messages: count("runs.send", "callbacks.send"),
    batches: count("holdline-runs.batch", "holdline-callbacks.batch"),
    job_requests: count("JOBS.submit", "JOBS.alarm", ...OF_DELIVERIES),
    switch_requests: count("ENDPOINTS.look", "ENDPOINTS.failed", "ENDPOINTS.succeeded"),
  };
}

const OF_DELIVERIES = ["JOBS.tellEndpoint", "JOBS.claimDelivery", "JOBS.noteDelivery"] as const;

function perDelivery(bill: DeliveryBill, without: DeliveryBill, deliveries: number): DeliveryBill {
  const added = (what: keyof DeliveryBill) => round((bill[what] - without[what]) / deliveries);
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
function billText(bill: DeliveryBill): string {
  const { rows, messages, batches, job_requests: job, switch_requests: known } = bill;
  return `rows ${rows}  messages ${messages}/${batches}  job calls ${job}  switch calls ${known}`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
