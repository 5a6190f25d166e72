import { type Fault, faultsOf } from "../config/fault.ts";
import { schemaFaultsOf } from "../config/json-schema.ts";
import type { Callback } from "../core/callback/endpoint.ts";
import { type CommandSpec, defaultWaitMs } from "../core/plugin/manifest.ts";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { type DurationMs, type EpochMs, seconds } from "../lang/time.ts";
import { raisedAttempts } from "./attempt-limits.ts";
import { isAdmin } from "./auth.ts";
import type { Call } from "./call.ts";
import { callbackFaults, callbacksOf } from "./callback-options.ts";
import { type KeyOptions, keyFaults, keyOptionsOf } from "./key-options.ts";
import { numberFaultsOf } from "./number-faults.ts";
import { type Preferences, readPrefer } from "./prefer.ts";
import { invalidRequest, type Problem } from "./problem.ts";
import { queryTexts, typedValue } from "./query.ts";
import { startAtOf, startFaultsOf } from "./start-time.ts";
import {
  type BodyOptions,
  CallbackOption,
  type QueryOptions,
  TriggerBody,
  TriggerQuery,
  WAIT_SECONDS_MAX,
} from "./trigger-schema.ts";
import { urlFaultsOf, urlNotAllowed } from "./url-faults.ts";

/** A trigger's options, checked and merged: body, then query, then header, then what is declared. */
export type TriggerOptions = {
  readonly payload: JsonObject;
  readonly patience: Patience;
  /** `null` = the command's own. */
  readonly timeoutMs: DurationMs | null;
  readonly maxAttempts: number | null;
  /** When the first attempt may start; `null` = at once. */
  readonly startAt: EpochMs | null;
  /** What the end of the caller's patience does to the job, and what their hang-up does. */
  readonly onTimeout: "continue" | "cancel";
  readonly onDisconnect: "continue" | "cancel";
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
  /** Who is to be told of the job; `null` = whom the settings name. */
  readonly callbacks: readonly Callback[] | null;
  readonly keys: KeyOptions;
};

type Patience = {
  /** How long the caller holds the line; 0 = not at all. */
  readonly waitMs: DurationMs;
  /** What of `Prefer` decided it, for `Preference-Applied`; `null` = nothing. */
  readonly preferenceApplied: string | null;
};

/** Reads all that a caller may say about a trigger. Every fault at once, each with its place. */
export function readTriggerOptions(
  body: Json,
  call: Call,
  spec: CommandSpec,
): Result<TriggerOptions, Problem> {
  const { request, receivedAt } = call;
  const given = {
    body: isJsonObject(body) ? body : {},
    query: queryTexts(new URL(request.url).searchParams),
  };
  const said: Said = {
    body: TriggerBody.safeParse(body),
    query: TriggerQuery.safeParse(given.query),
    prefer: readPrefer(request.headers.get("prefer")),
  };
  const inBody = said.body.data ?? {};
  const inQuery = said.query.data ?? {};
  const faults = [
    ...faultsInOptions(said),
    ...timeoutFaults("timeout", given.body["timeout"], spec),
    ...timeoutFaults("query.timeout", typedValue(given.query["timeout"]), spec),
    ...startFaultsOf({ body: inBody, query: inQuery }, spec, receivedAt),
    ...(isAdmin(call) ? [] : raisedAttempts(given, spec)),
    ...faultsInPayload(given.body["payload"], spec),
    ...numberFaultsOf(given.body["payload"], "payload"),
    ...numberFaultsOf(given.body["metadata"], "metadata"),
    ...numberFaultsOf(inQuery.metadata, "query.metadata"),
    ...keyFaults(given, spec, request.headers),
    ...callbackFaults(given, spec, call),
  ];
  const urlFaults = urlFaultsOf(given.body, given.query, call);
  if (faults.length > 0) return refuse(invalidRequest([...faults, ...urlFaults]));
  if (urlFaults.length > 0) return refuse(urlNotAllowed(urlFaults));

  return ok({
    ...merged(inBody, inQuery),
    patience: patienceOf(inBody, inQuery, { prefer: said.prefer, spec }),
    startAt: startAtOf({ ...inQuery, ...inBody }, receivedAt),
    callbacks: callbacksOf({ body: inBody, query: inQuery }, call.settings),
    keys: keyOptionsOf({ body: inBody, query: inQuery }, request.headers, body),
  });
}

