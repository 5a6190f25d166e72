import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { type Front, type FrontOptions, startFront } from "../../scripts/local/front.ts";

export const REQUEST = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

export const TRIGGER = "POST /trigger/lab/echo HTTP/1.1\r\n";

/** One at a time, and whoever is inside stays there: the clock lets nobody in. */
export const ONE_AT_WORK = { insideMax: 1, insideMsMax: 60_000, waitingMax: 9 };

type Options = Partial<Omit<FrontOptions, "port">> & {
  /** What the server does with a connection. */
  readonly answer?: (socket: Socket) => void;
};

/** A client that has said something, and what it heard of that first. */
type Client = { readonly socket: Socket; readonly answer: string };

/** A front with a server behind it. */
export type FrontPlace = {
  readonly front: Front;
  readonly server: Server;
  /** The connections that got through to the server, in the order of their coming. */
  readonly heard: readonly Socket[];
  /** The front's end of each connection of a client, in the order of their coming. */
  readonly taken: readonly Socket[];
  readonly client: (word: string) => Promise<Client>;
  /** A trigger that is inside and not answered. */
  readonly slowTrigger: () => Promise<Socket>;
  /** Resolves when whatever clients have done until now has reached the front; takes a connection. */
  readonly settled: () => Promise<void>;
  readonly close: () => void;
};

export async function openFront(options: Options): Promise<FrontPlace> {
  const { answer = inCapitals, connectionsMax = 9, ...rest } = options;
  const heard: Socket[] = [];
  const server = createServer((socket) => {
    heard.push(socket);
    socket.on("error", () => {});
    answer(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const front = await startFront({ port: 0, connectionsMax, ...rest });
  front.open((server.address() as AddressInfo).port);
  const { taken, forget } = takenOn(front.port);
  const client = (word: string) => clientOf(front.port, word);
  let looker: Promise<Client> | undefined;
  const settled = async () => {
    looker ??= client(REQUEST);
    const { socket } = await looker;
    for (let turn = 0; turn < 2; turn += 1) {
      socket.write(REQUEST);
      await once(socket, "data");
    }
  };
  const slowTrigger = async () => {
    const slow = connect(front.port, "127.0.0.1");
    slow.on("error", () => {});
    slow.write(`${TRIGGER}slow`);
    await settled();
    return slow;
  };
  const close = () => {
    forget();
    front.stop();
    server.close();
    for (const socket of heard) socket.destroy();
  };
  return { front, server, heard, taken, client, slowTrigger, settled, close };
}

/** A connection that was cut is closed as well. */
export function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => void socket?.once("close", () => resolve()));
}

/** Says again what it is told, in capitals, and to what is slow nothing. */
function inCapitals(socket: Socket): void {
  socket.on("data", (chunk) => {
    if (!String(chunk).includes("slow")) socket.write(String(chunk).toUpperCase());
  });
}

async function clientOf(port: number, word: string): Promise<Client> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(word);
  const [answer] = await once(socket, "data");
  return { socket, answer: String(answer) };
}

/** What a server of this process takes in on that port, as Node itself tells it. */
function takenOn(port: number) {
  const taken: Socket[] = [];
  const take = (message: unknown) => {
    const { socket } = message as { readonly socket: unknown };
    if (socket instanceof Socket && socket.localPort === port) taken.push(socket);
  };
  subscribe("net.server.socket", take);
  return { taken, forget: () => void unsubscribe("net.server.socket", take) };
}
