import type { Received } from "../../scripts/simulators/http.ts";

type Wanted = {
  readonly headers?: { readonly [name: string]: string };
  readonly json?: unknown;
  readonly form?: FormData;
};

const NO_BYTES = new Uint8Array(0);

/** A request as a simulator gets it, read to its end: `aRequest("POST", "/path", { json })`. */
export async function aRequest(
  method: string,
  path: string,
  { headers = {}, json, form }: Wanted = {},
): Promise<Received> {
  const about = { method, path, query: new URLSearchParams() };
  if (form !== undefined) {
    const sent = new Response(form);
    const contentType = sent.headers.get("content-type") ?? "";
    const bytes = new Uint8Array(await sent.arrayBuffer());
    return { ...about, headers: { "content-type": contentType, ...headers }, bytes };
  }
  if (json === undefined) return { ...about, headers, bytes: NO_BYTES };
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return { ...about, headers: { "content-type": "application/json", ...headers }, bytes };
}

/** An inline answer as it comes from the gateway. */
export function anAnswer(json: unknown, status = 200) {
  const bytes = new TextEncoder().encode(JSON.stringify(json));
  return { status, headers: { "content-type": "application/json" }, bytes };
}
