import {
  ARTIFACT_BYTES_MAX,
  type Artifact,
  type KeptArtifact,
} from "../../core/artifact/artifact.ts";
import { artifactPrefix } from "../../core/artifact/artifacts-of.ts";
import type { InlineContent } from "../../core/callback/callback-body.ts";
import type { JobId } from "../../core/job/job.ts";
import { toBase64 } from "../../lang/base64.ts";
import { toHex } from "../../lang/bytes.ts";
import { after, type EpochMs, seconds } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import { OverloadedFault } from "../object-call.ts";

/**
 * What is held of an upload at a time: the smallest part that the platform takes. All parts but the last
 * one are of one size.
 *
 * @see https://developers.cloudflare.com/r2/objects/multipart-objects/
 */
const PART_BYTES = 5_242_880;

/** Uploads of one isolate at a time: each holds a part, and all share 128 MB. */
const UPLOADS_MAX = 6;

/** The platform lists and removes at most so many at a time. */
const PAGE_MAX = 1000;

/** What was stored: its size, and the hash of its bytes. */
type Stored = Pick<Artifact, "bytes" | "sha256">;

/** There are more bytes than an artifact may have. Nothing of them is stored. */
export class ArtifactTooLargeFault extends Error {
  override readonly name = "ArtifactTooLargeFault";
  readonly code = "artifact_too_large";
  readonly retryable = false;
}

/** Its sender is gone, or says nothing; or nobody wants it any more. Nothing of it is stored. */
export class UploadBrokenFault extends Error {
  override readonly name = "UploadBrokenFault";
  readonly code = "upload_broken";
  readonly retryable = true;
}

/** An upload that nothing comes of for so long is over: a caller who hangs up may never say so. */
const SILENT_MS_MAX = seconds(30);

/** How long an upload waits for its turn: those who hung up have made room by then. */
const TURN_MS_MAX = seconds(35);
const LOOK_EVERY_MS = 50;

/** How often the job is asked whether anybody still wants what is uploaded. */
const ASK_EVERY_MS = seconds(30);

/**
 * Where all that moves bytes is in one process, as it is locally, bytes that are always there would let
 * nobody else have a turn.
 */
const BREATHE_EVERY_BYTES = 1_048_576;

/** The uploads of this isolate, and since when each waits for its sender; `null` = it waits for the store. */
const underway = new Map<string, EpochMs | null>();

/** Where an upload goes. */
export type UploadPlace = {
  readonly bucket: R2Bucket;
  readonly key: string;
  /** Whether somebody still wants it: an attempt may be over long before its upload is. */
  readonly isWanted: () => Promise<boolean>;
};

/** Where a new upload of a job goes. */
export function newArtifactKey(id: JobId): string {
  return `${artifactPrefix({ id })}${crypto.randomUUID()}`;
}

/**
 * Stores bytes as they come, hashed on the way: whatever their length, no more than one part is held.
 * The bytes are there whole, or not at all.
 *
 * @throws {ArtifactTooLargeFault} as its name says.
 * @throws {UploadBrokenFault} when nothing more comes, or nobody wants it any more.
 * @throws {OverloadedFault} when too many are under way. Otherwise whatever broke the stream or the store.
 */
export async function storeArtifact(
  place: UploadPlace,
  stream: ReadableStream<Uint8Array>,
): Promise<Stored> {
  await turnOf(place.key);
  try {
    return await stored(place, stream);
  } finally {
    underway.delete(place.key);
  }
}

/** Stores bytes that are in memory already: they need not wait for room there. */
export async function storeWhole(
  bucket: R2Bucket,
  key: string,
  content: Uint8Array,
): Promise<Stored> {
  await bucket.put(key, content);
  const digest = await crypto.subtle.digest("SHA-256", content);
  return { bytes: content.byteLength, sha256: toHex(new Uint8Array(digest)) };
}

/** Removes what a job had no use for. That it fails costs nothing but room: the job's end removes it. */
export async function removeArtifact(bucket: R2Bucket, key: string): Promise<void> {
  await bucket.delete(key);
}

/** Removes everything that a job has stored, also what it never heard of. */
export async function removeArtifacts(bucket: R2Bucket, id: JobId): Promise<void> {
  for (;;) {
    const page = await bucket.list({ prefix: artifactPrefix({ id }), limit: PAGE_MAX });
    if (page.objects.length > 0) await bucket.delete(page.objects.map(({ key }) => key));
    if (!page.truncated) return;
  }
}

/** What small artifacts hold, as it stands in a callback. One that is not there any more is left out. */
export async function inlineContents(
  bucket: R2Bucket,
  artifacts: readonly KeptArtifact[],
): Promise<ReadonlyMap<string, InlineContent>> {
  const contents = new Map<string, InlineContent>();
  for (const { name, key, contentType } of artifacts) {
    const object = await bucket.get(key);
    if (object === null) continue;
    contents.set(name, inlineOf(new Uint8Array(await object.arrayBuffer()), contentType));
  }
  return contents;
}

