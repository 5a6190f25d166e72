import { setTimeout as sleep } from "node:timers/promises";

/** What of a job the checks look at. */
export type JobView = {
  readonly job_id: string;
  readonly status: string;
  readonly seq: number;
  readonly created_at: string;
  readonly finished_at: string | null;
};

export type EventView = {
  readonly seq: number;
  readonly type: string;
  readonly at: string;
  readonly data: { readonly phase?: string };
};

/** A row of the ledger. */
export type DeliveryRow = {
  readonly delivery_id: string;
  readonly endpoint: string;
  readonly profile: string;
  readonly event: string;
  readonly seq: number;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
};

/** A server that may be dead at the moment: whoever asks it asks again until it answers. */
export class Gateway {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** With a key, so that it can be sent again however the first time ended. */
  async trigger(command: string, body: object, key: string): Promise<JobView> {
    const headers = { "idempotency-key": key };
    return (await this.#ask(`/trigger/lab/${command}`, { headers, body })) as JobView;
  }

  async cancel(jobId: string): Promise<JobView> {
    return (await this.#ask(`/jobs/${jobId}/cancel`, { body: {} })) as JobView;
  }

  async resend(jobId: string, deliveryId: string): Promise<DeliveryRow> {
    const path = `/jobs/${jobId}/deliveries/${deliveryId}/resend`;
    return (await this.#ask(path, { body: {} })) as DeliveryRow;
  }

  async job(jobId: string): Promise<JobView> {
    return (await this.#ask(`/jobs/${jobId}`)) as JobView;
  }

  async deliveries(jobId: string): Promise<readonly DeliveryRow[]> {
    const answer = await this.#ask(`/jobs/${jobId}/deliveries`);
    return (answer as { deliveries: readonly DeliveryRow[] }).deliveries;
  }

  async events(jobId: string): Promise<readonly EventView[]> {
    const found: EventView[] = [];
    for (;;) {
      const after = found.at(-1)?.seq ?? 0;
      const answer = await this.#ask(`/jobs/${jobId}/events?after=${after}&limit=1000`);
      const { events } = answer as { events: readonly EventView[] };
      found.push(...events);
      if (events.length === 0) return found;
    }
  }

  async #ask(path: string, { headers = {}, body }: Asked = {}): Promise<unknown> {
    for (;;) {
      const response = await this.#try(path, { headers, body });
      if (response?.ok === true) return response.body;
      if (response !== null) throw new Error(`${path} answered ${JSON.stringify(response.body)}`);
      await sleep(200);
    }
  }

  /** `null`: the server died under the request, or is not up yet. */
  async #try(
    path: string,
    { headers, body }: Asked,
  ): Promise<{ ok: boolean; body: unknown } | null> {
    const post = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    try {
      const response = await fetch(`${this.#url}${path}`, {
        headers: { "content-type": "application/json", ...headers },
        ...post,
      });
      return { ok: response.ok, body: await response.json() };
    } catch {
      return null;
    }
  }
}

type Asked = {
  readonly headers?: { readonly [name: string]: string };
  readonly body?: object | undefined;
};
