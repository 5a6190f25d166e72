import * as z from "zod/mini";
import {
  attemptMsMax,
  CONCURRENCY_MAX,
  type CommandSpec,
  defaultDispatch,
  defaultTimeoutMs,
  type Manifest,
} from "../core/plugin/manifest.ts";
import { PROTOCOL } from "../core/plugin/request.ts";
import { faultsInSchema } from "../core/plugin/schema-check.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../core/retry/retry.ts";
import type { JsonObject } from "../lang/json.ts";
import { ok, type Result, refuse } from "../lang/result.ts";
import { durationMs } from "../lang/time.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { REST_FAULT, RETRY_KEYS } from "./retry-keys.ts";

/** Names appear in URLs, and a plugin's in a binding: lower case, digits and dashes. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const COMMAND_NAME = /^[a-z][a-z0-9]*([-_][a-z0-9]+)*$/;
const NAME_LENGTH_MAX = 64;

/** What a plugin may be called. */
export const PluginName = z
  .string()
  .check(z.maxLength(NAME_LENGTH_MAX), z.regex(NAME, "Must be lower-case words joined by dashes"));

const Schema = z.record(z.string(), z.json()).check(
  z.superRefine((schema, context) => {
    for (const { path, message } of faultsInSchema(schema as JsonObject)) {
      context.addIssue({ code: "custom", message, path: [path] });
    }
  }),
);

const PayloadSchema = Schema.check(
  z.refine(({ type = "object" }) => type === "object", {
    message: 'Must be "object": a payload always is one',
    path: ["type"],
  }),
);

const Retry = z
  .strictObject({
    max_attempts: z._default(RETRY_KEYS.max_attempts, DEFAULT_RETRY.maxAttempts),
    base_ms: z._default(RETRY_KEYS.base_ms, DEFAULT_RETRY.baseMs),
    max_ms: z._default(RETRY_KEYS.max_ms, DEFAULT_RETRY.maxMs),
  })
  .check(z.refine(({ base_ms, max_ms }) => base_ms <= max_ms, REST_FAULT));

/** Names, listed: none unless some are given. */
const Names = z._default(z.array(z.string()), []);

const Command = z
  .strictObject({
    description: z._default(z.string(), ""),
    type: z.enum(["read", "write"]),
    timing: z.enum(["immediate", "short", "medium", "long", "ack"]),
    execution_mode: z._default(z.enum(["asynchronous", "synchronous"]), "asynchronous"),
    timeout_ms: z.optional(z.int().check(z.minimum(1))),
    retry: z.optional(Retry),
    dispatch: z.optional(z.enum(["direct", "queue"])),
    idempotent: z._default(z.boolean(), false),
    input: z.optional(PayloadSchema),
    output: z.optional(Schema),
    state: z._default(z.boolean(), false),
  })
  .check(
    z.refine(({ timing, dispatch }) => timing !== "immediate" || dispatch !== "queue", {
      message: 'Must be "direct" for an immediate command: it makes no job that could queue',
      path: ["dispatch"],
    }),
    z.refine(({ timing, state }) => timing !== "immediate" || !state, {
      message:
        "Must be false for an immediate command: it makes no job that could wait for its turn",
      path: ["state"],
    }),
    z.superRefine(({ timing, timeout_ms: timeoutMs = 0 }, context) => {
      const msMax = attemptMsMax(timing);
      if (timeoutMs <= msMax) return;
      const message = `Must be at most ${msMax} for a command of timing ${timing}`;
      context.addIssue({ code: "custom", message, path: ["timeout_ms"] });
    }),
  );

const ManifestSchema = z.strictObject({
  spec: z.literal("holdline.plugin"),
  protocol: z.literal(PROTOCOL, `This gateway speaks protocol ${PROTOCOL}`),
  name: PluginName,
  version: z.string().check(z.minLength(1)),
  description: z._default(z.string(), ""),
  concurrency: z._default(
    z.nullable(z.int().check(z.minimum(1), z.maximum(CONCURRENCY_MAX))),
    null,
  ),
  config_keys: z._default(z.strictObject({ required: Names, optional: Names }), {
    required: [],
    optional: [],
  }),
  commands: z.record(
    z
      .string()
      .check(z.maxLength(NAME_LENGTH_MAX), z.regex(COMMAND_NAME, "Must be lower-case words")),
    Command,
  ),
});

/** What a plugin says of itself, or everything that is wrong with it. */
export function readManifest(value: unknown): Result<Manifest, readonly Fault[]> {
  const parsed = ManifestSchema.safeParse(value);
  if (!parsed.success) return refuse(faultsOf(parsed.error, knownKeys));

  const { name, version, description, concurrency, config_keys: configKeys } = parsed.data;
  const specs = Object.entries(parsed.data.commands).map(([key, command]) => [
    key,
    specOf(key, command),
  ]);
  const commands = Object.fromEntries(specs);
  return ok({ name, version, description, concurrency, configKeys, commands });
}

/** The keys that a manifest may have at `path`, for the "did you mean". */
function knownKeys(path: string): readonly string[] {
  if (path === "") return Object.keys(ManifestSchema.shape);
  if (path.endsWith(".retry")) return Object.keys(Retry.shape);
  return Object.keys(Command.shape);
}

function specOf(name: string, command: z.output<typeof Command>): CommandSpec {
  const { timing } = command;
  return {
    description: command.description,
    type: command.type,
    timing,
    executionMode: command.execution_mode,
    timeoutMs: durationMs(command.timeout_ms ?? defaultTimeoutMs(name, timing)),
    retry: command.retry === undefined ? null : retryOf(command.retry),
    dispatch: command.dispatch ?? defaultDispatch(timing),
    idempotent: command.idempotent,
    state: command.state,
    input: (command.input as JsonObject | undefined) ?? null,
    output: (command.output as JsonObject | undefined) ?? null,
  };
}

function retryOf(retry: z.output<typeof Retry>): RetryPolicy {
  return {
    maxAttempts: retry.max_attempts,
    baseMs: durationMs(retry.base_ms),
    maxMs: durationMs(retry.max_ms),
  };
}