/** Types that are read as text. What claims to be one and is none goes as bytes. */
const TEXT = /^(?:text\/|application\/(?:[\w.-]+\+)?json\b)/i;

function inlineOf(bytes: Uint8Array, contentType: string): InlineContent {
  const text = TEXT.test(contentType) ? decoded(bytes) : null;
  return text === null ? { content_base64: toBase64(bytes) } : { content: text };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder has one way to say that bytes are not UTF-8.
    return null;
  }
}

/**
 * Waits by looking: who is waited for may never say that it is over, and one request cannot wake another.
 */
async function turnOf(key: string): Promise<void> {
  const until = after(clock(), TURN_MS_MAX);
  for (;;) {
    for (const [other, heardAt] of underway) {
      if (heardAt !== null && clock() >= after(heardAt, SILENT_MS_MAX)) underway.delete(other);
    }
    if (underway.size < UPLOADS_MAX) break;
    if (clock() >= until) throw new OverloadedFault("Too many uploads are under way");
    await scheduler.wait(LOOK_EVERY_MS);
  }
  underway.set(key, clock());
}

async function stored(
  { bucket, key, isWanted }: UploadPlace,
  stream: ReadableStream<Uint8Array>,
): Promise<Stored> {
  const hash = new crypto.DigestStream("SHA-256");
  const hashing = hash.getWriter();
  const upload = new Upload(bucket, key);
  let bytes = 0;
  let breathesAt = BREATHE_EVERY_BYTES;
  let askAt = after(clock(), ASK_EVERY_MS);
  try {
    for await (const chunk of inTime(stream)) {
      bytes += chunk.byteLength;
      if (bytes >= breathesAt) {
        breathesAt = bytes + BREATHE_EVERY_BYTES;
        await scheduler.wait(0);
      }
      if (bytes > ARTIFACT_BYTES_MAX) {
        throw new ArtifactTooLargeFault(`An artifact has at most ${ARTIFACT_BYTES_MAX} bytes`);
      }
      if (clock() >= askAt) {
        if (!(await isWanted())) throw new UploadBrokenFault("Nobody wants the upload any more");
        askAt = after(clock(), ASK_EVERY_MS);
      }
      underway.set(key, null);
      await hashing.write(chunk);
      await upload.take(chunk);
      underway.set(key, clock());
    }
    await hashing.close();
    await upload.finish();
  } catch (cause) {
    await upload.abort();
    // Its digest is nobody's any more.
    hash.digest.catch(() => {});
    await hashing.abort(cause).catch(() => {});
    throw cause;
  }
  return { bytes, sha256: toHex(new Uint8Array(await hash.digest)) };
}

/** The chunks of a stream, none of which may be too long in coming. */
async function* inTime(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => silence.reject(new Error("Nothing came for too long")),
        SILENT_MS_MAX,
      );
      const { value, done } = await Promise.race([reader.read(), silence.promise])
        .catch((cause: unknown) => {
          throw new UploadBrokenFault("The upload broke off", { cause });
        })
        .finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever still writes is told that nobody reads.
    reader.cancel().catch(() => {});
  }
}

/** One upload: a single piece where it fits one part, else part by part. */
class Upload {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #parts: R2UploadedPart[] = [];
  #multipart: R2MultipartUpload | null = null;
  /** Made when it is needed: most artifacts are small. */
  #part = new Uint8Array();
  #filled = 0;

  constructor(bucket: R2Bucket, key: string) {
    this.#bucket = bucket;
    this.#key = key;
  }

  async take(chunk: Uint8Array): Promise<void> {
    let rest = chunk;
    while (rest.byteLength > 0) {
      if (this.#filled === PART_BYTES) await this.#sendPart();
      this.#makeRoom(rest.byteLength);
      const piece = rest.subarray(0, PART_BYTES - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
    }
  }

  async finish(): Promise<void> {
    if (this.#multipart === null) {
      await this.#bucket.put(this.#key, this.#part.subarray(0, this.#filled));
      return;
    }
    if (this.#filled > 0) await this.#sendPart();
    await this.#multipart.complete(this.#parts);
  }

  async abort(): Promise<void> {
    await this.#multipart?.abort().catch(() => {
      // The platform removes parts that nobody completes, after a week.
    });
  }

  async #sendPart(): Promise<void> {
    this.#multipart ??= await this.#bucket.createMultipartUpload(this.#key);
    const part = this.#part.subarray(0, this.#filled);
    this.#parts.push(await this.#multipart.uploadPart(this.#parts.length + 1, part));
    this.#filled = 0;
  }

  /** Doubles what is held until it is a part. */
  #makeRoom(bytes: number): void {
    const needed = Math.min(PART_BYTES, this.#filled + bytes);
    if (needed <= this.#part.byteLength) return;
    const larger = new Uint8Array(
      Math.min(PART_BYTES, Math.max(needed, 2 * this.#part.byteLength)),
    );
    larger.set(this.#part.subarray(0, this.#filled));
    this.#part = larger;
  }
}
