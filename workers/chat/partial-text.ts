import { OUTPUT_BYTES_MAX } from "../../src/core/plugin/side-call.ts";
import { utf8Prefix } from "../../src/lang/text.ts";
import type { ChatContext } from "./chat-context.ts";

/**
 * Tells watchers the completion as it comes. Each piece is waited for, so that what comes faster than
 * it can be told is told in larger pieces. Where no more is taken, the answer has all of it anyway.
 */
export function partialText({
  output,
  progress,
  log,
}: Pick<ChatContext, "output" | "progress" | "log">): (piece: string) => Promise<void> {
  let isFirst = true;
  let isRefused = false;
  return async (piece) => {
    if (piece === "" || isRefused) return;
    if (isFirst) void progress({ message: "answering" });
    isFirst = false;
    try {
      for (const part of partsOf(piece)) await output(part);
    } catch {
      isRefused = true;
      log("info", "No more partial text is taken: the rest of it comes with the answer");
    }
  };
}

/** As many as it takes for each to be small enough, never half a character. */
function* partsOf(text: string): Generator<string> {
  let rest = text;
  while (rest !== "") {
    const part = utf8Prefix(rest, OUTPUT_BYTES_MAX);
    yield part;
    rest = rest.slice(part.length);
  }
}
