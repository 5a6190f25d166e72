import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import {
  ArtifactTooLargeFault,
  storeArtifact,
  storeWhole,
  UploadBrokenFault,
} from "../../src/edge/artifacts/artifact-store.ts";
import { anUpload, aSlowStream, text } from "./uploads.ts";

/** Of `hello`. */
const HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

describe("an upload", () => {
  const key = () => `test/${crypto.randomUUID()}`;

  test("that breaks off leaves nothing behind", async () => {
    const place = key();
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(6_000_000)),
      pull: (controller) => controller.error(new Error("cut")),
    });

    await expect(storeArtifact(anUpload(place), broken)).rejects.toThrow(UploadBrokenFault);
    expect(await env.ARTIFACTS.head(place)).toBeNull();
  });

  test("of more than an artifact may have is stopped there", async () => {
    const place = key();
    const chunk = new Uint8Array(64 * 1024 * 1024);
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(chunk),
    });
    // Parts that go nowhere: what is tried here is the counting.
    const upload = { uploadPart: async () => ({}), abort: async () => {} };
    const bucket = { createMultipartUpload: async () => upload } as unknown as R2Bucket;

    await expect(storeArtifact(anUpload(place, bucket), endless)).rejects.toThrow(
      ArtifactTooLargeFault,
    );
  });

  test("begins when one of six others is over, not before", async () => {
    const others = Array.from({ length: 6 }, () => aSlowStream());
    const storing = others.map(({ stream }) => storeArtifact(anUpload(key()), stream));
    await Promise.all(others.map(({ isRead }) => isRead));
    const seventh = aSlowStream();
    const last = storeArtifact(anUpload(key()), seventh.stream);
    let isSeventhRead = false;
    void seventh.isRead.then(() => {
      isSeventhRead = true;
    });

    expect((await storeWhole(env.ARTIFACTS, key(), new Uint8Array(3))).bytes).toBe(3);
    expect(isSeventhRead).toBe(false);
    others[0]?.end();
    await seventh.isRead;
    for (const { end } of [...others.slice(1), seventh]) end();

    expect((await Promise.all([...storing, last])).map(({ bytes }) => bytes)).toEqual(
      Array(7).fill(5),
    );
  });

  test("waits for its turn, and all of them arrive", async () => {
    const keys = Array.from({ length: 20 }, key);

    const stored = await Promise.all(
      keys.map((each) => storeArtifact(anUpload(each), text("hello"))),
    );

    expect(stored.map(({ sha256 }) => sha256)).toEqual(keys.map(() => HELLO));
  });
});
