import { env } from "cloudflare:workers";
import * as z from "zod";
import { command, definePlugin } from "../../src/sdk/define-plugin.ts";
import { ChatPayload, complete } from "./complete.ts";

const ToolCall = z.object({
  id: z.string().nullable(),
  type: z.string(),
  function: z.object({
    name: z.string(),
    arguments: z.string().describe("JSON, as the model wrote it"),
  }),
});

export class Plugin extends definePlugin({
  name: "chat",
  version: "1.0.0",
  description: "Asks language models: any endpoint that speaks OpenAI's chat completions.",
  configKeys: { optional: ["base_url", "model"] },
  commands: {
    complete: command({
      description:
        "Completes a chat. The payload goes to the endpoint as it is; its words are told as they " +
        "come, and kept whole as the artifact 'completion'.",
      type: "read",
      timing: "medium",
      timeoutMs: 300_000,
      retry: { maxAttempts: 4, baseMs: 2000, maxMs: 60_000 },
      input: ChatPayload,
      output: z.object({
        model: z.string().describe("The one that answered, as the endpoint calls it"),
        finish_reason: z.string().nullable().describe("stop, length, tool_calls, …"),
        usage: z.looseObject({}).nullable().describe("As the endpoint counts"),
        id: z.string().nullable().describe("The endpoint's own, for questions to whoever runs it"),
        tool_calls: z.array(ToolCall).optional().describe("What the model wants called"),
        is_cut: z
          .literal(true)
          .optional()
          .describe("The text is only the beginning of the artifact"),
      }),
      run: (payload, context) => complete(payload, context, { variables: { ...env } }),
    }),
  },
}) {}

/** Nobody reaches this Worker over HTTP: the gateway calls the entrypoint above. */
export default {};
