import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { DEFAULT_CALLBACK_EVENTS } from "../../src/core/callback/callback-events.ts";
import type { DeliveryView } from "../../src/core/callback/delivery-view.ts";
import type { Callback } from "../../src/core/callback/endpoint.ts";
import { consumeCallbacks } from "../../src/edge/callbacks/callback-queue.ts";
import { durationMs } from "../../src/lang/time.ts";
import { aCallback } from "../support/a-callback.ts";
import type { Arrival, Reaction } from "../support/global-receiver.ts";
import { submit, type TestObject } from "./support.ts";

let count = 0;

/** A receiver of its own: nothing that came for another test came for this one. */
export function aReceiver() {
  count += 1;
  const name = `${Date.now()}-${count}-${Math.random().toString(36).slice(2)}`;
  const base = inject("receiver");
  const requests = async () => {
    const response = await fetch(`${base}/arrivals/${name}`);
    return (await response.json()) as readonly Arrival[];
  };
  return {
    /** As an application or a channel of Discord's: see `vitest.config.ts`. */
    name,
    url: `${base}/hook/${name}`,
    reacts: async (...reactions: readonly Reaction[]) => {
      const response = await fetch(`${base}/react/${name}`, {
        method: "POST",
        body: JSON.stringify(reactions),
      });
      await response.arrayBuffer();
    },
    /** Whatever came, unread. */
    requests,
    arrivals: async () =>
      (await requests()).map(({ headers, body }) => ({
        headers,
        body: JSON.parse(body) as { readonly [key: string]: unknown },
        text: body,
      })),
  };
}

/** Somebody at this URL who is told of every change of state, and tried twice in a while. */
export function callbackTo(url: string, over: Partial<Callback> = {}): Callback {
  const retry = { maxAttempts: 2, baseMs: durationMs(5000), maxMs: durationMs(5000) };
  return aCallback({ url, retry, ...over });
}

/** Somebody who is told of the end alone. */
export function endCallbackTo(url: string): Callback {
  return callbackTo(url, { profile: "standard", events: DEFAULT_CALLBACK_EVENTS.standard });
}

/** Submits a job that these are told of. */
export function submitWith(object: TestObject, ...callbacks: readonly Callback[]) {
  return submit(object, {}, { callbacks });
}

/** What a queue would bring about the first endpoint of a job, or another one. */
export function callbackMessage({ id }: TestObject, endpoint = 1) {
  return { v: 1, job: id, endpoint };
}

/** Delivers messages to the consumer, as the queue would, and says what became of each. */
export async function deliverCallbacks(
  bodies: readonly unknown[],
  runner: "consumer" | "object" = "consumer",
) {
  const batch = createMessageBatch(
    "holdline-callbacks",
    bodies.map((body, index) => ({ id: `m${index}`, timestamp: 0, attempts: 1, body })),
  );
  await consumeCallbacks(batch, { ...env, QUEUE_RUNNER: runner });
  const result = await getQueueResult(batch, createExecutionContext());
  return { acked: result.explicitAcks, retried: result.retryMessages.map(({ msgId }) => msgId) };
}

export async function ledgerOf(object: TestObject): Promise<readonly DeliveryView[]> {
  return (await object.job.deliveries()) ?? [];
}
