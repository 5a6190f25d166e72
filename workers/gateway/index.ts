import { consumeCallbacks } from "../../src/edge/callbacks/callback-queue.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { consumeRuns } from "../../src/edge/run/run-queue.ts";
import { createApp } from "../../src/http/app.ts";

export { BreakerObject } from "../../src/edge/breaker/breaker-object.ts";
export { EndpointObject } from "../../src/edge/callbacks/endpoint-object.ts";
export { JobObject } from "../../src/edge/job/job-object.ts";
export { KeyObject } from "../../src/edge/key/key-object.ts";
export { LaneObject } from "../../src/edge/lane/lane-object.ts";

const app = createApp();

/** As wrangler.toml names it. */
const CALLBACKS_QUEUE = "holdline-callbacks";

export default {
  fetch: app.fetch,
  queue: (batch, env) =>
    batch.queue === CALLBACKS_QUEUE ? consumeCallbacks(batch, env) : consumeRuns(batch, env),
} satisfies ExportedHandler<GatewayEnv>;
