import { describe, expect, test } from "vitest";
import { servedHeaders } from "../../src/http/artifact-headers.ts";
import { anArtifact } from "../support/a-callback.ts";

const headers = (over: Parameters<typeof anArtifact>[0] = {}) =>
  servedHeaders({ ...anArtifact(over), seq: 1, attempt: 1, until: null });
const typeOf = (contentType: string) => headers({ contentType })["content-type"];

describe("an artifact is served", () => {
  test.each([
    ...["text/plain", "text/plain; charset=utf-8", "text/csv", "text/markdown"],
    ...["application/json", "application/x-ndjson", "application/pdf", "application/zip"],
    ...["application/gzip", "application/octet-stream", "image/png", "image/jpeg", "image/gif"],
    ...["image/webp", "image/avif", "image/bmp", "audio/mpeg", "video/mp4", "Image/PNG"],
    ...["application/json;charset=utf-8", "text/plain;"],
  ])("as what it is, where a browser does not run that: %s", (contentType) => {
    expect(typeOf(contentType)).toBe(contentType);
  });

  test.each([
    ...["text/html", "TEXT/HTML", "text/html; charset=utf-8", "text/html;x", "text/javascript"],
    ...["text/xml", "text/css", "text/x-anything", "text/htm", "text/cache-manifest", "text/xsl"],
  ])("as text, where that is text and might run: %s", (contentType) => {
    expect(typeOf(contentType)).toBe("text/plain; charset=utf-8");
  });

  test.each([
    ...[
      "image/svg+xml",
      "IMAGE/SVG+XML; charset=utf-8",
      "application/xml",
      "application/xhtml+xml",
    ],
    ...["application/javascript", "application/ecmascript", "application/wasm"],
    ...["application/x-shockwave-flash", "application/rss+xml", "application/json+html"],
    ...["multipart/related", "message/rfc822", "model/gltf+json", "application/pdfx", "font/woff2"],
  ])("as bytes, where that might run or is not known: %s", (contentType) => {
    expect(typeOf(contentType)).toBe("application/octet-stream");
  });

  test.each([
    { contentType: "text/plain; a,text/html", served: "text/plain" },
    { contentType: "application/json;,image/svg+xml", served: "application/json" },
    { contentType: 'video/mp4; codecs="avc1, mp4a"', served: "video/mp4" },
  ])("without what a browser might take for another type: $contentType", (given) => {
    expect(typeOf(given.contentType)).toBe(given.served);
  });

  test("to be saved by its name, never shown as a page of this site", () => {
    expect(headers({ name: "a-b_c.d.pdf", contentType: "application/pdf" })).toEqual({
      "content-type": "application/pdf",
      "content-disposition": 'attachment; filename="a-b_c.d.pdf"',
      "content-security-policy": "sandbox; default-src 'none'",
      "cross-origin-resource-policy": "same-origin",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache, no-transform",
      "content-encoding": "identity",
      etag: `"${"a".repeat(64)}"`,
    });
  });

  test("under an ETag of its bytes: what replaces it has another", () => {
    expect(headers({ sha256: "b".repeat(64) }).etag).not.toBe(headers().etag);
  });
});
