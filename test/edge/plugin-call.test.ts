import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { bindingInvoke, boundPlugin } from "../../src/edge/plugin/bound-plugin.ts";
import { callPlugin } from "../../src/edge/plugin/plugin-call.ts";
import { epochMs, seconds } from "../../src/lang/time.ts";

test("an answer of 33 MiB is a protocol fault, and shows nothing of the platform", async () => {
  const request = { protocol: 1, command: "x" } as PluginRequest;

  const outcome = await callPlugin(bindingInvoke(boundPlugin(env, "PLUGIN_BROKEN")), request, {
    timeoutMs: seconds(60),
    deadlineAt: epochMs(Date.now() + 60_000),
    graceMs: seconds(5),
  });

  expect(outcome).toMatchObject({
    reason: "protocol_fault",
    message: "Cannot take an answer of more than 32 MiB: the limit is 1048576 bytes",
  });
});
