import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { bindingInvoke } from "../../src/edge/plugin/bound-plugin.ts";
import { callPlugin, type Invoke } from "../../src/edge/plugin/plugin-call.ts";
import { epochMs, seconds } from "../../src/lang/time.ts";

const request = { protocol: 1, command: "x" } as PluginRequest;
const plugin = (invoke: () => unknown) =>
  bindingInvoke({ manifest: async () => ({}), invoke: async () => invoke() });
const limits = () => ({
  timeoutMs: seconds(10),
  deadlineAt: epochMs(Date.now() + 10_000),
  graceMs: seconds(5),
});

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("callPlugin", () => {
  test("comes back with the plugin's answer, and leaves no timer behind", async () => {
    const outcome = await callPlugin(
      plugin(() => ({ protocol: 1, status: "ok", text: "a", output: undefined })),
      request,
      limits(),
    );

    expect(outcome).toEqual({
      kind: "success",
      result: { text: "a", output: null },
      stateUpdates: null,
      artifacts: [],
      logs: [],
    });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("calls nobody for an attempt that is not wanted any more", async () => {
    const invoke = vi.fn<Invoke>();

    const outcome = await callPlugin(invoke, request, { ...limits(), stale: AbortSignal.abort() });

    expect(outcome).toMatchObject({ kind: "failure", reason: "lease_lost" });
    expect(invoke).not.toHaveBeenCalled();
  });

  test("takes an answer within the grace, and none after it", async () => {
    const answer = { protocol: 1, status: "ok", text: "late" };
    const answeredAfter = (ms: number) =>
      new Promise((resolve) => setTimeout(() => resolve(answer), ms));

    const inTime = callPlugin(
      plugin(() => answeredAfter(14_999)),
      request,
      limits(),
    );
    const tooLate = callPlugin(
      plugin(() => answeredAfter(15_001)),
      request,
      limits(),
    );
    await vi.advanceTimersByTimeAsync(15_000);

    expect(await inTime).toMatchObject({ kind: "success" });
    expect(await tooLate).toMatchObject({
      reason: "timeout",
      message: "No answer within 10000 ms",
      retryable: true,
    });
  });

  test("counts an error after the deadline as the timeout that it comes from", async () => {
    const stopped = () =>
      new Promise((_resolve, reject) => {
        setTimeout(() => reject(new Error("Aborted")), 10_050);
      });

    const outcome = callPlugin(plugin(stopped), request, limits());
    await vi.advanceTimersByTimeAsync(10_050);

    expect(await outcome).toMatchObject({ reason: "timeout" });
  });

  test.each([
    { what: "says that trying again is useless", fields: { retry: false }, reason: "retry_false" },
    {
      what: "speaks of configuration",
      fields: { error: { code: "EX_CONFIG" } },
      reason: "ex_config",
    },
    { what: "speaks another protocol", fields: { protocol: 2 }, reason: "protocol_fault" },
    { what: "may be tried again", fields: { error: { code: "busy" } }, reason: "timeout" },
    { what: "is the SDK's own", fields: { error: { code: "timeout" } }, reason: "timeout" },
  ])("in the grace, takes an error for $reason when it $what", async ({ fields, reason }) => {
    const late = () =>
      new Promise((resolve) => {
        setTimeout(() => resolve({ protocol: 1, status: "error", ...fields }), 10_050);
      });

    const outcome = callPlugin(plugin(late), request, limits());
    await vi.advanceTimersByTimeAsync(10_050);

    expect(await outcome).toMatchObject({ reason, retryable: reason === "timeout" });
  });

  test("stops at once when the attempt is no longer wanted", async () => {
    const stale = new AbortController();
    const hanging = plugin(() => new Promise(() => {}));

    const outcome = callPlugin(hanging, request, { ...limits(), stale: stale.signal });
    stale.abort();

    expect(await outcome).toMatchObject({ reason: "lease_lost" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("tells the way in when nobody waits for its answer any more", async () => {
    const signals: AbortSignal[] = [];
    const stale = new AbortController();
    const hanging: Invoke = (_request, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    };

    const late = callPlugin(hanging, request, limits());
    const unwanted = callPlugin(hanging, request, { ...limits(), stale: stale.signal });
    stale.abort();
    await unwanted;
    const early = signals.map(({ aborted }) => aborted);
    await vi.advanceTimersByTimeAsync(15_000);
    await late;

    expect(early).toEqual([false, true]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  test("tells what the plugin threw from a call that broke", async () => {
    const thrown = Object.assign(new Error(`No key${"!".repeat(2000)}\n    at secret`), {
      remote: true,
    });

    const own = await callPlugin(
      plugin(() => Promise.reject(thrown)),
      request,
      limits(),
    );
    const broken = await callPlugin(
      plugin(() => Promise.reject(new Error("Network connection lost."))),
      request,
      limits(),
    );
    const missing = await callPlugin(bindingInvoke(undefined), request, limits());

    expect(own).toMatchObject({ reason: "plugin_error", code: "plugin_threw", retryable: true });
    expect(own).toHaveProperty("message", `The plugin threw: No key${"!".repeat(994)}`);
    expect(broken).toMatchObject({
      reason: "transport",
      message: "The call to the plugin broke off",
    });
    expect(missing).toMatchObject({
      reason: "transport",
      message: "The plugin is not bound to the gateway at present",
    });
  });

  test("says of an answer that no call can carry how large one may be", async () => {
    const message =
      "Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: 41943121 bytes.";
    const refused = Object.assign(new Error(message), { remote: true });

    const outcome = await callPlugin(
      plugin(() => Promise.reject(refused)),
      request,
      limits(),
    );

    expect(outcome).toMatchObject({
      reason: "protocol_fault",
      message: "Cannot take an answer of more than 32 MiB: the limit is 1048576 bytes",
      retryable: true,
    });
  });

  test.each([
    { what: "nothing", value: undefined },
    { what: "a string", value: "<html>" },
    { what: "a number too large for JSON", value: 10n },
    { what: "a function", value: () => 1 },
    { what: "a map", value: new Map([["protocol", 1]]) },
  ])("calls $what a protocol fault", async ({ value }) => {
    expect(
      await callPlugin(
        plugin(() => value),
        request,
        limits(),
      ),
    ).toMatchObject({
      reason: "protocol_fault",
    });
  });
});
