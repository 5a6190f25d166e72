import { setTimeout as sleep } from "node:timers/promises";
import { optionOf } from "../receivers/run.ts";
import { fieldsOf, isAnswer, isBusy, type Reply, rest } from "./client.ts";
import { endOf } from "./job-view.ts";
import type { SteeredJob } from "./kinds/kind.ts";
import type { Lab } from "./lab.ts";
import { type Planned, WAIT_SECONDS } from "./plan.ts";
import { Caller, FORGOTTEN_MS } from "./ways/caller.ts";
import { WAYS, type WayName } from "./ways/registry.ts";
import { readEvents, Silence } from "./ways/stream.ts";

const INTERNAL = 500;
const OTHERS_MAX = 2;

/** How long those wait who send the same once more: the server is likely to have died by then. */
const AGAIN_AFTER_MS = 9000;

type Sent =
  | {
      readonly jobId: string;
      /** What whoever sent it does next: reads on, or asks on. */
      readonly rest: () => Promise<void>;
    }
  /** Nobody answered, or only that it must be sent again later. */
  | "unanswered"
  | "later"
  /** Which nothing here should be: it is in the history as broken. */
  | "refused";

/** Pieces of work, each from its trigger until everybody who asked has been told. */
export class Stories {
  readonly #lab: Lab;
  #callers = 0;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  async tell(planned: Planned): Promise<void> {
    const { history } = this.#lab;
    const { name, kind, work } = planned;
    await this.#passed(planned);
    history.note({ k: "trigger", name, kind });
    const senders = Array.from({ length: Math.max(1, work.copies) }, (_, index) =>
      this.#send(planned, index === 0 && planned.opening === "stream"),
    );
    const sent = await Promise.all(senders);
    const taken = sent.filter((one) => one !== null);
    const jobId = taken[0]?.jobId;
    if (jobId === undefined) {
      history.note({ k: "unknown", name, kind });
      return;
    }
    await Promise.all([
      ...taken.map((one) => one.rest()),
      ...planned.callers.map(async ({ way, afterMs }) => {
        await sleep(afterMs);
        await this.#hear(name, jobId, way);
      }),
      work.steer?.(this.#steered(planned, jobId)),
      planned.isAgain && work.copies > 0 ? this.#sendAgain(planned) : null,
    ]);
  }

