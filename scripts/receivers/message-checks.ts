import type { Arrival, Judged } from "./receivers.ts";
import { type DeliveryRecord, type Fault, wantedBy } from "./records.ts";
import { isSignedWith, withFlippedByte } from "./signature.ts";

/** As long as an attempt may take: it is signed as it goes out, and the machine is busy. */
const FRESH_MS_MAX = 10_000;

/** First arrivals come in the order of the events, for each job and endpoint. */
export function orderFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  const lines = Map.groupBy(
    deliveries.filter(({ arrivals }) => arrivals.length > 0),
    ({ row, record }) => `${record.planned.name} to ${row.endpoint}`,
  );
  return [...lines].flatMap(([line, told]) => {
    const seqs = told
      .toSorted((left, right) => firstOf(left) - firstOf(right))
      .map(({ arrivals }) => Number(arrivals[0]?.key.split(":")[1]));
    const isOrdered = seqs.every((seq, index) => index === 0 || seq > (seqs[index - 1] ?? 0));
    return isOrdered ? [] : [{ check: "out_of_order", what: `${line}: ${seqs.join(", ")}` }];
  });
}

/** One delivery has one id, one key and one body, however often it comes, and nothing else has them. */
export function identityFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  return deliveries.flatMap(({ row, record, arrivals }) => {
    const key = `${record.job.job_id}:${row.seq}`;
    const bodies = new Set(arrivals.map(({ body }) => body));
    const what = `${row.delivery_id} to ${row.endpoint}`;
    return [
      ...(arrivals.every((arrival) => arrival.key === key)
        ? []
        : [{ check: "unstable_id", what: `${what}: keys are not ${key}` }]),
      ...(bodies.size <= 1 ? [] : [{ check: "unstable_body", what: `${what}: ${bodies.size}` }]),
    ];
  });
}

/** What is said is what happened. */
export function bodyFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  return deliveries.flatMap(({ row, callback, record, arrivals: [first] }) => {
    if (first === undefined) return [];
    const wanted = wantedBy(callback, record.events).find(({ event }) => event.seq === row.seq);
    const said = JSON.parse(first.body) as Said;
    const isRight =
      callback.profile === "states"
        ? said.state === wanted?.state &&
          said.previous_state === wanted?.previous &&
          said.seq === row.seq
        : said.type === wanted?.event.type && said.timestamp === wanted?.event.at;
    const what = `${row.delivery_id} to ${callback.kind}: ${first.body.slice(0, 200)}`;
    return isRight ? [] : [{ check: "wrong_body", what }];
  });
}

type Said = {
  readonly type?: string;
  readonly timestamp?: string;
  readonly state?: string;
  readonly previous_state?: string | null;
  readonly seq?: number;
};

/** Every attempt has a time of its own. */
export function timestampFaults(arrivals: readonly Arrival[]): readonly Fault[] {
  return arrivals.flatMap(({ id, kind, at, timestamp }) => {
    const ms = at - Number(timestamp) * 1000;
    if (ms >= 0 && ms <= FRESH_MS_MAX) return [];
    return [{ check: "stale_timestamp", what: `${id} to ${kind}: ${ms} ms old` }];
  });
}

/** Either secret proves it, to the npm package and to somebody who has none; a changed byte to nobody. */
export async function signatureFaults(
  judged: readonly Judged[],
  secrets: readonly string[],
): Promise<readonly Fault[]> {
  const checked = judged.map(async ({ arrival, isTaken, isFlippedTaken }) => {
    const flipped = { ...arrival, body: withFlippedByte(arrival.body) };
    const whole = secrets.map((secret) => isSignedWith(secret, arrival));
    const broken = secrets.map((secret) => isSignedWith(secret, flipped));
    const isRight =
      isTaken.every(Boolean) &&
      !isFlippedTaken &&
      (await Promise.all(whole)).every(Boolean) &&
      !(await Promise.all(broken)).some(Boolean);
    return isRight ? [] : [{ check: "wrong_signature", what: `${arrival.id} to ${arrival.kind}` }];
  });
  return (await Promise.all(checked)).flat();
}

function firstOf({ arrivals }: DeliveryRecord): number {
  return arrivals[0]?.number ?? 0;
}
