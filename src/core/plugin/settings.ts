import { type DurationMs, minutes } from "../../lang/time.ts";
import type { Callback } from "../callback/endpoint.ts";
import { DELIVERY_RETRY } from "../callback/verdict.ts";
import type { DiscordSettings, HookSettings, SlackSettings } from "../channel/channel-settings.ts";
import type { RetryPolicy } from "../retry/retry.ts";
import { DEFAULT_BREAKER, type PluginSettings } from "./plugin-settings.ts";

/** What whoever runs the gateway says in `holdline.yaml`, checked and with every default filled in. */
export type Settings = {
  readonly plugins: { readonly [name: string]: PluginSettings };
  readonly jobs: {
    /** How long a final job can be read; `null` = the default of its kind. */
    readonly retentionMs: DurationMs | null;
    /** How long a job may take from its start to its end, retries and rests included; `null` = no limit. */
    readonly maxDurationMs: DurationMs | null;
    /** What `POST /jobs` submits where its body names nothing: `plugin/command`. */
    readonly default: string;
  };
  readonly callbacks: CallbackSettings;
  readonly discord: DiscordSettings;
  readonly slack: SlackSettings;
  /** By the name in the path `/in/{hook}`. */
  readonly hooks: { readonly [name: string]: HookSettings };
};

/** How callers are called back. */
export type CallbackSettings = {
  /** Called for every job whose trigger names nobody; `null` = nobody is. */
  readonly default: Omit<Callback, "retry" | "seat"> | null;
  readonly retry: RetryPolicy;
  /** By the name that a trigger gives: the variable that holds the `whsec_…`. */
  readonly secrets: { readonly [name: string]: string };
  /** By the secret's name: a header with the plain HMAC of the body, for receivers that look for one. */
  readonly legacyHeaders: { readonly [secret: string]: string };
};

/** The variable of the gateway's own secret, and the name that stands for it in the settings. */
export const OWN_SECRET = { name: "default", variable: "CALLBACK_SECRET" };

const DEFAULTS: PluginSettings = {
  config: {},
  concurrency: null,
  retry: null,
  breaker: DEFAULT_BREAKER,
  retentionMs: null,
  maxDurationMs: null,
  transport: { kind: "binding" },
};

/** Where nothing is set at all. */
export const NO_SETTINGS: Settings = {
  plugins: {},
  jobs: { retentionMs: null, maxDurationMs: null, default: "chat/complete" },
  callbacks: { default: null, retry: DELIVERY_RETRY, secrets: {}, legacyHeaders: {} },
  discord: { commands: [], tokenLifeMs: minutes(15) },
  slack: { commands: {}, shortcuts: {}, events: {}, urlLifeMs: minutes(30) },
  hooks: {},
};

/** What holds for a plugin, whether it is named or not. */
export function settingsOf({ plugins }: Settings, plugin: string): PluginSettings {
  const own = Object.hasOwn(plugins, plugin) ? plugins[plugin] : undefined;
  return own ?? DEFAULTS;
}
