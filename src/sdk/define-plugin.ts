import { WorkerEntrypoint } from "cloudflare:workers";
import * as z from "zod";
import type { Dispatch, ExecutionMode, Timing } from "../core/plugin/manifest.ts";
import type { LogLine } from "../core/plugin/outcome.ts";
import { type PluginEvent, type PluginRequest, PROTOCOL } from "../core/plugin/request.ts";
import type { JsonObject } from "../lang/json.ts";
import { type Answer, contentTypeOf, okResponse } from "./answer.ts";
import { schemaOf } from "./json-schema.ts";
import { PluginError } from "./plugin-error.ts";
import { type JobOfAttempt, sideCalls } from "./side-calls.ts";

/** What one command does, and what it wants to be given. */
export type CommandDefinition<Input extends z.ZodType = z.ZodType> = {
  readonly description: string;
  readonly type: "read" | "write";
  /** How long an interactive caller waits by default (plugin protocol, section Manifest). */
  readonly timing: Timing;
  readonly executionMode?: ExecutionMode;
  /** Per attempt: at most 14 minutes, for a `long` command a day, where it answers `accepted` in time. */
  readonly timeoutMs?: number;
  readonly retry?: {
    /** Attempts in all, the first included: 1 to 20. */
    readonly maxAttempts?: number;
    readonly baseMs?: number;
    readonly maxMs?: number;
  };
  readonly dispatch?: Dispatch;
  readonly idempotent?: boolean;
  /** Whether it gets the plugin's state document and may change it. Such attempts run one at a time. */
  readonly state?: boolean;
  /** The payload. Its JSON Schema goes into the manifest, so callers are refused before a job exists. */
  readonly input: Input;
  readonly output?: z.ZodType;
  /** Does the work. Throw a `PluginError` to fail in your own words; anything else is retried. */
  readonly run: (payload: z.output<Input>, context: CommandContext) => Answer | Promise<Answer>;
};

export type CommandContext = {
  readonly request: PluginRequest;
  /** What happened that the attempt is about: of type `job.resumed` once somebody has answered; mostly `null`. */
  readonly event: PluginEvent | null;
  /** What `holdline.yaml` says for this plugin. */
  readonly config: JsonObject;
  /** The plugin's state document, for commands with `state: true`; else empty. */
  readonly state: JsonObject;
  /** Aborts at the deadline: pass it to `fetch`, and stop. */
  readonly signal: AbortSignal;
  /** Kept with the attempt, 64 KiB in all. Never log secrets: nothing is redacted. */
  readonly log: (level: "debug" | "info" | "warn" | "error", message: string) => void;
  /** Tells whoever watches the job how far it is. Need not be awaited. */
  readonly progress: (progress: SideProgress) => Promise<void>;
  /** Tells them a piece of the text to come: readers put the pieces together. Need not be awaited. */
  readonly output: (text: string) => Promise<void>;
  /**
   * Keeps something with the job, as it comes: a stream is never held whole. It is there for readers
   * before the job ends, and whatever becomes of the attempt. Need not
   * be awaited, but who does hears of a name that cannot be.
   */
  readonly artifact: (
    name: string,
    content: string | Uint8Array | ReadableStream<Uint8Array>,
    about?: { readonly contentType?: string },
  ) => Promise<void>;
};

/** At least one of the two. */
type SideProgress = {
  /** 0 to 100. */
  readonly percent?: number;
  /** At most 1,000 bytes. */
  readonly message?: string;
};

export type PluginDefinition = {
  /** Lower-case words joined by dashes: it is part of URLs. */
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Attempts at once, first come first served; left out, as many as come. At most 1,000. */
  readonly concurrency?: number;
  /** What it wants to be given as `config`. Without a required one the plugin cannot be used. */
  readonly configKeys?: {
    readonly required?: readonly string[];
    readonly optional?: readonly string[];
  };
  readonly commands: { readonly [name: string]: CommandDefinition };
};

/** Keeps the tie between a command's input schema and the payload that its `run` gets. */
export function command<Input extends z.ZodType>(
  definition: CommandDefinition<Input>,
): CommandDefinition {
  return definition as unknown as CommandDefinition;
}

/** The entrypoint of a plugin Worker: `export class Plugin extends definePlugin({ … }) {}`. */
export function definePlugin(definition: PluginDefinition) {
  return class extends WorkerEntrypoint {
    manifest(): object {
      return manifestOf(definition);
    }

    async invoke(request: PluginRequest, job?: JobOfAttempt): Promise<object> {
      const found = definition.commands[request.command];
      if (found === undefined) {
        const message = `${definition.name} has no command '${request.command}'`;
        return errorResponse(new PluginError("unknown_command", message, { retry: false }), []);
      }
      return invokeCommand(found, request, job);
    }
  };
}

