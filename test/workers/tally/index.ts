import * as z from "zod";
import { command, definePlugin } from "../../../src/sdk/define-plugin.ts";

/** How often it was called, by the word that callers gave: what a gateway says of its calls is checked here. */
const calls = new Map<string, number>();

export class Plugin extends definePlugin({
  name: "tally",
  version: "1.0.0",
  description: "Counts how often it is called, for tests",
  commands: {
    count: command({
      description: "Says the how-manieth call with this word it is, after a while",
      type: "write",
      timing: "short",
      idempotent: false,
      input: z.object({ word: z.string(), ms: z.number().min(0).default(0) }),
      async run({ word, ms }, { signal }) {
        const call = (calls.get(word) ?? 0) + 1;
        calls.set(word, call);
        await scheduler.wait(ms, { signal });
        return { text: `call ${call}`, output: { call } };
      },
    }),
    suggest: command({
      description: "Suggests a word, after a while, or fails",
      type: "read",
      timing: "immediate",
      idempotent: true,
      input: z.object({ ms: z.number().min(0).default(0), fails: z.boolean().default(false) }),
      async run({ ms, fails }, { signal }) {
        await scheduler.wait(ms, { signal });
        if (fails) throw new Error("No suggestion");
        return { output: { choices: ["word"] } };
      },
    }),
    show: command({
      description:
        "Shows which job it is, for whoever sees nothing but a channel, and takes a while",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({ ms: z.number().min(0), text: z.string().default("shown") }),
      async run({ ms, text }, { signal, progress, request }) {
        await progress({ message: `job ${request.job_id}` });
        await scheduler.wait(ms, { signal });
        return { text };
      },
    }),
  },
}) {}

/** Nobody reaches this Worker over HTTP: the gateway calls the entrypoint above. */
export default {};