  /** Nobody begins anything while the server is down, and not everybody at once when it is back. */
  async #passed({ afterUpMs }: Planned): Promise<void> {
    const { gate } = this.#lab;
    while (!gate.isOpen) {
      await gate.passed();
      await sleep(afterUpMs);
    }
  }

  /** A caller who asks until they are told. */
  async #hear(name: string, jobId: string, way: WayName): Promise<void> {
    await WAYS[way].hear(this.#caller(name, jobId, way));
    this.#lab.open.delete(jobId);
  }

  #caller(name: string, jobId: string, way: WayName): Caller {
    this.#callers += 1;
    const { client, history, open } = this.#lab;
    const others = () => [...open.keys()].slice(-OTHERS_MAX);
    return new Caller({ client, history, others }, { n: this.#callers, way, name, jobId });
  }

  /** Sends a trigger: once, or where there is a key until it is answered; `null` = nobody knows. */
  async #send(planned: Planned, isStream: boolean): Promise<Exclude<Sent, string> | null> {
    const { name, kind, work } = planned;
    for (let tried = 0; ; tried += 1) {
      const sent = isStream ? await this.#stream(planned) : await this.#plain(planned);
      if (typeof sent === "object") {
        this.#lab.history.note({ k: "triggered", name, kind, jobId: sent.jobId });
        this.#lab.open.set(sent.jobId, name);
        return sent;
      }
      if (sent === "refused" || (sent === "unanswered" && work.copies === 0)) return null;
      await rest(tried);
    }
  }

  async #plain(planned: Planned): Promise<Sent> {
    const { path, headers = {} } = planned.work;
    const reply = await this.#held(planned, { path, headers });
    if (typeof reply === "string") return "unanswered";
    const { job_id: jobId } = reply.body;
    if (isAnswer(reply) && typeof jobId === "string") {
      return { jobId, rest: () => this.#waitOn(planned, jobId, reply) };
    }
    const { status, text } = reply;
    if (!isAnswer(reply)) return "later";
    this.#lab.history.note({ k: "broken", path, status, body: text.slice(0, 500) });
    return "refused";
  }

  /** Whoever triggers and waits is held as any other caller is. */
  async #held(
    planned: Planned,
    { path, headers }: { readonly path: string; readonly headers: Record<string, string> },
  ): Promise<Reply | "cut" | "hung"> {
    const { client, history } = this.#lab;
    const waitMs = planned.opening === "wait" ? WAIT_SECONDS * 1000 : 0;
    this.#callers += 1;
    const n = this.#callers;
    history.note({ k: "holds", n, until: Date.now() + waitMs });
    const body = this.#body(planned);
    const reply = await client.ask(path, { headers, body, msMax: waitMs + FORGOTTEN_MS });
    history.note({ k: "held", n, how: typeof reply === "string" ? reply : "answered" });
    return reply;
  }

  /** What was held for the end goes on asking where it did not come. */
  async #waitOn({ name, opening }: Planned, jobId: string, { body }: Reply): Promise<void> {
    if (opening !== "wait") return;
    const caller = this.#caller(name, jobId, "trigger");
    if (endOf(body) !== null) caller.takeEnd(body);
    else await WAYS.trigger.hear(caller);
    this.#lab.open.delete(jobId);
  }

  async #stream(planned: Planned): Promise<Sent> {
    const { path, headers = {} } = planned.work;
    const silence = new Silence();
    const asked = { headers: { ...headers, accept: "text/event-stream" } };
    try {
      const body = this.#body(planned);
      const response = await this.#lab.client.open(path, { ...asked, body }, silence.signal);
      const jobId = response.headers.get("location")?.split("/").at(-1);
      if (jobId !== undefined) {
        return { jobId, rest: () => this.#readOn(planned, jobId, { response, silence }) };
      }
      const text = await response.text();
      silence.end();
      return this.#withoutStream(path, response.status, text);
    } catch {
      silence.end();
      return "unanswered";
    }
  }

  /** What is fire and forget has no stream: its id is all. */
  #withoutStream(path: string, status: number, text: string): Sent {
    if (isBusy(status)) return "later";
    const { job_id: jobId } = fieldsOf(text);
    if (typeof jobId === "string") return { jobId, rest: async () => {} };
    this.#lab.history.note({ k: "broken", path, status, body: text.slice(0, 500) });
    return status < INTERNAL ? "refused" : "later";
  }

  async #readOn(
    { name }: Planned,
    jobId: string,
    { response, silence }: { readonly response: Response; readonly silence: Silence },
  ): Promise<void> {
    const caller = this.#caller(name, jobId, "trigger_stream");
    try {
      await readEvents(caller, response, silence);
    } catch {
      // The server died under it.
    } finally {
      silence.end();
    }
    if (!caller.isTold) await WAYS.trigger_stream.hear(caller);
    this.#lab.open.delete(jobId);
  }

  /** The same once more is still the same job. */
  async #sendAgain(planned: Planned): Promise<void> {
    await sleep(AGAIN_AFTER_MS);
    const sent = await this.#send(planned, false);
    if (sent !== null) await sent.rest();
  }

  #body({ name, work, callbacks }: Planned): object {
    const { receivers } = this.#lab;
    const asked = callbacks.map((callback) =>
      optionOf(callback, receivers.urlOf(callback.kind, name)),
    );
    return Object.assign({ ...work.body }, ...asked);
  }

  #steered({ name, kind }: Planned, jobId: string): SteeredJob {
    const { client, history, open } = this.#lab;
    const others = new Set<string>();
    return {
      client,
      name,
      jobId,
      note: (what, { status, body }) => {
        const answer = String(body["job_status"] ?? body["status"]);
        history.note({ k: "act", what, jobId, status, answer });
      },
      also: async (otherName, id) => {
        history.note({ k: "triggered", name: otherName, kind, jobId: id });
        if (others.has(id)) return;
        others.add(id);
        open.set(id, otherName);
        await this.#hear(otherName, id, "result");
      },
    };
  }
}
