import type { Job } from "../job/job.ts";

/**
 * Names one event's way to one endpoint, the same on every attempt: the `webhook-id` by which receivers
 * drop what comes twice. Without a dot, because it is signed with dots around it.
 */
export function deliveryId({ id }: Pick<Job, "id">, endpoint: number, seq: number): string {
  return `msg_${id}_${endpoint}_${seq}`;
}

/** The endpoint and the event that an id names; `null` where `deliveryId` writes no such one for this job. */
export function readDeliveryId(
  { id }: Pick<Job, "id">,
  text: string,
): { readonly endpoint: number; readonly seq: number } | null {
  const prefix = `msg_${id}_`;
  const [, endpoint, seq] =
    /^([1-9]\d{0,2})_([1-9]\d{0,14})$/.exec(text.slice(prefix.length)) ?? [];
  if (!text.startsWith(prefix) || endpoint === undefined || seq === undefined) return null;
  return { endpoint: Number(endpoint), seq: Number(seq) };
}
