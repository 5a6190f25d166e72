import { readEnvironment } from "../../config/environment.ts";
import { type UrlRule, urlFault } from "../../config/url-guard.ts";
import { type HttpAnswer, readHttpAnswer } from "../../core/plugin/http-answer.ts";
import { failureOf, type Outcome } from "../../core/plugin/outcome.ts";
import type { Transport } from "../../core/plugin/plugin-settings.ts";
import type { PluginRequest } from "../../core/plugin/request.ts";
import { JSON_DEPTH_MAX, RESPONSE_BYTES_MAX } from "../../core/plugin/response.ts";
import { toHex } from "../../lang/bytes.ts";
import { jsonDepth } from "../../lang/json.ts";
import { ok, type Result, refuse } from "../../lang/result.ts";
import { epochMs } from "../../lang/time.ts";
import { type GuardedAnswer, guardedFetch } from "../guarded-fetch.ts";
import { signatureHeaders, type WebhookKey, webhookKey } from "../webhook-signature.ts";
import type { Invoke } from "./plugin-call.ts";
import { type Asked, manifestOf } from "./plugin-manifest.ts";

/** Where a plugin is, and the variable with the secret that its requests are signed with. */
export type HttpPlace = Extract<Transport, { readonly kind: "http" }>;

/** A manifest with 200 commands and their schemas is a tenth of this. */
const MANIFEST_BYTES_MAX = 262_144;

/** A message to a plugin before it is signed. */
type Message = {
  readonly method: "GET" | "POST";
  readonly path: "/manifest" | "/invoke";
  readonly id: string;
  /** Empty for a GET. */
  readonly body: string;
  readonly headers: { readonly [name: string]: string };
  readonly answerBytesMax: number;
  readonly signal: AbortSignal;
};

/** A plugin that is not there can come back, one that may not be called cannot by itself. */
type NoAnswer =
  | { readonly kind: "secret"; readonly why: string }
  | { readonly kind: "url"; readonly rule: UrlRule }
  | { readonly kind: "broken" };

/** Asks a plugin behind HTTP what it is. A reason is for whoever runs the gateway. */
export async function httpManifest(
  place: HttpPlace,
  env: object,
  signal: AbortSignal,
): Promise<Asked> {
  const answered = await send(place, env, {
    method: "GET",
    path: "/manifest",
    id: messageId(crypto.randomUUID()),
    body: "",
    headers: { accept: "application/json" },
    answerBytesMax: MANIFEST_BYTES_MAX,
    signal,
  });
  if (!answered.ok) return refuse(reasonOf(answered.reason));
  const { status } = answered.value;
  if (status !== 200) return refuse(`GET /manifest was answered with HTTP ${status}`);
  return manifestIn(answered.value);
}

function manifestIn({ bytes, isCut }: GuardedAnswer): Asked {
  if (isCut) return refuse(`The manifest is larger than ${MANIFEST_BYTES_MAX} bytes`);
  const value = parsed(bytes);
  return value === undefined
    ? refuse(`The manifest is not JSON in UTF-8 of at most ${JSON_DEPTH_MAX} levels`)
    : manifestOf(value);
}

/** `undefined` for what is no JSON, or nested deeper than anything that is handed on. */
function parsed(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
    return jsonDepth(text) > JSON_DEPTH_MAX ? undefined : JSON.parse(text);
  } catch {
    // Neither decoder nor parser says anything that would help more than that it is not JSON.
    return undefined;
  }
}

function reasonOf(reason: NoAnswer): string {
  switch (reason.kind) {
    case "secret":
      return reason.why;
    case "url":
      return `Its URL is not allowed: ${urlFault(reason.rule)}`;
    default:
      return "It could not be reached";
  }
}

/** Calls a plugin behind HTTP for one attempt. Its progress comes by itself, over `request.callback`. */
export function httpInvoke(place: HttpPlace, env: object): Invoke {
  return async (request, { signal }) => {
    const { traceparent } = request;
    const answered = await send(place, env, {
      method: "POST",
      path: "/invoke",
      id: await attemptMessageId(request),
      body: JSON.stringify(request),
      headers: {
        "content-type": "application/json",
        accept: "application/json",
        ...(traceparent === null ? {} : { traceparent }),
      },
      answerBytesMax: RESPONSE_BYTES_MAX,
      signal,
    });
    return answered.ok
      ? readHttpAnswer(httpAnswer(answered.value), epochMs(Date.now()))
      : failureFor(answered.reason);
  };
}

function failureFor(reason: NoAnswer): Outcome {
  switch (reason.kind) {
    case "secret":
      return failureOf("transport", `The plugin cannot be called: ${reason.why}`);
    case "url": {
      const message = `The plugin's URL is not allowed: ${urlFault(reason.rule)}`;
      return failureOf("ex_config", message, { code: "url_not_allowed", retryable: false });
    }
    default:
      return failureOf("transport", "The plugin could not be reached, or the call broke off");
  }
}

function httpAnswer({ status, headers, bytes, isCut }: GuardedAnswer): HttpAnswer {
  const retryAfter = headers.get("retry-after");
  const text = isCut ? null : decoded(bytes);
  if (text !== null) return { status, retryAfter, body: { kind: "readable", text } };
  const kind = isCut ? "too_large" : "not_utf8";
  return { status, retryAfter, body: { kind, text: new TextDecoder().decode(bytes) } };
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // The decoder has one way to say that bytes are not UTF-8.
    return null;
  }
}

/** Looks up the secret, signs, and sends: address and secret are those of now, not of the job. */
async function send(
  place: HttpPlace,
  env: object,
  message: Message,
): Promise<Result<GuardedAnswer, NoAnswer>> {
  const key = keyOf(place, env);
  if (!key.ok) return refuse({ kind: "secret", why: key.reason });
  const { method, path, id, body, headers, answerBytesMax, signal } = message;
  const signature = signatureHeaders([key.value], { id, at: epochMs(Date.now()), body });
  // The address is written by whoever runs the gateway, so only callers' URLs are held against its own.
  const policy = { ownHosts: [], allowHttp: readEnvironment(env).allowHttp };
  try {
    const answered = await guardedFetch(
      {
        method,
        url: `${place.url}${path}`,
        headers: { ...headers, ...signature },
        body: method === "GET" ? null : body,
        answerBytesMax,
        signal,
      },
      policy,
    );
    return answered.ok ? answered : refuse({ kind: "url", rule: answered.reason });
  } catch {
    // DNS, TLS, a connection refused or cut: which one would tell strangers about a network.
    return refuse({ kind: "broken" });
  }
}

function keyOf({ secret: name }: HttpPlace, env: object): Result<WebhookKey, string> {
  const text: unknown = Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
  if (typeof text !== "string") return refuse(`The variable ${name} with its secret is not set`);
  const key = webhookKey(text);
  return key.ok ? ok(key.value) : refuse(`The variable ${name} is no secret: ${key.reason}`);
}

/**
 * The same for every repeat of one attempt, and for nothing else. The token itself is a right, and
 * headers end up in logs.
 */
async function attemptMessageId({ attempt_token: token }: PluginRequest): Promise<string> {
  if (token === null) return messageId(crypto.randomUUID());
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return messageId(toHex(new Uint8Array(digest).slice(0, 16)));
}

function messageId(unique: string): string {
  return `msg_${unique.replaceAll("-", "")}`;
}