async function invokeCommand(
  { input, run }: CommandDefinition,
  request: PluginRequest,
  job: JobOfAttempt | undefined,
): Promise<object> {
  const logs: LogLine[] = [];
  const log: CommandContext["log"] = (level, message) => logs.push({ level, message });
  const payload = await input.safeParseAsync(request.payload);
  if (!payload.success) {
    // The gateway checked the JSON Schema; what gets here are rules that a schema cannot say.
    const message = z.prettifyError(payload.error);
    return errorResponse(new PluginError("invalid_payload", message, { retry: false }), logs);
  }
  const deadline = startDeadline(request);
  const calls = sideCalls(job, deadline.abort);
  const { signal } = deadline;
  try {
    const { progress, output } = calls;
    const { config, state = {}, event } = request;
    const artifact: CommandContext["artifact"] = (name, content, { contentType } = {}) =>
      calls.artifact(name, byteStream(content), contentTypeOf(contentType));
    const context = { request, event, config, state, signal, log, progress, output, artifact };
    const work = run(payload.data, context);
    const answer = await Promise.race([work, deadline.passed]);
    return okResponse(answer, logs);
  } catch (cause) {
    if (cause instanceof PluginError) return errorResponse(cause, logs);
    if (calls.isGone()) return errorResponse(GONE, logs);
    throw cause;
  } finally {
    await calls.settled();
    deadline.stop();
  }
}

/** It reaches nobody; thrown, it would be logged as an exception that is none. */
const GONE = new PluginError("stale_attempt", "The attempt is no longer wanted", { retry: false });

/** The gateway's clock may be a little behind: an error before its deadline would not count as one. */
const CLOCK_SKEW_MS = 50;

/** How long a command that was told to stop may take to do so, before it is left behind. */
const STOPPING_MS = 4000;

/**
 * The gateway cannot take a call back, so the plugin keeps its deadline itself: it aborts the signal,
 * and if nothing comes of that it ends the call, which would otherwise keep the job's object awake.
 */
function startDeadline({ deadline_at: deadlineAt }: PluginRequest) {
  const restMs = Math.max(0, Date.parse(deadlineAt) - Date.now()) + CLOCK_SKEW_MS;
  const controller = new AbortController();
  const passed = Promise.withResolvers<never>();
  const timers = [
    setTimeout(() => controller.abort(new Error("The deadline has passed")), restMs),
    setTimeout(
      () => passed.reject(new PluginError("timeout", "Did not stop at its deadline")),
      restMs + STOPPING_MS,
    ),
  ];
  return {
    signal: controller.signal,
    abort: (reason: Error) => controller.abort(reason),
    passed: passed.promise,
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Only streams of the platform's own kind can be handed to another Worker. */
function byteStream(content: string | Uint8Array | ReadableStream<Uint8Array>): ReadableStream {
  if (content instanceof ReadableStream) return content.pipeThrough(new IdentityTransformStream());
  return new Response(content as string).body ?? new ReadableStream();
}

function errorResponse(error: PluginError, logs: readonly LogLine[]): object {
  const { code, message, retry, retryAfterMs } = error;
  return {
    protocol: PROTOCOL,
    status: "error",
    error: { code, message },
    retry,
    retry_after_ms: retryAfterMs,
    logs,
  };
}

function manifestOf(plugin: PluginDefinition): object {
  const { name, version, description, concurrency, configKeys, commands } = plugin;
  const specs = Object.entries(commands).map(([key, definition]) => [key, commandOf(definition)]);
  return {
    spec: "holdline.plugin",
    protocol: PROTOCOL,
    name,
    version,
    description,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(configKeys === undefined ? {} : { config_keys: configKeys }),
    commands: Object.fromEntries(specs),
  };
}

function commandOf(definition: CommandDefinition): object {
  const { description, type, timing, executionMode, timeoutMs, retry, dispatch } = definition;
  return {
    description,
    type,
    timing,
    ...(executionMode === undefined ? {} : { execution_mode: executionMode }),
    ...(timeoutMs === undefined ? {} : { timeout_ms: timeoutMs }),
    ...(retry === undefined ? {} : { retry: retryOf(retry) }),
    ...(dispatch === undefined ? {} : { dispatch }),
    idempotent: definition.idempotent ?? false,
    ...(definition.state === undefined ? {} : { state: definition.state }),
    input: schemaOf(definition.input, "input"),
    ...(definition.output === undefined ? {} : { output: schemaOf(definition.output, "output") }),
  };
}

function retryOf(retry: NonNullable<CommandDefinition["retry"]>): object {
  const entries = [
    ["max_attempts", retry.maxAttempts],
    ["base_ms", retry.baseMs],
    ["max_ms", retry.maxMs],
  ].filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}
