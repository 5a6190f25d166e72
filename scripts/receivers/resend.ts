import type { Gateway } from "./gateway.ts";
import type { ReceiverKind } from "./kinds.ts";
import { FINAL, type PlannedJob } from "./plan.ts";
import type { Receivers } from "./receivers.ts";
import type { Fault, JobRecord } from "./records.ts";
import { settle } from "./run.ts";

/** Receivers that nothing could be delivered to, and that are back now. */
const BACK: readonly ReceiverKind[] = ["down", "gone_shared"];

const SETTLED_MS_MAX = 30_000;

/** Nothing of a ledger that is settled changes, whatever dies. */
export function changedFaults(
  before: readonly JobRecord[],
  after: readonly JobRecord[],
): readonly Fault[] {
  return before.flatMap((record, index) =>
    JSON.stringify(record) === JSON.stringify(after[index])
      ? []
      : [{ check: "changed", what: `${record.planned.name} is not what it was before the crash` }],
  );
}

/** Sends again, one by one, all that could not be delivered to receivers that are back: it arrives. */
export async function resendAll(
  gateway: Gateway,
  records: readonly JobRecord[],
  receivers: Receivers,
): Promise<{ readonly resent: number; readonly faults: readonly Fault[] }> {
  const failed = records.flatMap(({ planned, job, rows }) =>
    rows
      .filter(({ endpoint }) => isBack(planned, endpoint, receivers))
      .filter(({ state }) => state === "failed")
      .map((row) => ({ jobId: job.job_id, row })),
  );
  const since = Date.now();
  for (const { jobId, row } of failed) await gateway.resend(jobId, row.delivery_id);
  await settle(gateway, [...new Set(failed.map(({ jobId }) => jobId))], SETTLED_MS_MAX);
  const faults: Fault[] = failed.length === 0 ? [{ check: "resend", what: "None to send" }] : [];
  for (const { jobId, row } of failed) {
    const rows = await gateway.deliveries(jobId);
    const now = rows.find(({ delivery_id }) => delivery_id === row.delivery_id);
    const came = receivers.arrivals.filter(({ id, at }) => id === row.delivery_id && at >= since);
    if (now?.state === "delivered" && came.length === 1) continue;
    const what = `${row.delivery_id}: ${now?.state}, ${now?.last_error}, came ${came.length} times`;
    faults.push({ check: "resend", what });
  }
  return { resent: failed.length, faults };
}

function isBack(planned: PlannedJob, endpoint: string, receivers: Receivers): boolean {
  return BACK.some((kind) => receivers.urlOf(kind, planned.name) === endpoint);
}

/** A job for a URL that was switched off, and has taken in again what was sent by hand. */
export function afterwards(): PlannedJob {
  const kind = "gone_shared";
  return {
    name: "afterwards",
    atMs: 0,
    work: "echo",
    command: "echo",
    payload: { text: "Are you back?" },
    options: {},
    ends: ["succeeded"],
    cancelAfterMs: null,
    callbacks: [{ form: "callback_url", kind, profile: "standard", events: FINAL }],
  };
}
