import * as z from "zod";
import { CONCURRENCY_MAX } from "../core/plugin/manifest.ts";
import {
  type BreakerPolicy,
  DEFAULT_BREAKER,
  type PluginSettings,
  type Transport,
} from "../core/plugin/plugin-settings.ts";
import { NO_SETTINGS, type Settings } from "../core/plugin/settings.ts";
import type { RetryPolicy } from "../core/retry/retry.ts";
import { isJsonObject, type JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { days, durationMs, hours, minutes, seconds } from "../lang/time.ts";
import { Callbacks, callbackSettings, knownCallbackKeys } from "./callbacks.ts";
import { Discord, discordSettings, knownDiscordKeys } from "./discord.ts";
import { duration } from "./duration.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { Hooks, hookSettings, knownHookKeys } from "./hooks.ts";
import { PluginName } from "./manifest.ts";
import { PluginUrl } from "./plugin-url.ts";
import { REST_FAULT, RETRY_KEYS } from "./retry-keys.ts";
import { knownSlackKeys, Slack, slackSettings } from "./slack.ts";
import { VariableName } from "./variable-name.ts";
import { type LineFault, readYaml, type YamlText } from "./yaml.ts";

/**
 * Shorter than a minute, a caller who was told 202 would come back to nothing; what is to be kept for
 * more than a year belongs into a store made for that.
 */
const RETENTION = { minMs: minutes(1), maxMs: days(365) };

/** From the shortest that leaves time for an attempt, to as far ahead as a start may be put off. */
const MAX_DURATION = { minMs: seconds(1), maxMs: days(30) };

/** Above 100 failures in a row nobody would call it a breaker. */
const THRESHOLD_MAX = 100;

/** Below a second every call would be a probe; a command that is shut for more than a day is forgotten. */
const RESET_MS_MIN = seconds(1);
const RESET_MS_MAX = hours(24);

// Every key may be without a value, and is not set then: what would follow may be commented out.

/** Keys of the contract that this version has no use for: taken silently, they would mislead. */
const Later = z.null("Is not supported yet").optional();

const JsonMap = z.custom<JsonObject>(isJsonObject, "Must be a map of keys and values");

const Retry = z
  .strictObject({
    max_attempts: z.nullish(RETRY_KEYS.max_attempts),
    base_ms: z.nullish(RETRY_KEYS.base_ms),
    max_ms: z.nullish(RETRY_KEYS.max_ms),
  })
  .refine(({ base_ms, max_ms }) => (base_ms ?? 0) <= (max_ms ?? Number.POSITIVE_INFINITY), {
    ...REST_FAULT,
    when: always,
  });

const Breaker = z.strictObject({
  threshold: z.int().min(1).max(THRESHOLD_MAX).nullish(),
  reset_ms: z.int().min(RESET_MS_MIN).max(RESET_MS_MAX).nullish(),
  scope: z.enum(["schedule", "all"]).nullish(),
});

const Plugin = z
  .strictObject({
    config: JsonMap.nullish(),
    concurrency: z.int().min(1).max(CONCURRENCY_MAX).nullish(),
    retry: Retry.nullish(),
    breaker: Breaker.nullish(),
    retention: duration(RETENTION).nullish(),
    max_duration: duration(MAX_DURATION).nullish(),
    transport: z.enum(["binding", "http"]).nullish(),
    url: PluginUrl.nullish(),
    secret: z.nullish(VariableName),
  })
  .refine(...goesWithHttp("url"))
  .refine(...goesWithHttp("secret"))
  .refine(...neededByHttp("url"))
  .refine(...neededByHttp("secret"));

const Target = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9_-]+$/i, "Must be plugin/command, such as chat/complete");

const Jobs = z.strictObject({
  retention: duration(RETENTION).nullish(),
  max_duration: duration(MAX_DURATION).nullish(),
  default: Target.nullish(),
  wait_max: Later,
});

const File = z.strictObject({
  plugins: z.record(PluginName, Plugin.nullish()).nullish(),
  jobs: Jobs.nullish(),
  callbacks: Callbacks.nullish(),
  pipelines: Later,
  hooks: Hooks.nullish(),
  schedules: Later,
  discord: Discord.nullish(),
  slack: Slack.nullish(),
});

type Given = { readonly transport?: unknown; readonly url?: unknown; readonly secret?: unknown };
type HttpKey = "url" | "secret";
type Rule = [isKept: (given: Given) => boolean, fault: Exclude<z.core.$ZodCustomParams, string>];

function goesWithHttp(key: HttpKey): Rule {
  return [
    ({ transport, [key]: value }) => !isSet(value) || (isSet(transport) && transport !== "binding"),
    { message: "Needs transport: http", path: [key], when: always },
  ];
}

