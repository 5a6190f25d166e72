import type { JsonObject } from "../../src/lang/json.ts";

/**
 * What a completion needs of the SDK's `CommandContext`. It has words of its own for that, because the
 * SDK's file needs a Worker around it, and a completion is tested in Node.
 */
export type ChatContext = {
  readonly config: JsonObject;
  readonly signal: AbortSignal;
  readonly log: (level: "info", message: string) => void;
  readonly progress: (progress: { readonly message: string }) => Promise<void>;
  readonly output: (text: string) => Promise<void>;
  readonly artifact: (
    name: string,
    content: string,
    about: { readonly contentType: string },
  ) => Promise<void>;
};

/** What the command answers. */
export type ChatResult = { readonly text: string; readonly output: JsonObject };
