import * as z from "zod";
import type { HookSettings } from "../core/channel/channel-settings.ts";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { seconds } from "../lang/time.ts";
import { PluginName } from "./manifest.ts";
import { placeFaults } from "./template-places.ts";
import { VariableName } from "./variable-name.ts";

/** 1 MiB, as for a trigger. */
const BYTES_MAX = 1_048_576;

/** As for a trigger. */
const WAIT_SECONDS_MAX = 300;
const WAIT_SECONDS_DEFAULT = 30;

const EVENT_LENGTH_MAX = 200;

const HeaderName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "Must be the name of a header, such as X-Signature")
  .transform((name) => name.toLowerCase());

const RUN_FORM = /^[a-z0-9-]+\/[a-z0-9_-]+$/;

const Run = z.string().superRefine((run, context) => {
  if (RUN_FORM.test(run)) return;
  const message = run.includes("/")
    ? "Must be plugin/command, such as chat/complete"
    : "Must be plugin/command: pipelines cannot be started from here yet";
  context.addIssue({ code: "custom", message });
});

const WAIT_FAULT = `Must be true, false or seconds from 0 to ${WAIT_SECONDS_MAX}`;

const Wait = z.union(
  [z.boolean(), z.number().min(0, WAIT_FAULT).max(WAIT_SECONDS_MAX, WAIT_FAULT)],
  WAIT_FAULT,
);

const Payload = z.custom<JsonObject>(isJsonObject, "Must be a map of keys and values");

const Hook = z
  .strictObject({
    profile: z.enum(["github", "stripe", "standard", "generic"]),
    secret: VariableName,
    header: HeaderName.nullish(),
    id_header: HeaderName.nullish(),
    run: Run,
    payload: Payload.nullish(),
    event: z.string().min(1).max(EVENT_LENGTH_MAX).nullish(),
    wait: Wait.nullish(),
    get: z.boolean().nullish(),
    max_bytes: z.int().min(1).max(BYTES_MAX).nullish(),
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

/** `hooks` in `holdline.yaml`, by the name in the path. */
export const Hooks = z.record(PluginName, Hook);

type Given = z.output<typeof Hook>;
type Between = { readonly path: readonly string[]; readonly message: string };

/** What only the keys together can break. Of what is wrong by itself, enough has been told. */
function faultsBetween(given: { readonly [key in keyof Given]: unknown }): readonly Between[] {
  const { profile, header, get, wait, payload, event } = given;
  const isOther = typeof profile === "string" && profile !== "generic";
  return [
    ...(isOther ? ["header", "id_header"] : [])
      .filter((key) => isSet(given[key as "header" | "id_header"]))
      .map((key) => ({ path: [key], message: "Is for the profile generic only" })),
    ...(profile === "generic" && !isSet(header)
      ? [{ path: ["header"], message: "Is required for the profile generic" }]
      : []),
    ...(get === true && (!isSet(wait) || wait === false || wait === 0)
      ? [{ path: ["get"], message: "Needs wait: a browser is answered with the result" }]
      : []),
    ...(isJsonObject(payload) ? placesAt("payload", payload) : []),
    ...(typeof event === "string" ? placesAt("event", { event }) : []),
  ];
}

const ROOTS = ["body", "headers", "query", "hook"];

function placesAt(key: string, template: JsonObject): readonly Between[] {
  return placeFaults(template, ROOTS).map((message) => ({ path: [key], message }));
}

function isSet<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}

/** The keys that may be at `path`, for the "did you mean". */
export function knownHookKeys(path: string): readonly string[] {
  return path.split(".").length === 2 ? Object.keys(Hook.shape) : [];
}

export function hookSettings(given: z.output<typeof Hooks>): {
  readonly [name: string]: HookSettings;
} {
  return Object.fromEntries(Object.entries(given).map(([name, hook]) => [name, settingsIn(hook)]));
}

function settingsIn(hook: Given): HookSettings {
  const [plugin = "", command = ""] = hook.run.split("/");
  return {
    profile: hook.profile,
    secret: hook.secret,
    header: hook.header ?? null,
    idHeader: hook.id_header ?? null,
    run: { plugin, command, payload: hook.payload ?? null },
    event: hook.event ?? null,
    waitMs: seconds(waitSeconds(hook.wait ?? false)),
    takesGet: hook.get ?? false,
    bytesMax: hook.max_bytes ?? BYTES_MAX,
  };
}

function waitSeconds(wait: boolean | number): number {
  if (typeof wait === "number") return wait;
  return wait ? WAIT_SECONDS_DEFAULT : 0;
}
