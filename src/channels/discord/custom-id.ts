import { fromBase64url, toBase64url } from "../../lang/base64url.ts";
import { fromHex, toHex } from "../../lang/bytes.ts";
import { InvariantError } from "../../lang/invariant.ts";

/**
 * What a component of ours is for. A component may be used months later, by anyone who sees it: it names
 * the question, and proves nothing of who may answer it.
 */
export type ComponentId = {
  readonly verb: Verb;
  readonly jobId: string;
  readonly waitId: string;
  /** Which choice a `choose` button is, from 0; `null` for all others. */
  readonly choice: number | null;
};

export type Verb =
  /** A button that is one of the choices. */
  | "choose"
  /** A list of the choices. */
  | "select"
  /** A button that opens the form. */
  | "open"
  /** The form itself. */
  | "form"
  /** A button that says yes where there is nothing to choose or to fill in. */
  | "accept"
  | "decline";

/** Discord's limit. */
const LENGTH_MAX = 100;

/** A job's id is 64 hexadecimal digits, which would leave too little room for the rest. */
const FORM = /^hl:(choose|select|open|form|accept|decline):([A-Za-z0-9_-]{43}):(.+)$/;
const CHOICE = /^(.+):(\d{1,3})$/;

export function writeCustomId({ verb, jobId, waitId, choice }: ComponentId): string {
  const bytes = fromHex(jobId);
  if (bytes?.byteLength !== 32)
    throw new InvariantError(`Cannot name job "${jobId}" in 43 letters`);
  const end = choice === null ? "" : `:${choice}`;
  const id = `hl:${verb}:${toBase64url(bytes)}:${waitId}${end}`;
  if (id.length > LENGTH_MAX) throw new InvariantError(`Cannot fit wait "${waitId}" into a button`);
  return id;
}

/** What one of our components is for; `null` = it is not ours. */
export function readCustomId(customId: string): ComponentId | null {
  const [, verb, job = "", rest = ""] = FORM.exec(customId) ?? [];
  const bytes = fromBase64url(job);
  if (verb === undefined || bytes?.byteLength !== 32) return null;
  const of = { verb: verb as Verb, jobId: toHex(bytes) };
  if (of.verb !== "choose") return { ...of, waitId: rest, choice: null };
  const [, waitId, choice] = CHOICE.exec(rest) ?? [];
  if (waitId === undefined) return null;
  return { ...of, waitId, choice: Number(choice) };
}
