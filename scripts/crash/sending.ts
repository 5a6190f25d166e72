import { optionOf } from "../receivers/run.ts";
import { fieldsOf, isAnswer, isBusy, type Reply, rest } from "./client.ts";
import { askHeld } from "./held.ts";
import { endOf } from "./job-view.ts";
import type { Lab } from "./lab.ts";
import { type Planned, WAIT_SECONDS } from "./plan.ts";
import type { Caller } from "./ways/caller.ts";
import { WAYS, type WayName } from "./ways/registry.ts";
import { readEvents, Silence } from "./ways/stream.ts";

const BROKEN = 500;

/** A trigger that was taken on. */
export type Taken = {
  readonly jobId: string;
  /** Whoever sent it, where they held the line: until they are told the end, there or by asking on. */
  readonly heard: Promise<void>;
};

type Sent =
  | Taken
  /** Nobody answered, or only that it must be sent again later. */
  | "unanswered"
  | "later"
  /** Which nothing here should be: it is in the history as broken. */
  | "refused";

type SendersLab = Pick<Lab, "client" | "history" | "open" | "receivers">;

type CallerOf = (jobId: string, way: WayName) => Caller;

/** Somebody who sends one trigger, and may hold the line for what comes of it. */
export class Sender {
  readonly #lab: SendersLab;
  readonly #planned: Planned;
  readonly #n: number;
  readonly #callerOf: CallerOf;

  /** @param callerOf Makes caller `n` of whoever holds the line. */
  constructor(
    lab: SendersLab,
    planned: Planned,
    { n, callerOf }: { readonly n: number; readonly callerOf: CallerOf },
  ) {
    this.#lab = lab;
    this.#planned = planned;
    this.#n = n;
    this.#callerOf = callerOf;
  }

  /** Sends it: once, or where there is a key until it is answered; `null` = nobody knows. */
  async send(isStream: boolean): Promise<Taken | null> {
    const { name, kind, work } = this.#planned;
    for (let tried = 0; ; tried += 1) {
      const sent = isStream ? await this.#stream() : await this.#plain();
      if (typeof sent === "object") {
        this.#lab.history.note({ k: "triggered", name, kind, jobId: sent.jobId });
        this.#lab.open.set(sent.jobId, name);
        return sent;
      }
      if (sent === "refused" || (sent === "unanswered" && work.copies === 0)) return null;
      await rest(tried);
    }
  }

  /** Whoever triggers and waits is held as any other caller is. */
  async #plain(): Promise<Sent> {
    const { work, opening } = this.#planned;
    const { path, headers = {} } = work;
    const waitMs = opening === "wait" ? WAIT_SECONDS * 1000 : 0;
    const question = { path, headers, body: this.#body(), waitMs, isNotYet: isTakenOn };
    const reply = await askHeld(this.#lab, this.#n, question);
    if (typeof reply === "string") return "unanswered";
    if (!isAnswer(reply)) return "later";
    const { job_id: jobId } = reply.body;
    if (typeof jobId !== "string") return this.#refused(reply.status, reply.text);
    return { jobId, heard: opening === "wait" ? this.#waitOn(jobId, reply) : NOTHING };
  }

  /** What was held for the end goes on asking where it did not come. */
  async #waitOn(jobId: string, { body }: Reply): Promise<void> {
    const caller = this.#callerOf(jobId, "trigger");
    if (endOf(body) !== null) caller.takeEnd(body);
    else await WAYS.trigger.hear(caller);
    this.#lab.open.delete(jobId);
  }

  async #stream(): Promise<Sent> {
    const { path, headers = {} } = this.#planned.work;
    const silence = new Silence();
    const asked = { headers: { ...headers, accept: "text/event-stream" }, body: this.#body() };
    const { client, history } = this.#lab;
    history.note({ k: "holds", n: this.#n, until: Date.now() });
    try {
      const response = await client.open(path, asked, silence.signal);
      const how = isBusy(response.status) ? "turned_away" : "answered";
      history.note({ k: "held", n: this.#n, how });
      const jobId = response.headers.get("location")?.split("/").at(-1);
      if (jobId !== undefined) return { jobId, heard: this.#readOn(jobId, { response, silence }) };
      const text = await response.text();
      silence.end();
      return this.#withoutStream(response.status, text);
    } catch {
      history.note({ k: "held", n: this.#n, how: silence.isOver ? "hung" : "cut" });
      silence.end();
      return "unanswered";
    }
  }

  /** What is fire and forget is answered with its id alone: its events are asked for in the next request. */
  #withoutStream(status: number, text: string): Sent {
    if (isBusy(status)) return "later";
    const { job_id: jobId, kind } = fieldsOf(text);
    if (typeof jobId !== "string" || kind !== "ack") return this.#refused(status, text);
    return { jobId, heard: this.#readOn(jobId, null) };
  }

  /** Reads the stream from the first word on, and where it does not tell the end, the next one. */
  async #readOn(
    jobId: string,
    opened: { readonly response: Response; readonly silence: Silence } | null,
  ): Promise<void> {
    const caller = this.#callerOf(jobId, "trigger_stream");
    if (opened !== null) {
      await readEvents(caller, opened.response, opened.silence);
      opened.silence.end();
    }
    if (!caller.isTold) await WAYS.trigger_stream.hear(caller);
    this.#lab.open.delete(jobId);
  }

  #refused(status: number, text: string): Sent {
    const { path } = this.#planned.work;
    this.#lab.history.note({ k: "broken", path, status, body: text.slice(0, 500) });
    return status < BROKEN ? "refused" : "later";
  }

  #body(): object {
    const { name, work, callbacks } = this.#planned;
    const { receivers } = this.#lab;
    const asked = callbacks.map((callback) =>
      optionOf(callback, receivers.urlOf(callback.kind, name)),
    );
    return Object.assign({ ...work.body }, ...asked);
  }
}

const NOTHING = Promise.resolve();

/** Taken on, and nothing more: who waits may be told that only when their patience is over. */
function isTakenOn({ status, body }: Reply): boolean {
  return status === 202 && body["kind"] !== "ack";
}
