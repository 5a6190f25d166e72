/**
 * The gateway with bindings and objects that count what the platform would bill. `GET /counted` has the
 * sums, and asks no object for them; with `?job=` also the rows of that job's object as SQLite counts them.
 * Everything else is the gateway as it is deployed.
 */
import type { GatewayEnv } from "../../../src/edge/env.ts";
import gateway, {
  BreakerObject as RealBreakerObject,
  EndpointObject as RealEndpointObject,
  JobObject as RealJobObject,
  KeyObject as RealKeyObject,
  LaneObject as RealLaneObject,
} from "../../../workers/gateway/index.ts";
import { underwayNow } from "./activity.ts";
import { countedBatch, countedEnv } from "./counted-env.ts";
import { countActivity, countedContext } from "./counted-object.ts";
import { count, counts } from "./counts.ts";

export class JobObject extends RealJobObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(countedContext("JOBS", ctx), countedEnv(env));
  }

  /** Rows and bytes as SQLite has them: rows since the object came to life, the alarm's among them. */
  async stored(): Promise<Stored> {
    const { sql } = this.ctx.storage;
    const rows = sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
    return { rows, bytes: sql.databaseSize };
  }
}

type Stored = { readonly rows: number; readonly bytes: number };

export class LaneObject extends RealLaneObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(countedContext("LANES", ctx), countedEnv(env));
  }
}

export class KeyObject extends RealKeyObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(countedContext("KEYS", ctx), countedEnv(env));
  }
}

export class EndpointObject extends RealEndpointObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(countedContext("ENDPOINTS", ctx), countedEnv(env));
  }
}

export class BreakerObject extends RealBreakerObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    super(countedContext("BREAKERS", ctx), env);
  }
}

countActivity("JOBS", JobObject);
countActivity("LANES", LaneObject);
countActivity("KEYS", KeyObject);
countActivity("ENDPOINTS", EndpointObject);

async function storedOf(env: GatewayEnv, jobId: string): Promise<Stored> {
  const stub = env.JOBS.get(env.JOBS.idFromString(jobId));
  return (stub as unknown as { stored: () => Promise<Stored> }).stored();
}

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/counted") {
      count("worker.fetch");
      return gateway.fetch(request, countedEnv(env), context);
    }
    const jobId = searchParams.get("job");
    const stored = jobId === null ? null : await storedOf(env, jobId);
    return Response.json({ counts, stored, underway: underwayNow() });
  },
  queue(batch, env) {
    count("worker.batch");
    return gateway.queue(countedBatch(batch), countedEnv(env));
  },
} satisfies ExportedHandler<GatewayEnv>;