function neededByHttp(key: HttpKey): Rule {
  return [
    ({ transport, [key]: value }) => isSet(value) || transport !== "http",
    { message: "Is required for transport: http", path: [key], when: always },
  ];
}

/** Also where another key has a fault: all are told at once. */
function always({ value }: { readonly value: unknown }): boolean {
  return isJsonObject(value);
}

/** What `holdline.yaml` sets, or everything that is wrong with it, line by line. */
export function readSettings(text: string): Result<Settings, readonly LineFault[]> {
  const read = readYaml(text);
  if (!read.ok) return read;
  const { value, faults } = read.value;
  if (value === null && faults.length === 0) return ok(NO_SETTINGS);
  if (!isJsonObject(value)) return refuse(inOrder(read.value, [notAMap]));

  const parsed = File.safeParse(value);
  if (!parsed.success) return refuse(inOrder(read.value, faultsOf(parsed.error, knownKeys)));
  return faults.length > 0 ? refuse(inOrder(read.value, [])) : ok(settingsIn(parsed.data));
}

const notAMap: Fault = {
  path: "",
  message: "Must be a map of keys, such as plugins and jobs",
};

/** What the text breaks and what its meaning breaks; of one place only the first, which explains more. */
function inOrder({ faults, lineOf }: YamlText, others: readonly Fault[]): readonly LineFault[] {
  const told = new Set(faults.map(({ path }) => path));
  const further = others
    .filter(({ path }) => !told.has(path))
    .map((fault) => ({ ...fault, line: lineOf(fault.path) }));
  return [...faults, ...further].toSorted((left, right) => left.line - right.line);
}

/** The keys that may be at `path`, for the "did you mean". */
function knownKeys(path: string): readonly string[] {
  if (path === "") return Object.keys(File.shape);
  if (path === "jobs") return Object.keys(Jobs.shape);
  if (path.startsWith("callbacks")) return knownCallbackKeys(path);
  if (path.startsWith("hooks")) return knownHookKeys(path);
  if (path.startsWith("discord")) return knownDiscordKeys(path);
  if (path.startsWith("slack")) return knownSlackKeys(path);
  const [, , key] = path.split(".");
  if (key === "retry") return Object.keys(Retry.shape);
  return Object.keys(key === "breaker" ? Breaker.shape : Plugin.shape);
}

function settingsIn({
  plugins,
  jobs,
  callbacks,
  discord,
  slack,
  hooks,
}: z.output<typeof File>): Settings {
  const named = Object.entries(plugins ?? {});
  return {
    plugins: Object.fromEntries(named.map(([name, plugin]) => [name, pluginOf(plugin ?? {})])),
    jobs: {
      retentionMs: jobs?.retention ?? null,
      maxDurationMs: jobs?.max_duration ?? null,
      default: jobs?.default ?? NO_SETTINGS.jobs.default,
    },
    callbacks: callbackSettings(callbacks ?? {}),
    discord: discordSettings(discord ?? {}),
    slack: slackSettings(slack ?? {}),
    hooks: hookSettings(hooks ?? {}),
  };
}

function pluginOf(plugin: z.output<typeof Plugin>): PluginSettings {
  return {
    config: plugin.config ?? {},
    concurrency: plugin.concurrency ?? null,
    retry: retryOf(plugin.retry ?? {}),
    breaker: breakerOf(plugin.breaker ?? {}),
    retentionMs: plugin.retention ?? null,
    maxDurationMs: plugin.max_duration ?? null,
    transport: transportOf(plugin),
  };
}

function retryOf({ max_attempts, base_ms, max_ms }: z.output<typeof Retry>) {
  const set: Partial<RetryPolicy> = {
    ...(isSet(max_attempts) ? { maxAttempts: max_attempts } : {}),
    ...(isSet(base_ms) ? { baseMs: durationMs(base_ms) } : {}),
    ...(isSet(max_ms) ? { maxMs: durationMs(max_ms) } : {}),
  };
  return Object.keys(set).length === 0 ? null : set;
}

function breakerOf({ threshold, reset_ms, scope }: z.output<typeof Breaker>): BreakerPolicy {
  return {
    threshold: threshold ?? DEFAULT_BREAKER.threshold,
    resetMs: isSet(reset_ms) ? durationMs(reset_ms) : DEFAULT_BREAKER.resetMs,
    scope: scope ?? DEFAULT_BREAKER.scope,
  };
}

/** The schema has seen to it that http has both. */
function transportOf({ transport, url, secret }: z.output<typeof Plugin>): Transport {
  if (transport !== "http" || !isSet(url) || !isSet(secret)) return { kind: "binding" };
  return { kind: "http", url, secret };
}

function isSet<Value>(value: Value | null | undefined): value is Value {
  return value !== null && value !== undefined;
}
