import { env } from "cloudflare:workers";
import type { UploadPlace } from "../../src/edge/artifacts/artifact-store.ts";

/** The words as a plugin or a caller would send them. */
export const text = (words: string): ReadableStream<Uint8Array> =>
  new Response(words).body ?? new ReadableStream();

/** An upload that is wanted. */
export function anUpload(key: string, bucket: R2Bucket = env.ARTIFACTS): UploadPlace {
  return { bucket, key, isWanted: async () => true };
}

/** A stream of five bytes, the last of which come when the test says so. */
export function aSlowStream() {
  const read = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        read.resolve();
        controller.enqueue(new TextEncoder().encode("hello"));
        await ended.promise;
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, isRead: read.promise, end: ended.resolve };
}
