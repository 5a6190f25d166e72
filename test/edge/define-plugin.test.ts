import { createExecutionContext } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { readManifest } from "../../src/config/manifest.ts";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { command, definePlugin } from "../../src/sdk/define-plugin.ts";
import { PluginError } from "../../src/sdk/plugin-error.ts";

const Hello = definePlugin({
  name: "hello",
  version: "1.2.3",
  description: "Greets",
  concurrency: 2,
  configKeys: { required: ["units"] },
  commands: {
    greet: command({
      description: "Greets somebody",
      type: "read",
      timing: "short",
      executionMode: "synchronous",
      timeoutMs: 5000,
      retry: { maxAttempts: 2 },
      dispatch: "queue",
      idempotent: true,
      input: z.strictObject({
        name: z
          .string()
          .min(1)
          .refine((name) => name !== "Voldemort", "Must not be named"),
        tone: z.enum(["kind", "rude"]).default("kind"),
      }),
      output: z.string(),
      run({ name, tone }, { log }) {
        log("info", `greets ${name}`);
        if (tone === "rude") throw new PluginError("rude", "No.", { retry: false });
        return { text: `Hello, ${name}` };
      },
    }),
    count: command({
      description: "Counts what it was given",
      type: "write",
      timing: "short",
      state: true,
      input: z.object({ replace: z.boolean().optional() }),
      run: ({ replace }, { state, config }) => ({
        output: { state, config },
        stateUpdates: { count: Object.keys(state).length },
        ...(replace === undefined ? {} : { stateReplace: replace }),
      }),
    }),
    farm: command({
      description: "Has it done elsewhere",
      type: "write",
      timing: "long",
      input: z.object({}),
      run: () => ({ accepted: true }),
    }),
    choose: command({
      description: "Has somebody choose",
      type: "read",
      timing: "short",
      input: z.object({ plain: z.boolean().optional() }),
      run({ plain }, { event }) {
        if (event !== null) return { output: event.payload };
        const view = { title: "Which one?" };
        if (plain === true) return { wait: { view, schema: { type: "object" } } };
        const schema = z.strictObject({ colour: z.enum(["blue", "red"]).default("red") });
        const onTimeout = { action: "accept", values: { colour: "red" } } as const;
        return { wait: { view, schema, timeoutMs: 60_000, onTimeout } };
      },
    }),
    fail: command({
      description: "Fails",
      type: "read",
      timing: "short",
      input: z.object({}),
      run() {
        throw new PluginError("busy", "Later", { retryAfterMs: 500 });
      },
    }),
    crash: command({
      description: "Breaks",
      type: "read",
      timing: "short",
      input: z.object({}),
      run() {
        throw new TypeError("Cannot read this");
      },
    }),
    dawdle: command({
      description: "Waits for its deadline, or does not",
      type: "read",
      timing: "short",
      input: z.object({ heeds: z.boolean() }),
      run: ({ heeds }, { signal }) =>
        new Promise((_resolve, reject) => {
          if (heeds) signal.addEventListener("abort", () => reject(signal.reason));
        }),
    }),
  },
});

const plugin = new Hello(createExecutionContext(), {} as never);

function request(name: string, payload: object, restMs = 60_000): PluginRequest {
  const deadline = new Date(Date.now() + restMs).toISOString();
  const made = { protocol: 1, command: name, payload, event: null, deadline_at: deadline };
  return made as PluginRequest;
}

