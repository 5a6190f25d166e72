import { isJsonObject, type Json } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Length } from "../../lang/text.ts";
import type { Progress } from "../job/step.ts";

/** A sentence or two: progress is stored with the job and sent to everyone who watches. */
export const PROGRESS_MESSAGE_BYTES_MAX = 1000;

/** Of one call. */
export const OUTPUT_BYTES_MAX = 65_536;

/** Of all calls of one attempt: as much as its answer may hold. */
export const OUTPUT_BYTES_MAX_IN_ALL = 1_048_576;

const PROGRESS_KEYS = ["percent", "message"];

/** What a plugin says of how far it is, checked; or what is wrong with it, in a sentence. */
export function readProgress(value: unknown): Result<Progress, string> {
  if (!isJsonObject(value)) return refuse("Cannot take progress: expected an object");
  const { percent = null, message = null } = value as { readonly [key: string]: Json };
  const unknown = Object.keys(value).find((key) => !PROGRESS_KEYS.includes(key));
  if (unknown !== undefined) {
    return refuse(`Cannot take progress: '${unknown}' is unknown, give percent and message`);
  }
  if (percent === null && message === null) {
    return refuse("Cannot take progress: give percent, message or both");
  }
  if (percent !== null && !isPercent(percent)) {
    return refuse("Cannot take progress: percent must be a number from 0 to 100");
  }
  if (message !== null && !isMessage(message)) {
    return refuse(
      `Cannot take progress: message must be a string of at most ${PROGRESS_MESSAGE_BYTES_MAX} bytes`,
    );
  }
  return ok({ percent, message });
}

/** A piece of partial text, checked; or what is wrong with it, in a sentence. */
export function readOutput(value: unknown): Result<string, string> {
  if (typeof value === "string" && utf8Length(value) <= OUTPUT_BYTES_MAX) return ok(value);
  return refuse(`Cannot take output: expected a string of at most ${OUTPUT_BYTES_MAX} bytes`);
}

function isPercent(value: Json): value is number {
  return typeof value === "number" && value >= 0 && value <= 100;
}

function isMessage(value: Json): value is string {
  return typeof value === "string" && utf8Length(value) <= PROGRESS_MESSAGE_BYTES_MAX;
}
