import type { Received } from "../http.ts";
import { type Fields, isFields, parsedJson } from "../json.ts";
import type { SeenFile } from "../screen.ts";
import { type Checked, REFUSALS, refused } from "./errors.ts";

/** What a request, or an inline answer, brings: JSON, and files by their numbers. */
export type Brought = {
  readonly json: Fields;
  /** By the `n` of `files[n]`. */
  readonly files: ReadonlyMap<number, SeenFile>;
};

const NO_FILES: Brought["files"] = new Map();

/** Reads JSON, or a form with `payload_json` and `files[n]`, exactly as its header says. */
export async function broughtBy({
  headers,
  bytes,
}: Pick<Received, "headers" | "bytes">): Promise<Checked<Brought>> {
  const contentType = headers["content-type"] ?? "";
  if (/^application\/json\b/i.test(contentType)) {
    return broughtAs(new TextDecoder().decode(bytes), NO_FILES);
  }
  if (!/^multipart\/form-data\b/i.test(contentType)) return wrongType(contentType);
  const form = await formOf(bytes, contentType);
  if (form === null) return wrongType(contentType);
  const files = await filesOf(form);
  if (files === null) return wrongPart();
  const payload = form.get("payload_json");
  if (payload === null) return { ok: true, value: { json: {}, files } };
  return broughtAs(typeof payload === "string" ? payload : await payload.text(), files);
}

function broughtAs(text: string, files: Brought["files"]): Checked<Brought> {
  const json = parsedJson(text);
  return isFields(json) ? { ok: true, value: { json, files } } : refused(REFUSALS.noJson);
}

async function formOf(bytes: Uint8Array<ArrayBuffer>, contentType: string) {
  try {
    return await new Response(bytes, { headers: { "content-type": contentType } }).formData();
  } catch {
    // Not the form that its header says it is.
    return null;
  }
}

/** `null`: a part is named as no file is. */
async function filesOf(
  form: Awaited<ReturnType<Response["formData"]>>,
): Promise<ReadonlyMap<number, SeenFile> | null> {
  const files = new Map<number, SeenFile>();
  for (const [name, part] of form.entries()) {
    if (name === "payload_json") continue;
    const [, number] = /^files\[(\d+)\]$/.exec(name) ?? [];
    if (number === undefined || typeof part === "string") return null;
    const bytes = new Uint8Array(await part.arrayBuffer());
    files.set(Number(number), { name: part.name, contentType: part.type, bytes });
  }
  return files;
}

function wrongType(contentType: string) {
  const message = `Expected "Content-Type" header to be one of {'application/json', 'multipart/form-data'}, found "${contentType}".`;
  return refused(REFUSALS.wrongContentType, [{ path: [], code: "CONTENT_TYPE_INVALID", message }]);
}

function wrongPart() {
  const message = "A part is neither payload_json nor a file files[n]";
  return refused(REFUSALS.wrongContentType, [{ path: [], code: "PART_INVALID", message }]);
}
