/**
 * The gateway on a day on which no job can be reached: nothing is submitted before `GET /let-go`. Everything
 * else is the gateway as it is deployed.
 */
import type { GatewayEnv } from "../../../src/edge/env.ts";
import gateway from "../../../workers/gateway/index.ts";

export {
  BreakerObject,
  EndpointObject,
  JobObject,
  KeyObject,
  LaneObject,
} from "../../../workers/gateway/index.ts";

const LOOK_MS = 10;

let isHeld = true;

/** A request may not wait for a promise of another one: it looks. */
async function letGo(): Promise<void> {
  while (isHeld) await scheduler.wait(LOOK_MS);
}

/** The object of a job, to which nothing gets through while it is held. */
function heldJob(job: DurableObjectStub): DurableObjectStub {
  return new Proxy(job, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (name !== "submitOnce" || typeof method !== "function") return method;
      return async (...given: readonly unknown[]) => {
        await letGo();
        return Reflect.apply(method, target, given);
      };
    },
  });
}

function heldJobs(jobs: DurableObjectNamespace): DurableObjectNamespace {
  return new Proxy(jobs, {
    get(target, name) {
      if (name === "get") return (id: DurableObjectId) => heldJob(target.get(id));
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/let-go") {
      isHeld = false;
      return new Response("Let go");
    }
    return gateway.fetch(request, { ...env, JOBS: heldJobs(env.JOBS) }, context);
  },
  queue: gateway.queue,
} satisfies ExportedHandler<GatewayEnv>;
