/**
 * The gateway with objects and queues that say aloud whenever they are made, asked or sent to: what the
 * platform would bill. `GET /counted` has the sums. Everything else is the gateway as it is deployed.
 */
import type { GatewayEnv } from "../../../src/edge/env.ts";
import gateway, {
  EndpointObject as RealEndpointObject,
  JobObject as RealJobObject,
} from "../../../workers/gateway/index.ts";

// The configuration names them. Not counted.
export { BreakerObject, KeyObject, LaneObject } from "../../../workers/gateway/index.ts";

const ASKED_OF_JOB = [
  "fetch",
  "submit",
  "snapshot",
  "events",
  "claim",
  "run",
  "extend",
  "progress",
  "report",
  "cancel",
  "claimDelivery",
  "noteDelivery",
  "tellEndpoint",
  "alarm",
  "webSocketMessage",
] as const;

const ASKED_OF_ENDPOINT = ["look", "failed", "succeeded", "alarm"] as const;

const counts: { [what: string]: number } = {};

function count(what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
  console.log(`counted: ${what}`);
}

/** Rows as SQLite counts them, since the object came to life: values, and the alarm, which is a row too. */
function rowsWritten({ sql }: DurableObjectStorage): number {
  return sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
}

export class JobObject extends RealJobObject {
  constructor(ctx: DurableObjectState, env: GatewayEnv) {
    const { RUNS, CALLBACKS } = env;
    super(ctx, {
      ...env,
      RUNS: counted(RUNS, "runs.send"),
      CALLBACKS: counted(CALLBACKS, "callbacks.send"),
    });
    count("constructor");
  }

  async rowsWritten(): Promise<number> {
    return rowsWritten(this.ctx.storage);
  }
}

export class EndpointObject extends RealEndpointObject {
  async rowsWritten(): Promise<number> {
    return rowsWritten(this.ctx.storage);
  }
}

countCalls(JobObject.prototype, RealJobObject.prototype, { names: ASKED_OF_JOB, prefix: "" });
countCalls(EndpointObject.prototype, RealEndpointObject.prototype, {
  names: ASKED_OF_ENDPOINT,
  prefix: "endpoint.",
});

function countCalls(
  target: object,
  real: object,
  { names, prefix }: { readonly names: readonly string[]; readonly prefix: string },
): void {
  for (const name of names) {
    const method = Reflect.get(real, name) as (...args: unknown[]) => unknown;
    Object.defineProperty(target, name, {
      value(this: unknown, ...args: unknown[]) {
        count(`${prefix}${name}`);
        return method.apply(this, args);
      },
    });
  }
}

/** The queue, counting the messages that it is sent. */
function counted(queue: Queue, what: string): Queue {
  const send: Queue["send"] = (...args) => {
    count(what);
    return queue.send(...args);
  };
  return new Proxy(queue, {
    get: (target, name) => (name === "send" ? send : Reflect.get(target, name)),
  });
}

/** The digits that endpoints are spread by. */
const SHARDS = [..."0123456789abcdef"];

type Counted = { readonly rowsWritten: () => Promise<number> };

/** The rows of all objects that know endpoints, and of one job's. */
async function rowsOf(env: GatewayEnv, jobId: string | null): Promise<object> {
  const job = jobId === null ? null : counting(env.JOBS.get(env.JOBS.idFromString(jobId)));
  const shards = SHARDS.map((digit) => counting(env.ENDPOINTS.getByName(digit)));
  const rows = await Promise.all(shards.map((shard) => shard.rowsWritten()));
  const endpoints = rows.reduce((sum, each) => sum + each, 0);
  return { job: (await job?.rowsWritten()) ?? 0, endpoints };
}

function counting(stub: unknown): Counted {
  return stub as Counted;
}

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/counted") return gateway.fetch(request, env, context);
    return Response.json({ counts, rows: await rowsOf(env, searchParams.get("job")) });
  },
  queue(batch, env) {
    count(`${batch.queue}.batch`);
    return gateway.queue(batch, env);
  },
} satisfies ExportedHandler<GatewayEnv>;
