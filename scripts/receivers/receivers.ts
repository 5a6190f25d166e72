import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Random, randomFrom } from "../seed/random.ts";
import { RECEIVER_KINDS, type ReceiverKind, type Reply, receiverOf } from "./kinds.ts";
import { type SignedRequest, standardSays, withFlippedByte } from "./signature.ts";

/** A callback that came in whole, as it was logged before anything was answered. */
export type Arrival = SignedRequest & {
  /** 1, 2, 3… in the order of the log. */
  readonly number: number;
  readonly kind: ReceiverKind;
  readonly at: number;
  /** `idempotency-key`: the job and the number of the event. */
  readonly key: string;
  /** What was answered to it; `null` = nothing. */
  readonly status: number | null;
  readonly reply: Reply;
};

/** What `standardwebhooks` said of an arrival, some time after it came. */
export type Judged = {
  readonly arrival: Arrival;
  /** With each of the secrets. */
  readonly isTaken: readonly boolean[];
  /** With a byte of the body changed, with any of them. */
  readonly isFlippedTaken: boolean;
};

/**
 * Signatures are not checked as they come, because that would keep other receivers waiting; nor at the end
 * of the run, because after five minutes no signature holds.
 */
const JUDGE_EVERY_MS = 60_000;

const DRIP_EVERY_MS = 200;
const HUGE_BYTES = 4_000_000;
const LATE_MS = 400;

/**
 * A server for each kind of receiver, each on a port of its own, in the process of whoever checks: what
 * they have seen is not forgotten when the gateway is killed.
 */
export class Receivers {
  readonly arrivals: Arrival[] = [];
  readonly judged: Judged[] = [];
  /** Requests for where a redirect leads. */
  elsewhere = 0;
  /** Connections that were cut before anything was read. */
  resets = 0;
  readonly #secrets: readonly string[];
  readonly #random: Random;
  readonly #onArrival: (arrival: Arrival) => void;
  readonly #servers = new Map<ReceiverKind, { readonly server: Server; readonly port: number }>();
  readonly #times = new Map<string, number>();
  readonly #timers: NodeJS.Timeout[] = [];
  #startedAt = Date.now();
  #areWell = false;

  /** @param onArrival Told of each before anything is answered. */
  constructor(
    secrets: readonly string[],
    seed: number,
    onArrival: (arrival: Arrival) => void = () => {},
  ) {
    this.#secrets = secrets;
    this.#random = randomFrom(seed);
    this.#onArrival = onArrival;
  }

  /** Opens all ports: every receiver has one by then, also those that are closed at first. */
  async open(): Promise<void> {
    for (const kind of RECEIVER_KINDS) {
      const server = createServer((request, response) => {
        this.#receive(kind, request, response).catch(() => {
          // The gateway died under its request: what did not come whole did not come.
        });
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      this.#servers.set(kind, { server, port: (server.address() as AddressInfo).port });
    }
  }

  /** Begins the run, and with it the outages. */
  begin(): void {
    this.#startedAt = Date.now();
    this.#timers.push(setInterval(() => this.judge(), JUDGE_EVERY_MS));
    for (const kind of RECEIVER_KINDS) {
      const { closed } = receiverOf(kind);
      if (closed === undefined) continue;
      this.#after(closed.fromMs, () => this.#close(kind));
      if (Number.isFinite(closed.toMs)) this.#after(closed.toMs, () => this.#reopen(kind));
    }
  }

  /** Whatever was wrong for the whole run is over. */
  heal(): void {
    this.#areWell = true;
    for (const kind of RECEIVER_KINDS) this.#reopen(kind);
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const kind of RECEIVER_KINDS) this.#close(kind);
  }

  urlOf(kind: ReceiverKind, name: string): string {
    const { port = 0 } = this.#servers.get(kind) ?? {};
    return `http://127.0.0.1:${port}/${receiverOf(kind).isOwn ? name : "callbacks"}`;
  }

  async #receive(kind: ReceiverKind, request: IncomingMessage, response: ServerResponse) {
    if (request.url === "/elsewhere") this.elsewhere += 1;
    const isReset = this.#random.next() < (receiverOf(kind).resets ?? 0);
    if (isReset && !this.#areWell) {
      this.resets += 1;
      request.socket.destroy();
      return;
    }
    const body = await text(request);
    const id = header(request, "webhook-id");
    const times = (this.#times.get(id) ?? 0) + 1;
    this.#times.set(id, times);
    const at = Date.now();
    const situation = { random: this.#random, times, ms: at - this.#startedAt };
    const reply = receiverOf(kind).reply({ ...situation, isWell: this.#areWell });
    const arrival: Arrival = {
      number: this.arrivals.length + 1,
      kind,
      at,
      id,
      key: header(request, "idempotency-key"),
      timestamp: header(request, "webhook-timestamp"),
      signature: header(request, "webhook-signature"),
      body,
      status: statusOf(reply),
      reply,
    };
    this.arrivals.push(arrival);
    this.#onArrival(arrival);
    answer(request, response, reply);
  }

  /** Asks `standardwebhooks` about whatever has come since the last time. */
  judge(): void {
    const fresh = this.arrivals.slice(this.judged.length);
    this.judged.push(...fresh.map((arrival) => this.#judge(arrival)));
  }

  #judge(arrival: Arrival): Judged {
    const flipped = { ...arrival, body: withFlippedByte(arrival.body) };
    const says = (request: SignedRequest) => (secret: string) => standardSays(secret, request);
    return {
      arrival,
      isTaken: this.#secrets.map(says(arrival)),
      isFlippedTaken: this.#secrets.some(says(flipped)),
    };
  }

  #close(kind: ReceiverKind): void {
    const server = this.#servers.get(kind)?.server;
    server?.close();
    server?.closeAllConnections();
  }

  #reopen(kind: ReceiverKind): void {
    const { server, port } = this.#servers.get(kind) ?? {};
    if (server?.listening === false) server.listen(port, "127.0.0.1");
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }
}

function header(request: IncomingMessage, name: string): string {
  return String(request.headers[name] ?? "");
}

function statusOf(reply: Reply): number | null {
  if (typeof reply === "object") return reply.status;
  if (reply === "late") return 204;
  return reply === "drip" || reply === "huge" ? 200 : null;
}

function answer(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (typeof reply === "object") {
    response.writeHead(reply.status, { ...reply.headers }).end();
    return;
  }
  switch (reply) {
    case "hang":
      return;
    case "ack_lost":
      request.socket.destroy();
      return;
    case "late":
      setTimeout(() => response.writeHead(204).end(), LATE_MS);
      return;
    case "huge":
      response.end(Buffer.alloc(HUGE_BYTES, "x"));
      return;
    case "drip":
      drip(response);
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain" });
  response.write(".");
  const timer = setInterval(() => response.write("."), DRIP_EVERY_MS);
  response.on("close", () => clearInterval(timer));
}
