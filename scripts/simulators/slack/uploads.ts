import type { Received, Reply } from "../http.ts";
import { type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import type { SeenFile } from "../screen.ts";
import { fine, refusal } from "./replies.ts";
import type { SlackWorld } from "./world.ts";

const ROUTE = /^\/upload\/(F\d+)$/;

type Upload = { readonly name: string; readonly length: number; file: SeenFile | null };

/** Files on their way into a channel, in three calls: a place, the bytes, the message. */
export class Uploads {
  readonly #world: SlackWorld;
  readonly #origin: () => string;
  readonly #uploads = new Map<string, Upload>();

  /** @param origin Of the simulator, where the bytes are sent to. */
  constructor(world: SlackWorld, origin: () => string) {
    this.#world = world;
    this.#origin = origin;
  }

  begin(args: Fields): Reply {
    const name = textOf(args["filename"]);
    const length = Number(args["length"]);
    if (name === "" || !(length > 0)) return refusal("invalid_arguments");
    const id = this.#world.newId("F");
    this.#uploads.set(id, { name, length, file: null });
    return fine({ file_id: id, upload_url: `${this.#origin()}/upload/${id}` });
  }

  /** `null` = the path is another one. */
  async take({ path, method, headers, bytes }: Received): Promise<Reply | null> {
    const [, id = ""] = ROUTE.exec(path) ?? [];
    const upload = this.#uploads.get(id);
    if (upload === undefined) return null;
    if (method !== "POST") return { status: 405, body: null };
    const contentType = headers["content-type"] ?? "application/octet-stream";
    const content = await contentOf(bytes, contentType);
    if (content.length !== upload.length) {
      this.#world.breaches.add(
        "wrong_length",
        "uploads",
        `${content.length}, not ${upload.length}`,
      );
      return { status: 400, body: "length mismatch" };
    }
    upload.file = { name: upload.name, contentType, bytes: content };
    return { status: 200, body: `OK - ${content.length}` };
  }

  /** Without a channel the files stay where nobody sees them. */
  complete(args: Fields): Reply {
    const ids = listOf(args["files"]).map((file) => textOf(fieldsOf(file)["id"]));
    const files = ids.flatMap((id) => this.#uploads.get(id)?.file ?? []);
    if (ids.length === 0 || files.length < ids.length) return refusal("file_not_found");
    const channelId = textOf(args["channel_id"]);
    if (channelId !== "") {
      if (this.#world.screen(channelId) === undefined) return refusal("channel_not_found");
      const body = { text: textOf(args["initial_comment"]) };
      const ts = this.#world.newTs();
      this.#world.put({ ts, channelId, by: "bot", body, isEphemeral: false, files });
    }
    for (const id of ids) this.#uploads.delete(id);
    return fine({ files: ids.map((id) => ({ id })) });
  }
}

/** The bytes as they are, or those of the one file of a form. */
async function contentOf(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<Uint8Array> {
  if (!/^multipart\/form-data\b/i.test(contentType)) return bytes;
  const headers = { "content-type": contentType };
  const form = await new Response(bytes, { headers }).formData();
  const parts = [...form.values()].filter((part) => typeof part !== "string");
  return new Uint8Array((await parts[0]?.arrayBuffer()) ?? new ArrayBuffer(0));
}
