import * as z from "zod";
import { ARTIFACT_BYTES_MAX } from "../../src/core/artifact/artifact.ts";
import type { PluginRequest } from "../../src/core/plugin/request.ts";
import { joined } from "../../src/lang/bytes.ts";
import type { Json, JsonObject } from "../../src/lang/json.ts";
import type { Answer } from "../../src/sdk/answer.ts";
import { type CommandContext, command, definePlugin } from "../../src/sdk/define-plugin.ts";
import { PluginError } from "../../src/sdk/plugin-error.ts";
import type { JobOfAttempt } from "../../src/sdk/side-calls.ts";
import { deterministicBytes } from "./bytes.ts";
import { GARBAGE, GARBAGE_KINDS, type GarbageKind } from "./garbage.ts";

const Anything = z.looseObject({});
const Work = z.object({
  ms: z.number().min(0),
  steps: z.int().min(1).max(1000).default(1),
  text: z.string().optional(),
});

const work = {
  type: "read",
  dispatch: "queue",
  idempotent: true,
  input: Work,
  async run(
    { ms, steps, text }: z.output<typeof Work>,
    { signal, progress, output }: CommandContext,
  ) {
    for (let step = 1; step <= steps; step += 1) {
      await scheduler.wait(ms / steps, { signal });
      const message = `step ${step} of ${steps}`;
      void progress({ percent: Math.round((100 * step) / steps), message });
      void output(`${message}\n`);
    }
    return { text: text ?? `worked for ${ms} ms`, output: { ms, steps } };
  },
} as const;

const echoing = {
  type: "read",
  idempotent: true,
  input: Anything,
  run(payload: z.output<typeof Anything>): Answer {
    const { text } = payload;
    return {
      text: typeof text === "string" ? text : JSON.stringify(payload),
      output: payload as { readonly [key: string]: Json },
    };
  },
} as const;

/** What goes with the answer, in base64; more goes as a stream. */
const WHOLE_BYTES_MAX = 262_144;

/** Made as fast as it is read, and no faster. */
function streamOf(chunks: Iterator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const { value, done } = chunks.next();
      if (done === true) controller.close();
      else controller.enqueue(value);
    },
  });
}

const Question = z.object({
  view: z.record(z.string(), z.json()).optional(),
  schema: z.record(z.string(), z.json()).optional(),
  timeout_ms: z.number().min(0).optional(),
  on_timeout: z.json().optional(),
});

function ask(
  { view = {}, schema, timeout_ms: timeoutMs, on_timeout: onTimeout }: z.output<typeof Question>,
  { event }: CommandContext,
): Answer {
  if (event?.type !== "job.resumed") {
    const question = { view, schema, timeoutMs, onTimeout };
    const given = Object.entries(question).filter(([, part]) => part !== undefined);
    // Whatever it is: that the gateway refuses what it cannot ask is to be seen as well.
    return { wait: Object.fromEntries(given) } as Answer;
  }
  const { action, values } = event.payload;
  if (action === "accept") return { text: JSON.stringify(values), output: values ?? {} };
  throw new PluginError("declined", "Whoever was asked declined", { retry: false });
}

/** Commands whose part of the protocol this version does not have: a clear word instead of a guess. */
function notYet(needs: string) {
  return command({
    description: `Not available yet: it needs ${needs}`,
    type: "read",
    timing: "short",
    input: Anything,
    run() {
      const message = `This version of Holdline has no ${needs} yet`;
      throw new PluginError("not_supported_yet", message, { retry: false });
    },
  });
}

