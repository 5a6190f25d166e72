/**
 * The gateway in the moment before a crash: it claims a trigger's keys and never gets to submit the job.
 * `GET /stuck` says how many triggers have come so far. Everything else is the gateway as it is deployed.
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

/** Longer than any test waits. */
const FOR_EVER_MS = 600_000;

let stuck = 0;

async function submit(): Promise<never> {
  stuck += 1;
  await scheduler.wait(FOR_EVER_MS);
  throw new Error("Stuck on purpose");
}

/** The namespace with jobs that nothing can be submitted to. */
function stuckJobs(jobs: DurableObjectNamespace): DurableObjectNamespace {
  return new Proxy(jobs, {
    get(target, name) {
      if (name === "get") return () => ({ submit });
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export default {
  fetch(request, env, context) {
    if (new URL(request.url).pathname === "/stuck") return Response.json({ stuck });
    return gateway.fetch(request, { ...env, JOBS: stuckJobs(env.JOBS) }, context);
  },
  queue: gateway.queue,
} satisfies ExportedHandler<GatewayEnv>;
