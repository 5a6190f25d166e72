import * as z from "zod";
import {
  DEFAULT_CALLBACK_EVENTS,
  eventFault,
  isCallbackEvent,
} from "../core/callback/callback-events.ts";
import { DELIVERY_RETRY } from "../core/callback/verdict.ts";
import type { EventType } from "../core/job/event.ts";
import { type CallbackSettings, OWN_SECRET } from "../core/plugin/settings.ts";
import { isJsonObject, type Json, type JsonObject } from "../lang/json.ts";
import { durationMs, hours } from "../lang/time.ts";
import { judgeUrl, urlFault } from "./url-guard.ts";
import { VariableName } from "./variable-name.ts";

/** More would be tried for days; by hand a delivery can be sent again at any time. */
const ATTEMPTS_MAX = 20;
const REST_MS_MAX = hours(1);

const Rest = z.int().min(0).max(REST_MS_MAX);

const Profile = z.enum(["standard", "states"]);

/** A header of our own would be taken for the platform's, or for Standard Webhooks'. */
const TAKEN =
  /^(?:webhook-|content-|cf-|proxy-|host$|connection$|transfer-encoding$|idempotency-key$|user-agent$|traceparent$|authorization$|cookie$)/i;

const HeaderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, "Must be the name of a header, such as X-Signature")
  .refine((name) => !TAKEN.test(name), "Is a header that has another meaning");

const SecretName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/i, "Must be letters, digits, - and _");

/** On plain http it depends on a variable where it may lead: that is judged at each call. */
const DefaultUrl = z.string().superRefine((url, context) => {
  const judged = judgeUrl(url, { ownHosts: [], allowHttp: [] });
  const isBroken = !judged.ok && !(judged.reason === "scheme" && /^http:\/\//i.test(url));
  if (isBroken) context.addIssue({ code: "custom", message: urlFault(judged.reason) });
});

const Defaults = z.strictObject({
  url: DefaultUrl.nullish(),
  profile: Profile.nullish(),
  events: z.array(z.string()).min(1).nullish(),
  secret: SecretName.nullish(),
  max_attempts: z.int().min(1).max(ATTEMPTS_MAX).nullish(),
  base_ms: Rest.nullish(),
  max_ms: Rest.nullish(),
});

/** `callbacks` in `holdline.yaml`. */
export const Callbacks = z
  .strictObject({
    defaults: Defaults.nullish(),
    secrets: z.record(SecretName, VariableName).nullish(),
    legacy_headers: z.record(SecretName, HeaderName).nullish(),
  })
  .superRefine(
    (given, context) => {
      for (const { path, message } of faultsBetween(given)) {
        context.addIssue({ code: "custom", path: [...path], message });
      }
    },
    // Also where a key has a fault of its own: all are told at once.
    { when: ({ value }) => isJsonObject(value) },
  );

type Given = z.output<typeof Callbacks>;
type Between = { readonly path: (string | number)[]; readonly message: string };

/** What only the keys together can break. Of what is wrong by itself, enough has been told. */
function faultsBetween(given: { readonly [key in keyof Given]: unknown }): readonly Between[] {
  const [defaults, secrets, headers] = [given.defaults, given.secrets, given.legacy_headers].map(
    (value) => (isJsonObject(value) ? value : {}),
  ) as [JsonObject, JsonObject, JsonObject];
  const isKnown = (name: string) => name === OWN_SECRET.name || Object.hasOwn(secrets, name);
  const { secret, base_ms: baseMs, max_ms: maxMs } = defaults;
  return [
    ...(Object.hasOwn(secrets, OWN_SECRET.name)
      ? [{ path: ["secrets", OWN_SECRET.name], message: `Is ${OWN_SECRET.variable} by itself` }]
      : []),
    ...(isSecretName(secret) && !isKnown(secret)
      ? [{ path: ["defaults", "secret"], message: "Must be one of callbacks.secrets" }]
      : []),
    ...Object.keys(headers)
      .filter((name) => isSecretName(name) && !isKnown(name))
      .map((name) => ({
        path: ["legacy_headers", name],
        message: `Must be one of callbacks.secrets, or ${OWN_SECRET.name}`,
      })),
    ...eventFaults(defaults),
    ...["profile", "events", "secret"]
      .filter((key) => defaults[key] != null && defaults["url"] == null)
      .map((key) => ({ path: ["defaults", key], message: "Means nothing without url" })),
    ...(isRest(baseMs) && baseMs > Number(maxMs ?? DELIVERY_RETRY.maxMs)
      ? [{ path: ["defaults", "base_ms"], message: "Must not be above max_ms" }]
      : []),
  ];
}

function isSecretName(value: Json | undefined): value is string {
  return SecretName.safeParse(value).success;
}

function isRest(value: Json | undefined): value is number {
  return Rest.safeParse(value).success;
}

function eventFaults({ events, profile }: JsonObject): readonly Between[] {
  const of = profile === "states" ? "states" : "standard";
  if (!Array.isArray(events)) return [];
  return (events as readonly Json[]).flatMap((type, index) =>
    typeof type !== "string" || isCallbackEvent(of, type)
      ? []
      : [{ path: ["defaults", "events", index], message: eventFault(of) }],
  );
}

/** The keys that may be at `path`, for the "did you mean". */
export function knownCallbackKeys(path: string): readonly string[] {
  return Object.keys(path === "callbacks.defaults" ? Defaults.shape : Callbacks.shape);
}

export function callbackSettings({
  defaults,
  secrets,
  legacy_headers: legacyHeaders,
}: Given): CallbackSettings {
  return {
    default: defaultOf(defaults ?? {}),
    retry: {
      maxAttempts: defaults?.max_attempts ?? DELIVERY_RETRY.maxAttempts,
      baseMs: durationMs(
        Math.min(
          defaults?.base_ms ?? DELIVERY_RETRY.baseMs,
          defaults?.max_ms ?? DELIVERY_RETRY.maxMs,
        ),
      ),
      maxMs: durationMs(defaults?.max_ms ?? DELIVERY_RETRY.maxMs),
    },
    secrets: secrets ?? {},
    legacyHeaders: legacyHeaders ?? {},
  };
}

function defaultOf({
  url,
  profile,
  events,
  secret,
}: z.output<typeof Defaults>): CallbackSettings["default"] {
  if (url === null || url === undefined) return null;
  const of = profile ?? "standard";
  const isOwn = secret === null || secret === undefined || secret === OWN_SECRET.name;
  return {
    url,
    profile: of,
    events: (events as readonly EventType[] | null | undefined) ?? DEFAULT_CALLBACK_EVENTS[of],
    secret: isOwn ? null : secret,
  };
}