const Lab = definePlugin({
  name: "lab",
  version: "1.0.0",
  description: "The instrument of tests and benchmarks. Bound for local work only.",
  commands: {
    echo: command({ ...echoing, timing: "short", description: "Gives back its payload" }),
    now: command({ ...echoing, timing: "immediate", description: "As echo, without a job" }),
    poke: command({ ...echoing, timing: "ack", description: "As echo, fire and forget" }),
    work: command({ ...work, timing: "medium", description: "Works in steps, from the queue" }),
    render: command({ ...work, timing: "long", description: "As work, for long waits" }),
    sleep: command({
      description: "Answers after a while",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({ ms: z.number().min(0), text: z.string().optional() }),
      async run({ ms, text }, { signal }) {
        await scheduler.wait(ms, { signal });
        return { text: text ?? `slept ${ms} ms`, output: { ms } };
      },
    }),
    flaky: command({
      description: "Fails the first attempts, then says which one it is",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({
        failures: z.int().min(0),
        retry: z.boolean().optional(),
        retry_after_ms: z.number().min(0).optional(),
        code: z.string().optional(),
      }),
      run({ failures, retry, retry_after_ms: retryAfterMs, code }, { request }) {
        const { attempt } = request;
        if (attempt > failures) return { text: `attempt ${attempt}`, output: { attempt } };
        throw new PluginError(code ?? "flaky", `Attempt ${attempt} fails, as asked`, {
          ...(retry === undefined ? {} : { retry }),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        });
      },
    }),
    hang: command({
      description: "Never answers",
      type: "read",
      timing: "short",
      idempotent: true,
      input: Anything,
      run: () => ({}),
    }),
    throw: command({
      description: "Throws",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({ message: z.string() }),
      run({ message }) {
        throw new Error(message);
      },
    }),
    garbage: command({
      description: "Answers what no plugin may answer",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({ kind: z.enum(GARBAGE_KINDS) }),
      run: () => ({}),
    }),
    artifact: command({
      description: "Returns an artifact of so many bytes, which are always the same",
      type: "read",
      timing: "short",
      idempotent: true,
      input: z.object({
        bytes: z.int().min(0).max(ARTIFACT_BYTES_MAX),
        name: z.string().optional(),
        content_type: z.string().optional(),
        seed: z.int().min(0).max(0xff_ff_ff_ff).optional(),
      }),
      async run({ bytes, name = "artifact.bin", content_type, seed = 1 }, { artifact }) {
        const contentType = content_type ?? "application/octet-stream";
        const text = `${name} has ${bytes} bytes`;
        if (bytes <= WHOLE_BYTES_MAX) {
          const content = joined([...deterministicBytes(bytes, seed)], bytes);
          return { text, output: { name, bytes }, artifacts: [{ name, contentType, content }] };
        }
        await artifact(name, streamOf(deterministicBytes(bytes, seed)), { contentType });
        return { text, output: { name, bytes } };
      },
    }),
    ask: command({
      description: "Asks what it is given, then gives back what somebody answered",
      type: "read",
      timing: "short",
      idempotent: true,
      input: Question,
      run: ask,
    }),
    emit: notYet("events"),
    remember: command({
      description: "Merges updates into the plugin's state, and says what the state was",
      type: "write",
      timing: "short",
      state: true,
      input: z.object({ updates: z.record(z.string(), z.json()), replace: z.boolean().optional() }),
      run({ updates, replace }, { state }) {
        return {
          output: state,
          stateUpdates: updates as JsonObject,
          ...(replace === undefined ? {} : { stateReplace: replace }),
        };
      },
    }),
    later: command({
      description: "Takes the work on: somebody else completes it, with the token that it shows",
      type: "write",
      timing: "long",
      timeoutMs: 3_600_000,
      input: Anything,
      async run(_payload, { request, progress }) {
        // The lab shows it so that anyone can try it out. A real plugin gives its token to nobody else.
        await progress({ message: `Complete it with the token ${request.attempt_token}` });
        return { accepted: true };
      },
    }),
  },
});

export class Plugin extends Lab {
  /** What misbehaves goes past the SDK, which would not let it. */
  override async invoke(request: PluginRequest, job?: JobOfAttempt): Promise<object> {
    switch (request.command) {
      case "garbage":
        return GARBAGE[request.payload["kind"] as GarbageKind]() as object;
      case "hang":
        return hang(request);
      default:
        return super.invoke(request, job);
    }
  }
}

/** Deaf to its deadline for longer than any grace; it only must not outlive its caller for ever. */
async function hang({ deadline_at: deadlineAt }: PluginRequest): Promise<never> {
  const untilMs = Date.parse(deadlineAt) + 60_000;
  while (Date.now() < untilMs) await scheduler.wait(1000);
  throw new Error("Hung");
}

/** Nobody reaches this Worker over HTTP: the gateway calls the entrypoint above. */
export default {};
