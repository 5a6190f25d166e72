import { createExecutionContext } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { type CommandContext, command, definePlugin } from "../../src/sdk/define-plugin.ts";
import type { JobOfAttempt } from "../../src/sdk/side-calls.ts";
import { until } from "./support.ts";

/** Calls a plugin whose one command does this. */
async function invoke(
  run: (context: CommandContext) => Promise<{ text: string }>,
  job: JobOfAttempt | undefined,
): Promise<object> {
  const Plugin = definePlugin({
    name: "talker",
    version: "1.0.0",
    description: "Talks while it works",
    commands: {
      talk: command({
        description: "Talks",
        type: "read",
        timing: "short",
        input: z.object({}),
        run: (_payload, context) => run(context),
      }),
    },
  });
  const deadline = new Date(Date.now() + 60_000).toISOString();
  const request = { protocol: 1, command: "talk", payload: {}, deadline_at: deadline };
  return new Plugin(createExecutionContext(), {} as never).invoke(
    request as unknown as PluginRequest,
    job,
  );
}

/** A job that takes its time to take a call, and remembers what it was told. */
function aSlowJob(refusal?: Error) {
  const told: unknown[] = [];
  const take = async (said: unknown) => {
    await scheduler.wait(5);
    if (refusal !== undefined) throw refusal;
    told.push(said);
  };
  return {
    told,
    progress: take,
    output: take,
    artifact: take,
    gone: () => new Promise<void>(() => {}),
  };
}

describe("what a plugin says while it works", () => {
  test("has arrived before its answer does, though nobody waited for it", async () => {
    const job = aSlowJob();

    const answer = await invoke(async ({ progress, output }) => {
      void progress({ percent: 50 });
      void output("half");
      return { text: "done" };
    }, job);

    expect(answer).toMatchObject({ status: "ok", text: "done" });
    expect(job.told).toEqual([{ percent: 50 }, "half"]);
  });

  test("goes nowhere where nobody listens", async () => {
    const answer = await invoke(async ({ progress, output }) => {
      await progress({ percent: 50 });
      await output("half");
      return { text: "done" };
    }, undefined);

    expect(answer).toMatchObject({ status: "ok" });
  });

  test("tells it to stop when the attempt is not wanted any more", async () => {
    const stale = Object.assign(new Error("This attempt is over"), { code: "stale_attempt" });
    let reason: unknown;

    await invoke(async ({ progress, signal }) => {
      await progress({ percent: 50 });
      reason = signal.reason;
      return { text: "too late" };
    }, aSlowJob(stale));

    expect(reason).toMatchObject({ message: "The attempt is no longer wanted", cause: stale });
  });

  test("is the plugin's own fault where it cannot be taken", async () => {
    const invalid = Object.assign(new Error("Cannot take progress"), { code: "invalid_side_call" });

    const answer = invoke(async ({ progress }) => {
      await progress({ percent: 500 });
      return { text: "never" };
    }, aSlowJob(invalid));

    await expect(answer).rejects.toThrow("Cannot take progress");
  });
});

describe("a job that is cancelled", () => {
  test("stops its plugin, which need not say a word to hear of it", async () => {
    const gone = Promise.withResolvers<void>();
    let asked = false;
    const job = {
      ...aSlowJob(),
      gone: () => {
        asked = true;
        return gone.promise;
      },
    };

    const answer = invoke(async ({ signal }) => {
      await until(() => asked);
      gone.resolve();
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      return { text: "never" };
    }, job);

    // An answer to nobody, and no exception that would be logged as the plugin's fault.
    expect(await answer).toMatchObject({ status: "error", error: { code: "stale_attempt" } });
  });

  test("costs an attempt that is over by then nothing", async () => {
    let asked = false;
    const job = {
      ...aSlowJob(),
      gone: async () => {
        asked = true;
      },
    };

    await invoke(async () => ({ text: "done" }), job);

    expect(asked).toBe(false);
  });

  test("is the deadline's business where the job cannot be asked", async () => {
    let asked = false;
    const job = {
      ...aSlowJob(),
      gone: async () => {
        asked = true;
        throw new Error("No such method");
      },
    };

    const answer = await invoke(async ({ signal }) => {
      await until(() => asked);
      await scheduler.wait(1);
      return { text: signal.aborted ? "stopped" : "went on" };
    }, job);

    expect(answer).toMatchObject({ text: "went on" });
  });
});
