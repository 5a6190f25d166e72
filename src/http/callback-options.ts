import type { Fault } from "../config/fault.ts";
import {
  DEFAULT_CALLBACK_EVENTS,
  eventFault,
  isCallbackEvent,
} from "../core/callback/callback-events.ts";
import { type Callback, ENDPOINTS_MAX } from "../core/callback/endpoint.ts";
import { isSame } from "../core/callback/on-attach.ts";
import type { EventType } from "../core/job/event.ts";
import type { CommandSpec } from "../core/plugin/manifest.ts";
import { OWN_SECRET, type Settings } from "../core/plugin/settings.ts";
import { callbackKeys } from "../edge/callbacks/callback-secrets.ts";
import { didYouMean } from "../lang/closest.ts";
import { isJsonObject } from "../lang/json.ts";
import type { Call } from "./call.ts";
import type { Given } from "./given.ts";
import type { BodyOptions, QueryOptions } from "./trigger-schema.ts";

/** One who is to be called, in the caller's own words. */
type CallbackOption = NonNullable<BodyOptions["callbacks"]>[number];

const NAMES = ["callback_url", "state_webhook_url", "callbacks"] as const;

/** Who is to be told of a job where its trigger names nobody. */
export function defaultCallbacks({ callbacks }: Settings): readonly Callback[] {
  const { default: byDefault, retry } = callbacks;
  return byDefault === null ? [] : [{ ...byDefault, retry, seat: null }];
}

/** Whom a trigger wants to be told of its job; `null` = it says nothing of that. */
export function callbacksOf(
  { body, query }: { readonly body: Partial<BodyOptions>; readonly query: Partial<QueryOptions> },
  settings: Settings,
): readonly Callback[] | null {
  const end = body.callback_url ?? query.callback_url;
  const states = body.state_webhook_url ?? query.state_webhook_url;
  const asked = [
    ...(end === undefined ? [] : [callbackOf({ url: end }, settings)]),
    ...(states === undefined ? [] : [callbackOf({ url: states, profile: "states" }, settings)]),
    ...(body.callbacks ?? []).map((option) => callbackOf(option, settings)),
  ];
  if (asked.length === 0 && body.callbacks === undefined) return null;
  return asked.filter(
    (callback, index) => asked.findIndex((other) => isSame(other, callback)) === index,
  );
}

/** To be read where there are no faults. */
export function callbackOf(
  { url, profile = "standard", events, secret }: CallbackOption,
  { callbacks }: Settings,
): Callback {
  return {
    url,
    profile,
    events: (events as readonly EventType[] | undefined) ?? DEFAULT_CALLBACK_EVENTS[profile],
    secret: secret === undefined || secret === OWN_SECRET.name ? null : secret,
    retry: callbacks.retry,
    seat: null,
  };
}

/** What the form of each option by itself does not show. */
export function callbackFaults(
  { body, query }: { readonly body: Given; readonly query: Given },
  { timing }: Pick<CommandSpec, "timing">,
  call: Pick<Call, "env" | "settings">,
): readonly Fault[] {
  const paths = [
    ...NAMES.filter((name) => body[name] !== undefined),
    ...NAMES.filter((name) => query[name] !== undefined).map((name) => `query.${name}`),
  ];
  if (timing === "immediate") {
    const message = "Means nothing here: an immediate command answers at once, and makes no job";
    return paths.map((path) => ({ path, message }));
  }
  const listed: readonly unknown[] = Array.isArray(body["callbacks"]) ? body["callbacks"] : [];
  const single = paths.filter((path) => path !== "callbacks");
  const count = listed.length + single.length;
  const tooMany =
    count > ENDPOINTS_MAX
      ? [
          {
            path: "callbacks",
            message: `Must be at most ${ENDPOINTS_MAX} in all: there are ${count}`,
          },
        ]
      : [];
  return [
    ...single.flatMap((path) => secretFaults(path, undefined, call)),
    ...listed.flatMap((option, index) =>
      optionFaults(isJsonObject(option) ? option : {}, call).map(({ path, message }) => ({
        path: `callbacks[${index}]${path === "" ? "" : `.${path}`}`,
        message,
      })),
    ),
    ...tooMany,
  ];
}

/** What is wrong with the words of one callback. */
export function optionFaults(
  { events, profile, secret }: Given,
  call: Pick<Call, "env" | "settings">,
): readonly Fault[] {
  const of = profile === "states" ? "states" : "standard";
  const told: readonly unknown[] = Array.isArray(events) ? events : [];
  return [
    ...told.flatMap((type, index) =>
      typeof type !== "string" || isCallbackEvent(of, type)
        ? []
        : [{ path: `events[${index}]`, message: eventFault(of) }],
    ),
    ...secretFaults(typeof secret === "string" ? "secret" : "", secret, call),
  ];
}

/** Nothing is sent without a signature: whoever cannot be sent one hears of it before there is a job. */
function secretFaults(
  path: string,
  secret: unknown,
  { env, settings: { callbacks } }: Pick<Call, "env" | "settings">,
): readonly Fault[] {
  if (secret !== undefined && typeof secret !== "string") return [];
  const names = [OWN_SECRET.name, ...Object.keys(callbacks.secrets)];
  if (secret !== undefined && !names.includes(secret)) {
    return [{ path, message: `Is no secret of this gateway${didYouMean(secret, names)}` }];
  }
  const isOwn = secret === undefined || secret === OWN_SECRET.name;
  const keys = callbackKeys(env, callbacks, isOwn ? null : secret);
  return keys.ok ? [] : [{ path, message: `Cannot be signed here. ${keys.reason}` }];
}
