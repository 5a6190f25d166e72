import { readEnvironment } from "../../config/environment.ts";
import type { DeliveryAttempt, DeliveryError } from "../../core/callback/delivery.ts";
import { failedBy, type Verdict, verdictOf } from "../../core/callback/verdict.ts";
import { OWN_SECRET } from "../../core/plugin/settings.ts";
import { toHex } from "../../lang/bytes.ts";
import { type Result, refuse } from "../../lang/result.ts";
import { between, type EpochMs, seconds } from "../../lang/time.ts";
import { clock } from "../clock.ts";
import type { GatewayEnv } from "../env.ts";
import { type GuardedAnswer, guardedFetch } from "../guarded-fetch.ts";
import { logError } from "../log.ts";
import { loadedSettings } from "../settings.ts";
import { signatureHeaders } from "../webhook-signature.ts";
import { type CallbackKeys, callbackKeys } from "./callback-secrets.ts";
import type { ClaimedDelivery, ClaimedPost, DeliveryNote } from "./claimed-delivery.ts";
import { isSwitchedOff } from "./endpoint-switch.ts";
import { said } from "./say.ts";

/** A receiver that takes longer does its work before it answers (contract, section 6). */
export const DELIVERY_MS_MAX = seconds(10);

/** As much of a receiver's answer as is read, and kept. */
const RESPONSE_BYTES_MAX = 4096;

/**
 * Makes a delivery once. Whatever happens, it comes back with how it went, in time. What that says of the
 * receiver is for `hearOfDelivery`, once the job has been told.
 */
export async function deliver(claimed: ClaimedDelivery, env: GatewayEnv): Promise<DeliveryNote> {
  const startedAt = clock();
  const made =
    claimed.kind === "saying"
      ? await said(claimed, env)
      : { ...(await posting(claimed, env, startedAt)), news: {} };
  const { verdict, status, response, news } = made;
  const { endpoint, seq, attempt } = claimed;
  const last: DeliveryAttempt = {
    at: startedAt,
    durationMs: between(startedAt, clock()),
    status,
    error: errorOf(verdict),
    response,
  };
  return { endpoint, seq, attempt, verdict, last, news };
}

type Posted = Pick<DeliveryAttempt, "status" | "response"> & { readonly verdict: Verdict };

async function posting(claimed: ClaimedPost, env: GatewayEnv, startedAt: EpochMs): Promise<Posted> {
  // Asked also for what goes out all the same: only a record that is known is taken back by a success.
  const isOff = await isSwitchedOff(env, claimed);
  if (isOff && !claimed.isResent) return unposted("switched_off");
  const { callbacks } = loadedSettings();
  const keys = callbackKeys(env, callbacks, claimed.secret);
  if (!keys.ok) {
    logError("callback.not_signed", keys.reason, { job_id: claimed.job });
    return unposted("no_secret");
  }
  const legacyHeader = callbacks.legacyHeaders[claimed.secret ?? OWN_SECRET.name];
  const headers = await headersOf(claimed, { keys: keys.value, legacyHeader, startedAt });
  const answered = await post(claimed, env, headers);
  if (!answered.ok) return unposted(answered.reason);
  const { status, headers: answer, bytes } = answered.value;
  return {
    status,
    response: bytes.byteLength === 0 ? null : new TextDecoder().decode(bytes),
    verdict: verdictOf({ status, retryAfter: answer.get("retry-after") }, clock()),
  };
}

function unposted(error: DeliveryError): Posted {
  return { verdict: failedBy(error), status: null, response: null };
}

async function post(
  { url, body, origin }: ClaimedPost,
  env: GatewayEnv,
  headers: { readonly [name: string]: string },
): Promise<Result<GuardedAnswer, DeliveryError>> {
  const policy = { ownHosts: [new URL(origin).host], allowHttp: readEnvironment(env).allowHttp };
  const signal = AbortSignal.timeout(DELIVERY_MS_MAX);
  try {
    const answered = await guardedFetch(
      {
        method: "POST",
        url,
        headers,
        body,
        answerBytesMax: RESPONSE_BYTES_MAX,
        signal,
        // The status has said what there is to say.
        takesBroken: true,
      },
      policy,
    );
    return answered.ok ? answered : refuse("url_not_allowed");
  } catch {
    // DNS, TLS, a connection refused or cut: which one would tell strangers about a network.
    return refuse(signal.aborted ? "timeout" : "unreachable");
  }
}

async function headersOf(
  { id, job, seq, body, traceparent }: ClaimedPost,
  {
    keys: { keys, text },
    legacyHeader,
    startedAt,
  }: {
    readonly keys: CallbackKeys;
    readonly legacyHeader: string | undefined;
    readonly startedAt: EpochMs;
  },
): Promise<{ readonly [name: string]: string }> {
  return {
    "content-type": "application/json",
    "idempotency-key": `${job}:${seq}`,
    ...signatureHeaders(keys, { id, at: startedAt, body }),
    ...(traceparent === null ? {} : { traceparent }),
    ...(legacyHeader === undefined
      ? {}
      : { [legacyHeader]: `sha256=${await hexHmac(text, body)}` }),
  };
}

/** As receivers of the old kind check it: over the body alone, with the secret's very text as the key. */
async function hexHmac(secret: string, body: string): Promise<string> {
  const encoder = new TextEncoder();
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(body));
  return toHex(new Uint8Array(signature));
}

function errorOf(verdict: Verdict): DeliveryError | null {
  switch (verdict.kind) {
    case "delivered":
    case "more":
      return null;
    case "gone":
      return "gone";
    case "failed":
      return verdict.error;
  }
}
