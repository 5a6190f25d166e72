import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalHttp, startLocalHttp } from "./local-http.ts";

/** What the endpoint says, whatever it is asked. */
export const COMPLETION =
  "Three rivers are the Rhine, which flows from the Alps to the North Sea, the Danube, and the Elbe.";

/** As a model takes its time over each word. */
const WORD_MS = 20;

/** An endpoint that speaks OpenAI's chat completions, and knows one answer. */
export function startChatEndpoint(): Promise<LocalHttp> {
  return startLocalHttp((request, response) => {
    request.resume();
    request.on("end", () => void answer(response));
  });
}

async function answer(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of COMPLETION.split(/(?<= )/)) {
    response.write(chunk({ content }, null));
    await sleep(WORD_MS);
  }
  response.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
}

function chunk(delta: object, finishReason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  const about = { id: "chatcmpl-1", object: "chat.completion.chunk", model: "rivers-1" };
  return `data: ${JSON.stringify({ ...about, choices })}\n\n`;
}