function merged(
  body: Partial<BodyOptions>,
  query: Partial<QueryOptions>,
): Omit<TriggerOptions, "patience" | "startAt" | "callbacks" | "keys"> {
  const timeout = body.timeout ?? query.timeout;
  return {
    payload: body.payload ?? {},
    timeoutMs: timeout === undefined ? null : seconds(timeout),
    maxAttempts: body.max_attempts ?? query.max_attempts ?? null,
    onTimeout: body.on_timeout ?? query.on_timeout ?? "continue",
    onDisconnect: body.on_disconnect ?? query.on_disconnect ?? "continue",
    tags: body.tags ?? query.tags ?? [],
    metadata: body.metadata ?? query.metadata ?? {},
  };
}

/** What of `Prefer` was honoured, as a header. */
export function appliedPreference({ patience }: TriggerOptions): {
  readonly [name: string]: string;
} {
  const { preferenceApplied } = patience;
  return preferenceApplied === null ? {} : { "preference-applied": preferenceApplied };
}

type Said = {
  readonly body: ReturnType<typeof TriggerBody.safeParse>;
  readonly query: ReturnType<typeof TriggerQuery.safeParse>;
  readonly prefer: Preferences;
};

function faultsInOptions({ body, query, prefer }: Said): readonly Fault[] {
  return [
    ...(body.success ? [] : bodyFaults(body.error)),
    ...(query.success ? [] : queryFaults(query.error)),
    ...preferFaults(prefer),
  ];
}

/** Checked even where its neighbours are broken, so that the caller hears of everything at once. */
function faultsInPayload(payload: Json = {}, { input }: CommandSpec): readonly Fault[] {
  if (input === null || !isJsonObject(payload)) return [];
  return schemaFaultsOf(input, payload, "payload");
}

function bodyFaults(error: Parameters<typeof faultsOf>[0]): readonly Fault[] {
  const keysAt = (path: string) =>
    Object.keys(path.startsWith("callbacks[") ? CallbackOption.shape : TriggerBody.shape);
  return faultsOf(error, keysAt).map(({ path, message }) => ({
    path: path === "" ? "body" : path,
    message,
  }));
}

function queryFaults(error: Parameters<typeof faultsOf>[0]): readonly Fault[] {
  return faultsOf(error, () => Object.keys(TriggerQuery.shape)).map(({ path, message }) => ({
    path: `query.${path}`,
    message,
  }));
}

function preferFaults({ wait }: Preferences): readonly Fault[] {
  if (wait === null || wait <= WAIT_SECONDS_MAX) return [];
  return [{ path: "Prefer", message: `wait must be at most ${WAIT_SECONDS_MAX} seconds` }];
}

/**
 * An attempt may be given less time than the command allows itself, never more. Read from what was
 * given, because a schema that finds any fault hands nothing on.
 */
function timeoutFaults(
  path: string,
  timeout: unknown,
  { timeoutMs }: CommandSpec,
): readonly Fault[] {
  if (typeof timeout !== "number" || seconds(timeout) <= timeoutMs) return [];
  return [
    { path, message: `Must be at most ${timeoutMs / 1000} seconds, the command's own limit` },
  ];
}

function patienceOf(
  body: Partial<BodyOptions>,
  query: Partial<QueryOptions>,
  { prefer, spec }: { readonly prefer: Preferences; readonly spec: CommandSpec },
): Patience {
  const declaredMs = defaultWaitMs(spec.timing);
  const asked = body.wait ?? query.wait ?? (query.async === undefined ? undefined : !query.async);
  if (asked !== undefined) {
    return { waitMs: waitMsOf(asked, declaredMs), preferenceApplied: null };
  }
  if (prefer.wait !== null) {
    const applied = `${prefer.respondAsync ? "respond-async, " : ""}wait=${prefer.wait}`;
    return { waitMs: seconds(prefer.wait), preferenceApplied: applied };
  }
  if (prefer.respondAsync) {
    return { waitMs: seconds(0), preferenceApplied: "respond-async" };
  }
  const isWaited = spec.executionMode === "synchronous";
  return { waitMs: isWaited ? declaredMs : seconds(0), preferenceApplied: null };
}

function waitMsOf(wait: boolean | number, declaredMs: DurationMs): DurationMs {
  if (typeof wait === "number") return seconds(wait);
  return wait ? declaredMs : seconds(0);
}
