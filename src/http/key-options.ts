import type { Fault } from "../config/fault.ts";
import type { CommandSpec } from "../core/plugin/manifest.ts";
import type { Json } from "../lang/json.ts";
import { type DurationMs, seconds } from "../lang/time.ts";
import type { Given } from "./given.ts";
import { type AskedIdempotency, readIdempotencyKey } from "./idempotency-key.ts";
import type { BodyOptions, QueryOptions } from "./trigger-schema.ts";

/** What a trigger says of sameness (contract, section 4); `null` = nothing. */
export type KeyOptions = {
  readonly idempotency: AskedIdempotency | null;
  readonly dedupe: { readonly key: string; readonly ttlMs: DurationMs } | null;
};

const DEDUPE_TTL_DEFAULT_MS = seconds(86_400);

/** The faults that the form of each option by itself does not show. */
export function keyFaults(
  given: { readonly body: Given; readonly query: Given },
  { timing }: CommandSpec,
  headers: Headers,
): readonly Fault[] {
  const read = readIdempotencyKey(headers);
  return [
    ...(read.ok ? [] : [read.reason]),
    ...(timing === "immediate" ? pointless(given.body, given.query) : lonely(given)),
  ];
}

/** A key of a command that leaves nothing behind: taken silently, it would mislead. */
function pointless(body: Given, query: Given): readonly Fault[] {
  const names = ["dedupe_key", "dedupe_ttl"];
  const paths = [
    ...names.filter((name) => body[name] !== undefined),
    ...names.filter((name) => query[name] !== undefined).map((name) => `query.${name}`),
  ];
  const message = "Means nothing here: an immediate command makes no job that another could be";
  return paths.map((path) => ({ path, message }));
}

function lonely({ body, query }: { readonly body: Given; readonly query: Given }) {
  if (body["dedupe_key"] !== undefined || query["dedupe_key"] !== undefined) return [];
  const paths = [
    ...(body["dedupe_ttl"] === undefined ? [] : ["dedupe_ttl"]),
    ...(query["dedupe_ttl"] === undefined ? [] : ["query.dedupe_ttl"]),
  ];
  return paths.map((path) => ({ path, message: "Means nothing without dedupe_key" }));
}

/** To be read where there were no faults. */
export function keyOptionsOf(
  { body, query }: { readonly body: Partial<BodyOptions>; readonly query: Partial<QueryOptions> },
  headers: Headers,
  whole: Json,
): KeyOptions {
  const read = readIdempotencyKey(headers);
  const key = body.dedupe_key ?? query.dedupe_key;
  const ttl = body.dedupe_ttl ?? query.dedupe_ttl;
  return {
    idempotency: read.ok && read.value !== null ? { key: read.value, body: whole } : null,
    dedupe:
      key === undefined
        ? null
        : { key, ttlMs: ttl === undefined ? DEDUPE_TTL_DEFAULT_MS : seconds(ttl) },
  };
}
