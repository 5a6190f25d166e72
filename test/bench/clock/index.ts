import * as z from "zod";
import { command, definePlugin } from "../../../src/sdk/define-plugin.ts";

/** Everything that it says is the instant at which it says it, in milliseconds since 1970. */
export class Plugin extends definePlugin({
  name: "clock",
  version: "1.0.0",
  description: "Says what time it is, for the benchmark",
  commands: {
    answer: command({
      description: "Answers after a while with the instant of its answer",
      type: "read",
      timing: "medium",
      dispatch: "queue",
      idempotent: true,
      input: z.object({ ms: z.number().min(0) }),
      async run({ ms }, { signal }) {
        await scheduler.wait(ms, { signal });
        return { output: { answered_at: Date.now() } };
      },
    }),
    tell: command({
      description: "Tells the instant as progress, several times, with a rest before each",
      type: "read",
      timing: "medium",
      dispatch: "queue",
      idempotent: true,
      input: z.object({ times: z.int().min(1), every_ms: z.number().min(0) }),
      async run({ times, every_ms: everyMs }, { signal, progress }) {
        for (let told = 0; told < times; told += 1) {
          await scheduler.wait(everyMs, { signal });
          void progress({ message: String(Date.now()) });
        }
        return { text: `told it ${times} times` };
      },
    }),
  },
}) {}

/** Nobody reaches this Worker over HTTP: the gateway calls the entrypoint above. */
export default {};
