import * as z from "zod";
import type { ResumeAction } from "../core/ask/ask.ts";
import type { LogLine } from "../core/plugin/outcome.ts";
import { PROTOCOL } from "../core/plugin/request.ts";
import { toBase64 } from "../lang/base64.ts";
import type { Json, JsonObject } from "../lang/json.ts";
import { schemaOf } from "./json-schema.ts";

/** A result, the promise of one, or what has to be known first. */
export type Answer = Result | Accepted | Asking;

/** Something to keep with the job. */
type Artifact = {
  /** 1 to 128 letters, digits, `.`, `_` and `-`, and no dot at its beginning. */
  readonly name: string;
  readonly contentType?: string;
  readonly content: string | Uint8Array;
};

/** At least one of the first two. */
type Result = {
  /** What a person should read. */
  readonly text?: string;
  /** What a program should read. */
  readonly output?: Json;
  /** Keys of the state document to set; kept with the job's success, or not at all. */
  readonly stateUpdates?: JsonObject;
  /** The updates are the whole document. */
  readonly stateReplace?: boolean;
  /** Small ones: they count to the answer's 1 MiB. Larger ones go through `context.artifact`. */
  readonly artifacts?: readonly Artifact[];
};

/** The work goes on outside: whoever does it posts to `request.callback`, with `request.attempt_token`. */
type Accepted = { readonly accepted: true };

/** The job waits until somebody answers; then `run` is called again, with the answer as `context.event`. */
type Asking = {
  readonly wait: {
    /** What a person is shown: `title`, `text`, `options` (each with `id`, and maybe `label`, `description`). */
    readonly view: JsonObject;
    /** What the values must be; left out, `{ choice }` with the id of one of the options, if there are any. */
    readonly schema?: z.ZodType | JsonObject;
    /** At most 30 days; left out, 24 h. */
    readonly timeoutMs?: number;
    /** What happens when nobody has answered by then; left out, the job fails. */
    readonly onTimeout?:
      | "fail"
      | ResumeAction
      | { readonly action: ResumeAction; readonly values?: JsonObject };
  };
};

/** An answer in the words of the protocol. */
export function okResponse(answer: Answer, logs: readonly LogLine[]): object {
  const ok = { protocol: PROTOCOL, status: "ok", logs };
  if ("accepted" in answer) return { ...ok, accepted: true };
  if ("wait" in answer) return { ...ok, wait: waitResponse(answer.wait) };
  const { stateUpdates, stateReplace, artifacts, ...result } = answer;
  return {
    ...ok,
    ...result,
    ...(artifacts === undefined ? {} : { artifacts: artifacts.map(artifactResponse) }),
    ...(stateUpdates === undefined ? {} : { state_updates: stateUpdates }),
    ...(stateReplace === undefined ? {} : { state_replace: stateReplace }),
  };
}

function waitResponse({ view, schema, timeoutMs, onTimeout }: Asking["wait"]): object {
  return {
    for: "input",
    view,
    ...(schema === undefined ? {} : { schema: jsonSchemaOf(schema) }),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    ...(onTimeout === undefined ? {} : { on_timeout: onTimeout }),
  };
}

function jsonSchemaOf(schema: z.ZodType | JsonObject): object {
  return schema instanceof z.ZodType ? schemaOf(schema, "input") : schema;
}

function artifactResponse({ name, contentType, content }: Artifact): object {
  const about = { name, ...contentTypeOf(contentType) };
  return typeof content === "string"
    ? { ...about, content }
    : { ...about, content_base64: toBase64(content) };
}

/** Left out where nothing is said: the gateway knows what that means. */
export function contentTypeOf(contentType: string | undefined): { readonly content_type?: string } {
  return contentType === undefined ? {} : { content_type: contentType };
}
