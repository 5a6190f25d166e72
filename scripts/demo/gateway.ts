import { setTimeout as sleep } from "node:timers/promises";

/** A row of `GET /jobs/{id}/deliveries`, as far as the demo shows it. */
export type LedgerRow = {
  readonly delivery_id: string;
  readonly job_state: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly next_attempt_at: string | null;
};

/** Asks the gateway, and returns what it answers. */
export async function ask<Answer>(url: string, body?: object): Promise<Answer> {
  const headers = { "content-type": "application/json" };
  const post = body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) };
  const response = await fetch(url, post);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** The ledger, as soon as it is as it should be; after `msMax` as it is. */
export async function ledgerWhen(
  jobUrl: string,
  isReady: (rows: readonly LedgerRow[]) => boolean,
  msMax: number,
): Promise<readonly LedgerRow[]> {
  const until = Date.now() + msMax;
  for (;;) {
    const { deliveries } = await ask<{ deliveries: readonly LedgerRow[] }>(`${jobUrl}/deliveries`);
    if (isReady(deliveries) || Date.now() > until) return deliveries;
    await sleep(50);
  }
}
