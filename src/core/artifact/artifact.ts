import type { JsonObject } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Length } from "../../lang/text.ts";

/** Something that an attempt keeps with its job: where its bytes are, and what they are. */
export type Artifact = {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  /** Of the bytes, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Where the store has it: below `artifactPrefix`, and another one for each upload. */
  readonly key: string;
};

/** An artifact among those of its job. */
export type KeptArtifact = Artifact & {
  /** The number of the event that told of it. */
  readonly seq: number;
  readonly attempt: number;
  /** The number of the event by which a later attempt replaced it; `null` = it is there. */
  readonly until: number | null;
};

/** An artifact that came with a plugin's answer, still in one piece. */
export type GivenArtifact = Pick<Artifact, "name" | "contentType"> & {
  readonly content: Uint8Array;
};

/** An artifact as callers see it (contract, section 1). */
export type ArtifactView = {
  readonly name: string;
  readonly content_type: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly url: string;
};

/** They are listed in every snapshot. */
export const ARTIFACTS_MAX = 100;

/** With those that later attempts replaced: each is part of the job's document, and may be owed to endpoints. */
export const ARTIFACTS_MAX_IN_ALL = 300;

/** What a job may have to show for itself in one piece; more belongs into a store made for it. */
export const ARTIFACT_BYTES_MAX = 1_073_741_824;

/** A result above this is kept as an artifact as well, and callbacks link to it. */
export const INLINE_BYTES_MAX = 262_144;

/** What the gateway names its own: no plugin can have it, because names begin with a letter or a digit. */
export const RESULT_ARTIFACT = "_result.json";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const NAME_FAULT =
  "Its name must be 1 to 128 letters, digits, '.', '_' and '-', and begin with a letter or a digit";

/** `type/subtype`, and parameters of visible characters. */
const CONTENT_TYPE = /^[\w.+-]+\/[\w.+-]+(?:;[ \x21-\x7e]*)?$/;
const CONTENT_TYPE_LENGTH_MAX = 128;
export const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** What an artifact is called and what it is, checked; or what is wrong with it, in a sentence. */
export function readArtifactAbout(
  name: unknown,
  contentType: unknown,
): Result<Pick<Artifact, "name" | "contentType">, string> {
  if (typeof name !== "string" || !NAME.test(name)) {
    return refuse(NAME_FAULT);
  }
  const type = contentType ?? DEFAULT_CONTENT_TYPE;
  const isType =
    typeof type === "string" && type.length <= CONTENT_TYPE_LENGTH_MAX && CONTENT_TYPE.test(type);
  return isType
    ? ok({ name, contentType: type })
    : refuse("Its content_type must be one such as text/plain");
}

/** Whether a result is too long to be told in a callback. */
export function isLongResult(result: JsonObject): boolean {
  return utf8Length(JSON.stringify(result)) > INLINE_BYTES_MAX;
}
