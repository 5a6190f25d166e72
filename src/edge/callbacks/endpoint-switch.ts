import type { EndpointRecord } from "../../core/callback/endpoint-switch.ts";
import type { Verdict } from "../../core/callback/verdict.ts";
import { messageOf } from "../../lang/message-of.ts";
import { after, type EpochMs, minutes, seconds } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { logWarning } from "../log.ts";
import { callObject } from "../object-call.ts";
import { sha256Hex } from "../sha256.ts";
import type { EndpointObject } from "./endpoint-object.ts";

/** What an isolate knows of an endpoint holds for so long: a receiver that is well costs a look a minute. */
const KNOWN_MS = minutes(1);

/** A failing receiver is told of no more often than this: its record says since when, not how often. */
const TELL_EVERY_MS = minutes(10);

/** Nobody waits for a switch: where it cannot be asked in time, the delivery goes out. */
const ASK_MS_MAX = seconds(2);

/** Endpoints that an isolate remembers: a hash and a record each. */
const KNOWN_MAX = 1000;

type Known = {
  readonly record: EndpointRecord | null;
  readonly at: EpochMs;
  /** When a failure of it was last told; 0 = never by this isolate. */
  readonly toldAt: number;
};

type Methods = Pick<EndpointObject, "look" | "failed" | "succeeded">;

const known = new Map<string, Known>();

/** A receiver: whoever names its URL with another secret is refused there, and that is not held against it. */
export type Receiver = {
  readonly url: string;
  /** The secret's name; `null` = the gateway's own. */
  readonly secret: string | null;
  /** What arrived was asked for by hand: it switches the endpoint on, whatever this isolate knows. */
  readonly isResent?: boolean;
};

/** Whether nothing is sent there any more, of any job. Costs nothing while the isolate knows. */
export async function isSwitchedOff(env: GatewayEnv, receiver: Receiver): Promise<boolean> {
  const hash = await hashOf(receiver);
  const seen = known.get(hash);
  if (seen !== undefined && clock() < after(seen.at, KNOWN_MS)) {
    return seen.record?.offSince != null;
  }
  const record = await asked(env, hash, (shard) => shard.look(hash));
  if (record === undefined) return false;
  remember(hash, { record, at: clock(), toldAt: seen?.toldAt ?? 0 });
  return record?.offSince != null;
}

/** Takes in how a delivery went: the first success after failures, and failures now and then. */
export async function hearOfDelivery(
  env: GatewayEnv,
  receiver: Receiver,
  verdict: Verdict,
): Promise<void> {
  const hash = await hashOf(receiver);
  const seen = known.get(hash);
  if (verdict.kind === "delivered") {
    if (seen?.record == null && receiver.isResent !== true) return;
    const record = await asked(env, hash, (shard) => shard.succeeded(hash));
    if (record !== undefined) remember(hash, { record: null, at: clock(), toldAt: 0 });
    return;
  }
  if (!isOfReceiver(verdict)) return;
  const isGone = verdict.kind === "gone";
  const isNews = clock() >= (seen?.toldAt ?? 0) + TELL_EVERY_MS;
  if (!isGone && !isNews) return;
  const record = await asked(env, hash, (shard) => shard.failed(hash, isGone));
  if (record !== undefined) remember(hash, { record, at: clock(), toldAt: clock() });
}

function hashOf({ url, secret }: Receiver): Promise<string> {
  return sha256Hex(JSON.stringify([url, secret]));
}

/** What we got wrong says nothing against whoever was to be told. */
function isOfReceiver(verdict: Verdict): boolean {
  if (verdict.kind !== "failed") return true;
  return !["no_secret", "url_not_allowed", "switched_off", "internal"].includes(verdict.error);
}

/** Asks the object that has the record; `undefined` = it could not be asked in time. */
async function asked<Answer>(
  env: GatewayEnv,
  hash: string,
  ask: (shard: Methods) => Promise<Answer>,
): Promise<Answer | undefined> {
  const late = scheduler.wait(ASK_MS_MAX).then(() => undefined);
  const shard = () => env.ENDPOINTS.getByName(hash.slice(0, 1)) as unknown as Methods;
  const asking = callObject(shard, ask).catch((cause: unknown) => {
    logWarning("callback.switch_not_asked", { message: messageOf(cause) });
    return undefined;
  });
  return Promise.race([asking, late]);
}

function remember(hash: string, what: Known): void {
  known.delete(hash);
  known.set(hash, what);
  const [oldest] = known.keys();
  if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
}
