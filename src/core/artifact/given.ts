import { fromBase64 } from "../../lang/base64.ts";
import { isJsonObject, type Json } from "../../lang/json.ts";
import type { NonEmpty } from "../../lang/non-empty.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Bytes } from "../../lang/text.ts";
import { ARTIFACTS_MAX, type GivenArtifact, readArtifactAbout } from "./artifact.ts";

const DEFAULT_TEXT_TYPE = "text/plain; charset=utf-8";

/** What is wrong with one of an answer's artifacts, and which one it is. */
export type ArtifactFault = {
  /** Such as `artifacts[0]`. */
  readonly path: string;
  readonly message: string;
};

/** The artifacts of a plugin's answer, or all that is wrong with them. */
export function readArtifacts(
  value: Json | undefined,
): Result<readonly GivenArtifact[], NonEmpty<ArtifactFault>> {
  if (isNothing(value)) return ok([]);
  if (!Array.isArray(value)) return refuse([{ path: "artifacts", message: "Must be an array" }]);
  const given = value as readonly Json[];
  if (given.length > ARTIFACTS_MAX) {
    const message = `Must be at most ${ARTIFACTS_MAX}: there are ${given.length}`;
    return refuse([{ path: "artifacts", message }]);
  }
  const artifacts: GivenArtifact[] = [];
  const faults: ArtifactFault[] = [];
  for (const [index, each] of given.entries()) {
    const path = `artifacts[${index}]`;
    const read = readGiven(each);
    if (!read.ok) faults.push({ path, message: read.reason });
    else if (artifacts.some(({ name }) => name === read.value.name)) {
      faults.push({ path, message: `Has the name of another one: ${read.value.name}` });
    } else artifacts.push(read.value);
  }
  const [first, ...others] = faults;
  return first === undefined ? ok(artifacts) : refuse([first, ...others]);
}

function readGiven(value: Json): Result<GivenArtifact, string> {
  if (!isJsonObject(value)) return refuse("Must be an object");
  const { name, content, content_base64: base64 } = value;
  const isText = typeof content === "string";
  const type = value["content_type"] ?? (isText ? DEFAULT_TEXT_TYPE : undefined);
  const about = readArtifactAbout(name, type);
  if (!about.ok) return about;
  const bytes = bytesOf(content, base64);
  return bytes === null
    ? refuse("Must have either content, a string, or content_base64, a string of base64")
    : ok({ ...about.value, content: bytes });
}

/** Exactly one of the two is given. */
function bytesOf(content: Json | undefined, base64: Json | undefined): Uint8Array | null {
  if (typeof content === "string") return isNothing(base64) ? utf8Bytes(content) : null;
  return isNothing(content) && typeof base64 === "string" ? fromBase64(base64) : null;
}

function isNothing(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null;
}
