import { DurableObject } from "cloudflare:workers";

type Plugin = { invoke(request: object): Promise<object> };
type Env = {
  readonly FLOOR: DurableObjectNamespace;
  readonly FLOOR_RUNS: Queue<Queued>;
  readonly PLUGIN_LAB: Plugin;
  readonly PLUGIN_CLOCK: Plugin;
};
type Stub = Pick<FloorObject, "accept" | "run" | "runAndCall" | "told" | "tell" | "fetch">;
type Queued = { readonly id: string; readonly payload: object };

/** Later than any run takes: an alarm that fires would make objects again that are gone. */
const ALARM_MS = 7_200_000;

const DEADLINE_MS = 60_000;

/** A bare new object: one write, one alarm, one plugin call, one write, one alarm, and nothing else. */
export class FloorObject extends DurableObject<Env> {
  readonly #answered = Promise.withResolvers<object>();

  async run(payload: object): Promise<object> {
    await this.accept(payload);
    return this.tell(await asked(this.env.PLUGIN_LAB, "echo", payload));
  }

  /** The part before the caller of a 202 is answered: one write, one alarm. */
  async accept(payload: object): Promise<object> {
    this.ctx.storage.kv.put("job", payload);
    void this.ctx.storage.setAlarm(Date.now() + ALARM_MS);
    return {};
  }

  /** The part after the plugin's answer: one write, one alarm, and whoever waits has it. */
  async tell(answer: object): Promise<object> {
    this.ctx.storage.kv.put("job", answer);
    void this.ctx.storage.setAlarm(Date.now() + 2 * ALARM_MS);
    this.#answered.resolve(answer);
    return answer;
  }

  /** Waits for the answer. */
  told(): Promise<object> {
    return this.#answered.promise;
  }

  /** As `run`; and calls a URL right after the commit, with the instant of it. */
  async runAndCall(payload: object, url: string): Promise<object> {
    const answer = await this.run(payload);
    const body = JSON.stringify({ finished_at: new Date().toISOString() });
    const called = fetch(url, { method: "POST", body }).then((response) => response.body?.cancel());
    this.ctx.waitUntil(called);
    return answer;
  }

  /** A stream of Server-Sent Events that say the instant at which they are sent, with a rest before each but the first. */
  override async fetch(request: Request): Promise<Response> {
    const { searchParams } = new URL(request.url);
    const times = Number(searchParams.get("times"));
    const everyMs = Number(searchParams.get("every_ms"));
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.ctx.waitUntil(sayInstants(writable, times, everyMs));
    return new Response(readable, { headers: { "content-type": "text/event-stream" } });
  }

  override async alarm(): Promise<void> {
    // It is set, as a job's is, and has nothing to do.
  }
}

async function sayInstants(
  writable: WritableStream<Uint8Array>,
  times: number,
  everyMs: number,
): Promise<void> {
  const writer = writable.getWriter();
  for (let said = 0; said < times; said += 1) {
    if (said > 0) await scheduler.wait(everyMs);
    await writer.write(new TextEncoder().encode(`data: ${Date.now()}\n\n`));
  }
  await writer.close();
}

function asked(plugin: Plugin, command: string, payload: object): Promise<object> {
  const deadlineAt = new Date(Date.now() + DEADLINE_MS).toISOString();
  return plugin.invoke({ protocol: 1, command, payload, deadline_at: deadlineAt });
}

function objectOf({ FLOOR }: Env, id: DurableObjectId): Stub {
  return FLOOR.get(id) as unknown as Stub;
}

/** Through the queue, while the Worker waits on the object. */
async function queued(env: Env, id: DurableObjectId, payload: object): Promise<object> {
  const stub = objectOf(env, id);
  await stub.accept(payload);
  await env.FLOOR_RUNS.send({ id: id.toString(), payload });
  return stub.told();
}

async function answerTo(request: Request, env: Env): Promise<object> {
  const { payload, url } = await request.json<{ payload: object; url?: string }>();
  const id = env.FLOOR.newUniqueId();
  switch (new URL(request.url).pathname) {
    case "/accept":
      await objectOf(env, id).accept(payload);
      return { id: id.toString() };
    case "/queue":
      return queued(env, id, payload);
    case "/callback":
      return objectOf(env, id).runAndCall(payload, url ?? "");
    default:
      return objectOf(env, id).run(payload);
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/stream") return Response.json(await answerTo(request, env));
    const id = env.FLOOR.idFromString(searchParams.get("id") ?? "");
    return objectOf(env, id).fetch(new Request(request.url));
  },
  async queue(batch: MessageBatch<Queued>, env: Env): Promise<void> {
    const each = batch.messages.map(async (message) => {
      const { id, payload } = message.body;
      const answer = await asked(env.PLUGIN_CLOCK, "answer", payload);
      await objectOf(env, env.FLOOR.idFromString(id)).tell(answer);
      message.ack();
    });
    await Promise.all(each);
  },
} satisfies ExportedHandler<Env, Queued>;
