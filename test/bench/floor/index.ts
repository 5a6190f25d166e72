import { DurableObject } from "cloudflare:workers";

type Plugin = { invoke(request: object): Promise<object> };
type Env = { readonly FLOOR: DurableObjectNamespace; readonly PLUGIN_LAB: Plugin };
type Stub = Pick<FloorObject, "accept" | "run">;

const MINUTE_MS = 60_000;

/** A bare new object: one write, one alarm, one plugin call, one write, one alarm, and nothing else. */
export class FloorObject extends DurableObject<Env> {
  async run(payload: object): Promise<object> {
    await this.accept(payload);
    const answer = await this.env.PLUGIN_LAB.invoke({
      protocol: 1,
      command: "echo",
      payload,
      deadline_at: new Date(Date.now() + MINUTE_MS).toISOString(),
    });
    this.ctx.storage.kv.put("job", answer);
    void this.ctx.storage.setAlarm(Date.now() + 2 * MINUTE_MS);
    return answer;
  }

  /** The part before the caller of a 202 is answered: one write, one alarm. */
  async accept(payload: object): Promise<object> {
    this.ctx.storage.kv.put("job", payload);
    void this.ctx.storage.setAlarm(Date.now() + MINUTE_MS);
    return {};
  }

  override async alarm(): Promise<void> {
    // It is set, as a job's is, and has nothing to do.
  }
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const { payload } = await request.json<{ payload: object }>();
    const stub = env.FLOOR.get(env.FLOOR.newUniqueId()) as unknown as Stub;
    const isAccept = new URL(request.url).pathname === "/accept";
    return Response.json(await (isAccept ? stub.accept(payload) : stub.run(payload)));
  },
} satisfies ExportedHandler<Env>;
