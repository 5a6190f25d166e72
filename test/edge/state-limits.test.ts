import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { attemptToken } from "../../src/core/job/step.ts";
import type { Outcome } from "../../src/core/plugin/outcome.ts";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { attemptInvoke } from "../../src/edge/job/attempt-invoke.ts";
import { laneOf } from "../../src/edge/lane/lane-client.ts";
import { aSuccess } from "../support/a-command.ts";
import { messageFor, newObject, submit, until } from "./support.ts";

const lane = { concurrency: null, isStateful: true };
const half = "x".repeat(600_000);

const aRequest = { protocol: 1, command: "keep", payload: {} } as unknown as PluginRequest;
const context = { signal: new AbortController().signal };

/** Calls a plugin that answers so, as an attempt that has the state to itself. */
function invoked(plugin: string, answer: object, over: Partial<GatewayEnv> = {}): Promise<Outcome> {
  const seen: PluginRequest[] = [];
  const binding = {
    manifest: async () => ({}),
    invoke: async (request: PluginRequest) => {
      seen.push(request);
      return { protocol: 1, status: "ok", text: JSON.stringify(request.state), ...answer };
    },
  };
  const way = { plugin, transport: "binding", binding: "PLUGIN_KEEPER", lane } as const;
  return attemptInvoke(way, { ...env, ...over, PLUGIN_KEEPER: binding } as GatewayEnv)(
    aRequest,
    context,
  );
}

/** Leaves something in the state of a plugin, as an attempt does that ends well. */
async function remembered(plugin: string, updates: object): Promise<void> {
  const job = newObject().id;
  const entry = { job, step: messageFor(newObject()).step, attempt: 1 };
  const line = laneOf(env, plugin);
  await line.call((at) => at.enter({ ...entry, since: 0 as never, isStateful: true }, null));
  await line.call((at) => at.leave(entry, { updates: { ...updates }, replace: false }));
}

describe("a plugin with state", () => {
  test("is handed the state as those before it have left it", async () => {
    await remembered("keeper-a", { seen: 3 });

    expect(await invoked("keeper-a", {})).toMatchObject({ result: { text: '{"seen":3}' } });
  });

  test("fails its attempt when it would leave more than 1 MiB, and keeps its logs", async () => {
    await remembered("keeper-b", { first: half });
    const logs = [{ level: "info", message: "kept much" }];

    const answer = { text: "done", state_updates: { second: half }, logs };
    expect(await invoked("keeper-b", answer)).toMatchObject({
      kind: "failure",
      code: "state_too_large",
      reason: "protocol_fault",
      logs,
    });
    const replacing = { ...answer, state_replace: true };
    expect(await invoked("keeper-b", replacing)).toMatchObject({ kind: "success" });
  });

  test("is tried again later when its state cannot be read", async () => {
    const away = { get: () => ({}), idFromName: () => ({}) } as unknown as DurableObjectNamespace;

    expect(await invoked("keeper-c", {}, { LANES: away })).toMatchObject({
      kind: "failure",
      reason: "transport",
      retryable: true,
    });
  });
});

test("somebody outside who would leave too much state is refused, and may complete it otherwise", async () => {
  const plugin = "keeper-d";
  await remembered(plugin, { first: half });
  const object = newObject();
  await submit(object, { plugin, lane });
  await until(async () => (await object.job.snapshot())?.waits_for === "start");
  const claim = { step: messageFor(object).step, attempt: 1, token: attemptToken("outside") };
  await object.job.claim(claim);
  const completion = (second: string) =>
    ({ ...aSuccess, stateUpdates: { updates: { second }, replace: false } }) as Outcome;

  expect(await object.job.complete(claim.token, completion(half))).toEqual({
    ok: false,
    reason: { code: "state_too_large" },
  });
  expect(await object.job.complete(claim.token, completion("little"))).toMatchObject({ ok: true });
  const state = () => laneOf(env, plugin).call((at) => at.state());
  await until(async () => (await state())["second"] === "little");
});
