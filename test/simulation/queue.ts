import { CallFault } from "./call-fault.ts";
import { Life } from "./process.ts";
import type { World } from "./world.ts";

/** How a message's consumer leaves it. */
type Settled = "taken" | "again";

/** Starts a consumer for one message, which dies with its life. */
type Consume<Message> = (message: Message, life: Life, settle: (settled: Settled) => void) => void;

type Entry<Message> = { readonly message: Message; deliveries: number };

const WAY_MS = 10;
const LATE_MS_MAX = 20 * 60_000;
/** `RETRY_AFTER_SECONDS` of the edge. */
const AGAIN_MS = 5000;
/** After this a message whose consumer says nothing is given out again. */
const VISIBLE_AGAIN_MS = 60_000;
/** `max_retries` of wrangler.toml, after which it is dropped. */
const DELIVERIES_MAX = 4;

/** One of the platform's queues: it loses, doubles, delays and reorders, and gives out again what it should not. */
export class Queue<Message> {
  readonly #world: World;
  readonly #consume: Consume<Message>;
  readonly #waiting = new Set<Entry<Message>>();
  #server: Life;
  /** Everything that was ever handed to it: old messages may come back at any time. */
  readonly sent: Message[] = [];

  constructor(world: World, server: Life, consume: Consume<Message>) {
    this.#world = world;
    this.#server = server;
    this.#consume = consume;
  }

  /** @throws {CallFault} where the queue takes nothing. */
  send(message: Message): void {
    const { tape } = this.#world;
    this.sent.push(message);
    switch (tape.fault("send")) {
      case "send fails":
        throw new CallFault("Queue is overloaded. Please back off.", false);
      case "message lost":
        return;
      case "message doubled":
        this.#put(message, WAY_MS);
        this.#put(message, WAY_MS + 100_000 * tape.jitter());
        return;
      case "message late":
        this.#put(message, 20_000 + LATE_MS_MAX * tape.jitter() ** 3);
        return;
      case null:
        this.#put(message, WAY_MS);
    }
  }

  /** Gives out a message once more, long after it was sent. */
  again(message: Message): void {
    this.#put(message, WAY_MS);
  }

  /** The server has crashed, and its consumers with it. */
  crashed(server: Life, keeps: boolean): void {
    this.#server = server;
    const kept = [...this.#waiting];
    this.#waiting.clear();
    if (keeps) for (const { message } of kept) this.#put(message, VISIBLE_AGAIN_MS);
  }

  #put(message: Message, ms: number): void {
    const entry = { message, deliveries: 0 };
    this.#waiting.add(entry);
    this.#deliver(entry, ms);
  }

  #deliver(entry: Entry<Message>, ms: number): void {
    const server = this.#server;
    this.#world.after(ms, server, () => {
      entry.deliveries += 1;
      if (entry.deliveries > DELIVERIES_MAX) this.#waiting.delete(entry);
      else this.#handOut(entry, new Life(server));
    });
  }

  #handOut(entry: Entry<Message>, life: Life): void {
    let isSettled = false;
    this.#consume(entry.message, life, (settled) => {
      if (!isSettled) this.#settle(entry, settled);
      isSettled = true;
    });
    // A consumer that dies settles nothing; one that lives may take as long as it needs.
    const look = () => {
      if (isSettled) return;
      if (life.isOver) this.#deliver(entry, 0);
      else this.#lookLater(look);
    };
    this.#lookLater(look);
  }

  #lookLater(look: () => void): void {
    this.#world.after(VISIBLE_AGAIN_MS, this.#server, look);
  }

  #settle(entry: Entry<Message>, settled: Settled): void {
    const isLost = settled === "taken" && this.#world.tape.fault("settle") !== null;
    if (settled === "taken" && !isLost) this.#waiting.delete(entry);
    else this.#deliver(entry, isLost ? VISIBLE_AGAIN_MS : AGAIN_MS);
  }
}
