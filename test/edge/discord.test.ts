import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import type { GatewayEnv } from "../../src/edge/env.ts";
import { findJob } from "../../src/edge/job/job-client.ts";
import type { Call } from "../../src/http/call.ts";
import { takeInteraction } from "../../src/http/discord.ts";
import { toHex } from "../../src/lang/bytes.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { durationMs, epochMs } from "../../src/lang/time.ts";
import { aReceiver } from "./receivers.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const CONFIG = `
discord:
  commands:
    - name: echo
      description: Echoes
      options:
        - name: text
          type: string
          description: What to say
          autocomplete: { run: lab/now }
      run: lab/echo
      payload: { text: "{options.text}" }
`;

const keys = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, [
  "sign",
  "verify",
])) as CryptoKeyPair;
const publicKey = (await crypto.subtle.exportKey("raw", keys.publicKey)) as ArrayBuffer;

let interactions = 0;

/** Somebody typed `/echo text:hello`; their application is the receiver. */
function typed({ name }: ReturnType<typeof aReceiver>, type = 2): JsonObject {
  interactions += 1;
  const focused = type === 4 ? { focused: true } : {};
  return {
    type,
    id: `${Date.now()}${interactions}`,
    application_id: name,
    token: `token-of-${name}`,
    channel_id: "1090000000000000011",
    user: { id: "1090000000000000003", username: "mina" },
    data: {
      name: "echo",
      type: 1,
      options: [{ name: "text", type: 3, value: "hello", ...focused }],
    },
  };
}

/**
 * What Discord hears, and how soon, of something that it sends.
 *
 * @param ageMs How long ago it came: its time does not begin anew.
 */
async function heard(body: JsonObject, broken: object, ageMs = 0) {
  const settings = readSettings(CONFIG);
  if (!settings.ok) throw new Error(JSON.stringify(settings.reason));
  const text = JSON.stringify(body);
  const timestamp = "1763665200";
  const signed = new TextEncoder().encode(timestamp + text);
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, keys.privateKey, signed);
  const startedAt = Date.now();
  const work: Promise<unknown>[] = [];
  const call: Call = {
    request: new Request("http://gateway.test/discord/interactions", {
      method: "POST",
      headers: {
        "x-signature-ed25519": toHex(new Uint8Array(signature)),
        "x-signature-timestamp": timestamp,
      },
      body: text,
    }),
    env: {
      ...env,
      DISCORD_PUBLIC_KEY: toHex(new Uint8Array(publicKey)),
      ...broken,
    } as GatewayEnv,
    settings: settings.value,
    params: {},
    origin: "http://gateway.test",
    receivedAt: epochMs(startedAt - durationMs(ageMs)),
    waitUntil: (more) => void work.push(more),
  };
  const response = await takeInteraction(call);
  const answer = await response.json<JsonObject>();
  return { status: response.status, answer, ms: Date.now() - startedAt, work };
}

/** Everything that a request could need, and nothing of it there. */
const GONE = Object.fromEntries(
  Object.entries(env)
    .filter(([, binding]) => typeof binding === "object")
    .map(([name]) => [
      name,
      new Proxy(
        {},
        {
          get: () => {
            throw new Error(`${name} is down`);
          },
        },
      ),
    ]),
);

/** The jobs' objects, which take so long to take one in. */
function slowJobs(ms: number, ids: string[] = []) {
  return {
    idFromName: (name: string) => env.JOBS.idFromName(name),
    get: (id: DurableObjectId) => {
      ids.push(id.toString());
      const stub = env.JOBS.get(id);
      return new Proxy(stub, {
        get(_target, method: keyof typeof stub) {
          const real = stub[method] as unknown as (...args: readonly unknown[]) => unknown;
          return async (...args: readonly unknown[]) => {
            if (method === ("submitOnce" as string)) await scheduler.wait(ms);
            return Reflect.apply(real, stub, args);
          };
        },
      });
    },
  };
}

describe("Discord is answered", () => {
  test("a PING, though nothing else is there", async () => {
    expect(Object.keys(GONE)).toEqual(expect.arrayContaining(["JOBS", "RUNS", "PLUGIN_LAB"]));

    const { status, answer } = await heard({ type: 1 }, GONE);

    expect([status, answer]).toEqual([200, { type: 1 }]);
  });

  test("in time, where jobs cannot be taken in for longer than it waits; the answer follows", async () => {
    const receiver = aReceiver();
    const ids: string[] = [];
    const { status, answer, work } = await heard(
      typed(receiver),
      { JOBS: slowJobs(400, ids) },
      2300,
    );

    // "Thinking…": who sees the answer is settled now.
    expect([status, answer]).toEqual([200, { type: 5, data: {} }]);
    await Promise.all(work);
    // What came of it was not lost with the answer that nobody took.
    const ended = async () => {
      const job = findJob(env, ids[0] ?? "");
      const rows = await job?.call((object) => object.deliveries());
      return rows?.[0]?.event;
    };
    while ((await ended()) !== "job.succeeded") await scheduler.wait(1);
    const job = findJob(env, ids[0] ?? "");
    const owed = await job?.call((object) => object.claimDelivery(1));
    expect(owed).toMatchObject({ kind: "saying", call: { method: "PATCH" } });
  });

  test("whoever types, with no suggestion, where those take longer", async () => {
    const never = { manifest: () => new Promise(() => {}), invoke: () => new Promise(() => {}) };
    const { answer } = await heard(typed(aReceiver(), 4), { PLUGIN_LAB: never }, 2300);

    expect(answer).toEqual({ type: 8, data: { choices: [] } });
  });

  test("at once, where the answer is", async () => {
    const { answer } = await heard(typed(aReceiver()), {});

    expect(answer).toMatchObject({ type: 4, data: { content: "hello" } });
  });
});