describe("a plugin made with the SDK", () => {
  test("has a manifest that the gateway takes, with the payload's schema", () => {
    const read = readManifest(plugin.manifest());

    expect(read).toMatchObject({
      ok: true,
      value: {
        name: "hello",
        version: "1.2.3",
        concurrency: 2,
        configKeys: { required: ["units"], optional: [] },
        commands: {
          count: { state: true },
          farm: { state: false },
          greet: {
            executionMode: "synchronous",
            timeoutMs: 5000,
            retry: { maxAttempts: 2 },
            dispatch: "queue",
            idempotent: true,
            input: {
              type: "object",
              properties: {
                name: { type: "string", minLength: 1 },
                tone: { enum: ["kind", "rude"], default: "kind" },
              },
              required: ["name"],
              additionalProperties: false,
            },
            output: { type: "string" },
          },
        },
      },
    });
  });

  test("answers with what its command returns, and what it logged", async () => {
    expect(await plugin.invoke(request("greet", { name: "Ada" }))).toEqual({
      protocol: 1,
      status: "ok",
      text: "Hello, Ada",
      logs: [{ level: "info", message: "greets Ada" }],
    });
  });

  test("is given its configuration and its state, and says what changes of it", async () => {
    const config = { units: "metric" };
    const given = (payload: object, over: object) => ({ ...request("count", payload), ...over });

    expect(await plugin.invoke(given({}, { config, state: { a: 1, b: 2 } }))).toEqual({
      protocol: 1,
      status: "ok",
      output: { state: { a: 1, b: 2 }, config },
      state_updates: { count: 2 },
      logs: [],
    });
    expect(await plugin.invoke(given({ replace: true }, { config }))).toMatchObject({
      output: { state: {} },
      state_updates: { count: 0 },
      state_replace: true,
    });
  });

  test("may promise its result", async () => {
    expect(await plugin.invoke(request("farm", {}))).toEqual({
      protocol: 1,
      status: "ok",
      accepted: true,
      logs: [],
    });
  });

  test("may ask, and goes on with what was answered", async () => {
    const ok = { protocol: 1, status: "ok", logs: [] };

    expect(await plugin.invoke(request("choose", { plain: true }))).toEqual({
      ...ok,
      wait: { for: "input", view: { title: "Which one?" }, schema: { type: "object" } },
    });
    expect(await plugin.invoke(request("choose", {}))).toEqual({
      ...ok,
      wait: {
        for: "input",
        view: { title: "Which one?" },
        schema: {
          type: "object",
          properties: { colour: { type: "string", enum: ["blue", "red"], default: "red" } },
          additionalProperties: false,
        },
        timeout_ms: 60_000,
        on_timeout: { action: "accept", values: { colour: "red" } },
      },
    });
    const payload = { wait_id: "w1", action: "accept", values: { colour: "blue" } };
    const event = { type: "job.resumed", payload, source: "resume", timestamp: "", event_id: "e" };
    expect(await plugin.invoke({ ...request("choose", {}), event })).toEqual({
      ...ok,
      output: payload,
    });
  });

  test.each([
    {
      what: "in its own words",
      made: request("greet", { name: "Ada", tone: "rude" }),
      answer: { error: { code: "rude", message: "No." }, retry: false, retry_after_ms: 0 },
    },
    {
      what: "and asks for a rest",
      made: request("fail", {}),
      answer: { error: { code: "busy", message: "Later" }, retry: true, retry_after_ms: 500 },
    },
    {
      what: "for good on a payload that breaks a rule no schema can say",
      made: request("greet", { name: "Voldemort" }),
      answer: {
        error: { code: "invalid_payload", message: "✖ Must not be named\n  → at name" },
        retry: false,
      },
    },
    {
      what: "for good on a command that a later version took away",
      made: request("wave", {}),
      answer: {
        error: { code: "unknown_command", message: "hello has no command 'wave'" },
        retry: false,
      },
    },
  ])("fails $what", async ({ made, answer }) => {
    expect(await plugin.invoke(made)).toMatchObject({ protocol: 1, status: "error", ...answer });
  });

  test("throws on what it did not expect, so that the gateway retries", async () => {
    await expect(plugin.invoke(request("crash", {}))).rejects.toThrow("Cannot read this");
  });

  test("tells a command when its deadline has passed", async () => {
    await expect(plugin.invoke(request("dawdle", { heeds: true }, 0))).rejects.toThrow(
      "The deadline has passed",
    );
  });

  test("leaves a command behind that does not stop", async () => {
    vi.useFakeTimers();
    const answered = plugin.invoke(request("dawdle", { heeds: false }, 1000));
    await vi.advanceTimersByTimeAsync(1000 + 50 + 4000);
    vi.useRealTimers();

    expect(await answered).toMatchObject({ error: { code: "timeout" }, retry: true });
  });
});
