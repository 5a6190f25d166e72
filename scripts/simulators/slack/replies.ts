import type { Reply } from "../http.ts";
import type { Fields } from "../json.ts";

/** Errors of an application come with 200. */
export function refusal(error: string): Reply {
  return { status: 200, body: { ok: false, error } };
}

export function fine(fields: Fields): Reply {
  return { status: 200, body: { ok: true, ...fields } };
}
