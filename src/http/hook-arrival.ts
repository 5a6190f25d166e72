import { deliveryIdOf } from "../channels/inbound/delivery-id.ts";
import { verifyHook } from "../channels/inbound/verify.ts";
import type { HookSettings } from "../core/channel/channel-settings.ts";
import { JSON_DEPTH_MAX } from "../core/plugin/response.ts";
import { hookSecrets } from "../edge/hook-secrets.ts";
import { logError } from "../edge/log.ts";
import { isJsonObject, type JsonObject, jsonDepth } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { readBody, TOO_DEEP, textOfBody } from "./body.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";

/** A hook, by the name in its path. */
export type Hook = { readonly name: string; readonly settings: HookSettings };

/** What came to a hook. */
export type Arrival = {
  /** The body as an object; of a `GET` the query. */
  readonly content: JsonObject;
  /** What the places of templates lead to. */
  readonly scope: JsonObject;
  /** What the sender calls it; `null` = nothing, so that it cannot be known again. */
  readonly deliveryId: string | null;
};

/** The hook that the path names, if there is one. */
export function hookOf({ settings, params }: Call): Hook | null {
  const { hook: name = "" } = params;
  const found = Object.hasOwn(settings.hooks, name) ? settings.hooks[name] : undefined;
  return found === undefined ? null : { name, settings: found };
}

/** What a sender has sent that has proved who it is. Nothing is parsed before that. */
export async function deliveryTo(call: Call, hook: Hook): Promise<Result<Arrival, Problem>> {
  const { request } = call;
  const { settings } = hook;
  const bytes = await readBody(request, settings.bytesMax);
  if (!bytes.ok) return bytes;
  if (!(await isProven(call, hook, bytes.value))) return refuse(FORBIDDEN);
  const content = contentIn(settings, request.headers, bytes.value);
  if (!content.ok) return content;
  return ok({
    content: content.value,
    scope: {
      body: content.value,
      headers: safeHeaders(settings, request.headers),
      query: queryOf(request),
      hook: hook.name,
    },
    deliveryId: deliveryIdOf(settings, request.headers, content.value),
  });
}

/** What a browser brings along, which proves nothing. */
export function redirectTo({ request }: Call, { name }: Hook): Arrival {
  const query = queryOf(request);
  return { content: query, scope: { query, hook: name }, deliveryId: null };
}

/** Says nothing of why: each reason would help to guess. */
const FORBIDDEN: Problem = { code: "forbidden", detail: "The request is not allowed" };

async function isProven(call: Call, hook: Hook, body: Uint8Array): Promise<boolean> {
  const { profile, header } = hook.settings;
  const secrets = hookSecrets(call.env, hook.settings);
  if (!secrets.ok) {
    logOnce(hook.name, secrets.reason);
    return false;
  }
  const { headers } = call.request;
  return verifyHook(
    { profile, header, secrets: secrets.value },
    { headers, body, now: call.receivedAt },
  );
}

/** Hooks whose fault has been logged by this isolate: anyone may send them something at any rate. */
const logged = new Set<string>();

function logOnce(hook: string, reason: string): void {
  if (logged.has(hook)) return;
  logged.add(hook);
  logError("hook.shut", new Error(reason), { hook });
}

/** A JSON object as it is, a form as its fields, anything else as the text that it is. */
function contentIn(
  { profile }: HookSettings,
  headers: Headers,
  bytes: Uint8Array,
): Result<JsonObject, Problem> {
  const text = textOfBody(bytes);
  if (!text.ok) return text;
  if (!FORM.test(headers.get("content-type") ?? "")) return objectIn(text.value);
  const fields = Object.fromEntries(new URLSearchParams(text.value));
  const { payload } = fields;
  // What GitHub sends unless it is told otherwise: its JSON as a form's only field.
  return profile === "github" && payload !== undefined ? objectIn(payload) : ok(fields);
}

const FORM = /^application\/x-www-form-urlencoded\b/i;

function objectIn(text: string): Result<JsonObject, Problem> {
  if (text.trim() === "") return ok({});
  const parsed = parsedIn(text);
  if (!isJsonObject(parsed)) return ok({ text });
  return jsonDepth(text) > JSON_DEPTH_MAX ? refuse(TOO_DEEP) : ok(parsed as JsonObject);
}

function parsedIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // There is one way for it not to be JSON.
    return null;
  }
}

/** Words in the names of headers that are nobody's business but the gateway's. */
const SECRET_HEADER = /authorization|cookie|signature|secret|token|api-?key|password|jwt|hmac/;

function safeHeaders({ header }: HookSettings, headers: Headers): JsonObject {
  const safe = [...headers].filter(([name]) => name !== header && !SECRET_HEADER.test(name));
  return Object.fromEntries(safe);
}

function queryOf({ url }: Request): JsonObject {
  return Object.fromEntries(new URL(url).searchParams);
}
