import { setTimeout as sleep } from "node:timers/promises";
import type { History } from "./history.ts";

export type Fields = { readonly [key: string]: unknown };

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Fields;
};

export type Asked = {
  readonly method?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as JSON; a text as it is. */
  readonly body?: object | string;
  /** Gives up after so long. */
  readonly msMax?: number;
};

/** Far longer than anything is held: whoever gives up then was forgotten. */
const PATIENCE_MS = 60_000;

/** Nobody is down for so long, however often it is killed: a server that does not answer by then is gone. */
const UNANSWERED_MS = 120_000;

const REST_MS = 250;
const REST_MS_MAX = 3000;
const TOO_MANY = 429;
const UNAVAILABLE = 503;
const BROKEN = 500;

/** The server does not come back, although somebody has asked it for far too long. */
export class UnansweredFault extends Error {
  override readonly name = "UnansweredFault";
}

/** A caller who knows that the server may die at any moment. */
export class Client {
  readonly url: string;
  readonly #history: History;

  constructor(url: string, history: History) {
    this.url = url;
    this.#history = history;
  }

  /** One request. `cut`: the server died under it or is not up; `hung`: nothing came in time. */
  async ask(path: string, asked: Asked = {}): Promise<Reply | "cut" | "hung"> {
    const signal = AbortSignal.timeout(asked.msMax ?? PATIENCE_MS);
    try {
      const response = await this.open(path, asked, signal);
      const text = await response.text();
      const { status, headers } = response;
      const reply = { status, headers, text, body: fieldsOf(text) };
      // The ends of jobs are 502 and 504 as well, and say which job.
      if (status >= BROKEN && !isBusy(status) && reply.body["job_id"] === undefined) {
        this.#history.note({ k: "broken", path, status, body: text.slice(0, 500) });
      }
      return reply;
    } catch {
      return signal.aborted ? "hung" : "cut";
    }
  }

  /** The answer as it begins: who reads its body is told by that when the server dies. */
  open(path: string, { method, headers, body }: Asked, signal: AbortSignal): Promise<Response> {
    const sent = typeof body === "string" ? body : JSON.stringify(body);
    return fetch(`${this.url}${path}`, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: sent }),
      signal,
      redirect: "manual",
    });
  }

  /**
   * The same request until it is answered, and not only by "later" or by a fault of the server's.
   *
   * @param ask Sends it once; left out, as it is.
   * @throws {UnansweredFault} when nobody has answered for two minutes.
   */
  async until(
    path: string,
    asked: Asked = {},
    ask: () => Promise<Reply | "cut" | "hung"> = () => this.ask(path, asked),
  ): Promise<Reply> {
    const startedAt = Date.now();
    for (let tried = 0; ; tried += 1) {
      const reply = await ask();
      if (isAnswer(reply)) return reply;
      const ms = Date.now() - startedAt;
      if (ms > UNANSWERED_MS) {
        this.#history.note({ k: "unanswered", path, ms });
        throw new UnansweredFault(`Nobody has answered ${path} for ${ms} ms`);
      }
      await rest(tried);
    }
  }
}

export function isAnswer(reply: Reply | "cut" | "hung"): reply is Reply {
  if (typeof reply === "string" || isBusy(reply.status)) return false;
  return reply.status < BROKEN || reply.body["job_id"] !== undefined;
}

/** Not now, but later. */
export function isBusy(status: number): boolean {
  return status === TOO_MANY || status === UNAVAILABLE;
}

/**
 * A rest before the next request, longer each time and never the same for all: a server that starts has
 * hundreds of callers who come back.
 */
export function rest(tried: number): Promise<void> {
  const ms = Math.min(REST_MS_MAX, REST_MS * 2 ** Math.min(tried, 4));
  return sleep(ms * (0.5 + Math.random() / 2));
}

export function fieldsOf(text: string): Fields {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? (body as Fields) : {};
  } catch {
    // No JSON: there is nothing to read in it.
    return {};
  }
}
