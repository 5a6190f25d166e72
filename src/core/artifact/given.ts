import { fromBase64 } from "../../lang/base64.ts";
import { isJsonObject, type Json } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { utf8Bytes } from "../../lang/text.ts";
import { ARTIFACTS_MAX, type GivenArtifact, readArtifactAbout } from "./artifact.ts";

const DEFAULT_TEXT_TYPE = "text/plain; charset=utf-8";

/** The artifacts of a plugin's answer, or what is wrong with one of them, in a sentence. */
export function readArtifacts(value: Json | undefined): Result<readonly GivenArtifact[], string> {
  if (isNothing(value)) return ok([]);
  if (!Array.isArray(value)) return refuse("The answer's artifacts must be an array");
  const given = value as readonly Json[];
  if (given.length > ARTIFACTS_MAX) {
    return refuse(`The answer has ${given.length} artifacts: a job keeps ${ARTIFACTS_MAX}`);
  }
  const artifacts: GivenArtifact[] = [];
  for (const each of given) {
    const read = readGiven(each);
    if (!read.ok) return read;
    const { name } = read.value;
    if (artifacts.some((other) => other.name === name)) {
      return refuse(`The answer has two artifacts by the name ${name}`);
    }
    artifacts.push(read.value);
  }
  return ok(artifacts);
}

function readGiven(value: Json): Result<GivenArtifact, string> {
  if (!isJsonObject(value)) return refuse("Each of the answer's artifacts must be an object");
  const { name, content, content_base64: base64 } = value;
  const isText = typeof content === "string";
  const type = value["content_type"] ?? (isText ? DEFAULT_TEXT_TYPE : undefined);
  const about = readArtifactAbout(name, type);
  if (!about.ok) return about;
  const bytes = bytesOf(content, base64);
  return bytes === null
    ? refuse(`Artifact ${about.value.name} must have content, a string, or content_base64, base64`)
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
