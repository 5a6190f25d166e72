import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Gate, type GateOptions } from "./gate.ts";

export type FrontOptions = {
  /** 0 = any free one. */
  readonly port: number;
  /** To the server, at once. */
  readonly connectionsMax: number;
  /** How many triggers it works on at once, and how many wait for that. */
  readonly atWork?: GateOptions;
};

export type Front = {
  readonly port: number;
  /** The server is up, on this port of loopback: who has come until now is passed on, in turn. */
  readonly open: (serverPort: number) => void;
  /** Cuts whoever is there, and whoever still comes. The port stays taken. */
  readonly hangUp: () => void;
  readonly stop: () => void;
};

/**
 * With more triggers at work than this, workerd does the newest first, and the oldest when no more come.
 * One that is not answered after a second waits for something else than workerd, and lets the next one in.
 * Those who wait are let in within some seconds, in the order of their coming.
 */
const AT_WORK: GateOptions = { insideMax: 64, insideMsMax: 1000, waitingMax: 500 };

/** For a client that was sent away to ask and to read, on a machine that is busy. */
const GOODBYE_MS = 5000;

/**
 * Stands before the server and passes on what callers say, byte by byte, as much at once as the server
 * carries (ADR 0022). Who comes before the server is up waits for it.
 *
 * @throws with the code `EADDRINUSE` when the port is taken.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const { port: wanted, connectionsMax, atWork = AT_WORK } = options;
  const clients = new Set<Socket>();
  const up = Promise.withResolvers<Place>();
  let isOver = false;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on("close", () => clients.delete(client));
    // A cut connection is closed as well: whoever cut it is told nothing.
    client.on("error", () => {});
    if (isOver) client.destroy();
    // What it says until then waits in its socket.
    else void up.promise.then((place) => serve(client, place));
  });
  server.listen(wanted, "127.0.0.1");
  await once(server, "listening");
  // A connection that cannot be taken in is that caller's trouble alone.
  server.on("error", () => {});
  const { port } = server.address() as AddressInfo;
  const open = (serverPort: number) =>
    up.resolve({ serverPort, connectionsMax, gate: new Gate(atWork), connections: 0 });
  const hangUp = () => {
    isOver = true;
    for (const client of clients) client.destroy();
  };
  const stop = () => {
    server.close();
    hangUp();
  };
  return { port, open, hangUp, stop };
}

/** What all connections share. */
type Place = {
  readonly serverPort: number;
  readonly connectionsMax: number;
  readonly gate: Gate;
  connections: number;
};

function serve(client: Socket, place: Place): void {
  let server: Socket | null = null;
  let visit: ReturnType<Gate["visit"]> = null;
  /** What a caller says while they wait to be let in; `null` = they do not. */
  let held: Buffer[] | null = null;
  /** They have asked, and not heard anything yet: whatever else they say belongs to it. */
  let isAsking = false;

  const answered = () => {
    isAsking = false;
    if (held !== null) return;
    visit?.leave();
    visit = null;
  };
  const refuse = () => {
    visit?.leave();
    sendAway(client);
  };
  const passOn = (chunk: Buffer) => {
    isAsking = true;
    server ??= connected(client, place, answered);
    if (server === null) refuse();
    else if (!server.write(chunk)) client.pause();
  };
  client.on("data", (chunk: Buffer) => {
    if (held !== null) {
      held.push(chunk);
      if (held.length >= HELD_CHUNKS_MAX) client.pause();
      return;
    }
    if (isAsking || !beginsTrigger(chunk)) return passOn(chunk);
    held = [chunk];
    visit = place.gate.visit((entered) => {
      visit = entered;
      const said = Buffer.concat(held ?? []);
      held = null;
      client.resume();
      passOn(said);
    });
    if (visit === null) refuse();
  });
  // Nobody who speaks HTTP closes one half and listens on: they have hung up.
  client.on("end", () => client.destroy());
  client.on("close", () => visit?.leave());
}

/** A head, and the beginning of a body: the rest waits with its caller. */
const HELD_CHUNKS_MAX = 4;

/** Whether somebody asks for a job. What asks about one, or belongs to one, is never held up. */
function beginsTrigger(chunk: Buffer): boolean {
  return TRIGGER.test(chunk.toString("latin1", 0, HEAD_BYTES));
}

const TRIGGER =
  /^POST \/(?:trigger\/|plugin\/|pipeline\/|in\/|discord\/|slack\/|jobs(?:\?[^ ]*)? |jobs\/[^/ ]+\/retry)/;

/** As much as has to be there to tell. */
const HEAD_BYTES = 256;

/** A connection to the server for this caller; `null` = there are as many as may be. */
function connected(client: Socket, place: Place, answered: () => void): Socket | null {
  if (place.connections >= place.connectionsMax) return null;
  place.connections += 1;
  const server = connect({ port: place.serverPort, host: "127.0.0.1", noDelay: true });
  server.on("error", () => {
    // It is closed as well.
  });
  server.on("drain", () => client.resume());
  server.on("data", answered);
  server.pipe(client);
  server.on("close", () => {
    place.connections -= 1;
    // What it has said to the end is on its way still, to somebody who may read slowly.
    if (!server.readableEnded) client.destroy();
  });
  // Cut, because workerd takes a closed connection for half a close, and would work on.
  client.on("close", () => server.resetAndDestroy());
  return server;
}

/** What the gateway would say, if it got to hear of it. */
const BODY = JSON.stringify({
  type: "/docs/errors/overloaded",
  title: "Holdline is overloaded",
  status: 503,
  detail: "More has come than this machine carries: nothing was started, try again in a second",
  code: "overloaded",
});
const ANSWER = [
  "HTTP/1.1 503 Service Unavailable",
  "content-type: application/problem+json",
  `content-length: ${Buffer.byteLength(BODY)}`,
  "retry-after: 1",
  "cache-control: no-store",
  "connection: close",
  "",
  BODY,
].join("\r\n");

/** What else they say is not heard: an answer to a connection that is closed too soon would be lost. */
function sendAway(client: Socket): void {
  client.removeAllListeners("data");
  client.resume();
  client.end(ANSWER);
  const timer = setTimeout(() => client.destroy(), GOODBYE_MS);
  client.on("close", () => clearTimeout(timer));
}
