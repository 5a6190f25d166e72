import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import { joined } from "../lang/bytes.ts";
import { type Json, jsonDepth } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { utf8Length } from "../lang/text.ts";
import type { Problem } from "./problem.ts";

/** 1 MiB (contract, section 2). */
export const BODY_BYTES_MAX = 1_048_576;

/**
 * How much longer a body can get when it is written again: only numbers grow, and none more than `1e20`
 * with its comma, which becomes 21 digits.
 */
const GROWTH_MAX = 5;

/**
 * Reads a body as JSON. The platform's own reader replaces broken bytes silently and accepts any depth,
 * so the bytes are counted, decoded and measured here first. An empty body is an empty object.
 */
export async function readJsonBody(request: Request): Promise<Result<Json, Problem>> {
  const bytes = await readBody(request, BODY_BYTES_MAX);
  if (!bytes.ok) return bytes;
  const text = textOfBody(bytes.value);
  if (!text.ok) return text;
  if (text.value.trim() === "") return ok({});
  if (jsonDepth(text.value) > JSON_DEPTH_MAX) return refuse(TOO_DEEP);
  const parsed = parse(text.value);
  return parsed.ok && isTooLarge(parsed.value, bytes.value) ? refuse(TOO_LARGE_WRITTEN) : parsed;
}

/** The bytes of a body, unread: for whoever has to check who sent them first. */
export async function readBody(
  request: Request,
  bytesMax: number,
): Promise<Result<Uint8Array, Problem>> {
  const bytes = await readBytes(request, bytesMax);
  if (bytes !== null) return ok(bytes);
  const detail = `Send at most ${bytesMax} bytes: the body is larger`;
  return refuse({ code: "body_too_large", detail });
}

/** A body as the text that it is. */
export function textOfBody(bytes: Uint8Array): Result<string, Problem> {
  const text = decode(bytes);
  if (text !== null) return ok(text);
  const detail = "Send the body in UTF-8: it has invalid bytes";
  return refuse({ code: "body_not_utf8", detail });
}

/** What is nested deeper cannot be handed on. */
export const TOO_DEEP: Problem = {
  code: "body_too_deep",
  detail: `Nest at most ${JSON_DEPTH_MAX} arrays and objects: the body is deeper`,
};

const TOO_LARGE_WRITTEN: Problem = {
  code: "body_too_large",
  detail: `Send at most ${BODY_BYTES_MAX} bytes: the body is larger with its numbers written out, as in 1e20`,
};

/** Whether it would not fit where it is stored and handed on, which is as JSON of our own writing. */
function isTooLarge(value: Json, { byteLength }: Uint8Array): boolean {
  if (byteLength * GROWTH_MAX <= BODY_BYTES_MAX) return false;
  return utf8Length(JSON.stringify(value)) > BODY_BYTES_MAX;
}

/** The bytes, or `null` when there are too many: counted as they come, whatever the headers claim. */
async function readBytes(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.byteLength;
    if (length > bytesMax) return null;
    chunks.push(chunk);
  }
  return joined(chunks, length);
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // The decoder has one way to say that bytes are not UTF-8.
    return null;
  }
}

function parse(text: string): Result<Json, Problem> {
  try {
    return ok(JSON.parse(text) as Json);
  } catch (cause) {
    // V8's message names the place ("… at position 17"), and quotes only what the caller sent.
    const why = cause instanceof Error ? cause.message : "it cannot be parsed";
    return refuse({ code: "body_not_json", detail: `Send JSON: ${why}` });
  }
}
