import { DurableObject } from "cloudflare:workers";
import {
  type EndpointRecord,
  isForgotten,
  withFailure,
} from "../../core/callback/endpoint-switch.ts";
import { after, days, epochMs, latest } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { logError, logWarning } from "../log.ts";

/** What is over is removed in passing: a day more or less is nothing to it. */
const SWEEP_MS = days(1);

const PREFIX = "endpoint:";

/**
 * Receivers that fail, of all jobs: a record each, by the hash of its URL. Sixteen of these objects share
 * them (`endpoint-switch.ts`). A receiver that is well has no record; to look one up writes nothing.
 */
export class EndpointObject extends DurableObject<GatewayEnv> {
  async look(hash: string): Promise<EndpointRecord | null> {
    return this.#read(hash);
  }

  /** A delivery failed. */
  async failed(hash: string, isGone: boolean): Promise<EndpointRecord> {
    const before = this.#read(hash);
    const record = withFailure(before, { isGone }, clock());
    this.ctx.storage.kv.put(`${PREFIX}${hash}`, record);
    if (before?.offSince !== record.offSince && record.offSince !== null) {
      logWarning("callback.endpoint_switched_off", { endpoint: hash, is_gone: isGone });
    }
    if ((await this.ctx.storage.getAlarm()) === null) this.#armSweep(0);
    return record;
  }

  /** A delivery arrived: whatever was, is over. */
  async succeeded(hash: string): Promise<null> {
    this.ctx.storage.kv.delete(`${PREFIX}${hash}`);
    return null;
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    try {
      let left = 0;
      for (const [key, record] of this.ctx.storage.kv.list<EndpointRecord>({ prefix: PREFIX })) {
        if (isForgotten(record, clock())) this.ctx.storage.kv.delete(key);
        else left += 1;
      }
      if (left > 0) this.#armSweep(info?.scheduledTime ?? 0);
    } catch (cause) {
      logError("endpoints.sweep_failed", cause);
      this.#armSweep(info?.scheduledTime ?? 0);
    }
  }

  #read(hash: string): EndpointRecord | null {
    return this.ctx.storage.kv.get<EndpointRecord>(`${PREFIX}${hash}`) ?? null;
  }

  #armSweep(firedAt: number): void {
    void this.ctx.storage.setAlarm(after(latest(clock(), epochMs(firedAt)), SWEEP_MS));
  }
}
