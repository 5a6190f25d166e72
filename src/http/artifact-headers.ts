import type { KeptArtifact } from "../core/artifact/artifact.ts";

/** Types that a browser shows or saves and never runs. */
const INERT: readonly RegExp[] = [
  /^text\/(?:plain|csv|markdown)$/,
  /^application\/(?:json|x-ndjson|pdf|zip|gzip|octet-stream)$/,
  /^image\/(?:png|jpeg|gif|webp|avif|bmp)$/,
  /^(?:audio|video)\/[\w.+-]+$/,
];

/**
 * What an artifact is served with. Whoever wrote it is not trusted by whoever opens it: it is saved,
 * never shown as a page of this site, and a type that could run there is served as the text or the bytes
 * that it is.
 */
export function servedHeaders({ name, contentType, sha256 }: KeptArtifact) {
  return {
    "content-type": servedType(contentType),
    // A name has letters, digits, dots, dashes and underscores: nothing to quote.
    "content-disposition": `attachment; filename="${name}"`,
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "accept-ranges": "bytes",
    // The hash is of these bytes, and so are the ranges: nobody on the way may pack them differently.
    "cache-control": "private, no-cache, no-transform",
    // The local server knows nothing of that, and packs what does not say how it is packed.
    "content-encoding": "identity",
    etag: `"${sha256}"`,
  };
}

function servedType(contentType: string): string {
  const [essence = ""] = contentType.toLowerCase().split(";", 1);
  if (!INERT.some((type) => type.test(essence))) {
    return essence.startsWith("text/") ? "text/plain; charset=utf-8" : "application/octet-stream";
  }
  // Of several types with commas in between, browsers take the last one (Fetch, "extract a MIME type").
  return contentType.includes(",") ? essence : contentType;
}
