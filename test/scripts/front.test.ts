import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { type Front, startFront } from "../../scripts/local/front.ts";
import type { GateOptions } from "../../scripts/local/gate.ts";

const REQUEST = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

const TRIGGER = "POST /trigger/lab/echo HTTP/1.1\r\n";

/** The server behind it: says again what it is told, in capitals, and to a slow trigger nothing. */
let server: Server;
let front: Front;
/** The connections that got through, in the order of their coming. */
let heard: Socket[];

async function open(connectionsMax: number, atWork?: GateOptions): Promise<void> {
  heard = [];
  server = createServer((socket) => {
    heard.push(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      if (!String(chunk).includes("slow")) socket.write(String(chunk).toUpperCase());
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: serverPort } = server.address() as AddressInfo;
  front = await startFront({
    port: 0,
    serverPort,
    connectionsMax,
    ...(atWork === undefined ? {} : { atWork }),
  });
}

afterEach(() => {
  front.stop();
  server.close();
  for (const socket of heard) socket.destroy();
});

/** A client that has said something, and what it heard of that first. */
async function client(word: string): Promise<{ readonly socket: Socket; readonly answer: string }> {
  const socket = connect(front.port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(word);
  const [answer] = await once(socket, "data");
  return { socket, answer: String(answer) };
}

/** A connection that was cut is closed as well. */
function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => void socket?.once("close", () => resolve()));
}

describe("the front of the local server", () => {
  test("passes on what both sides say, as they say it", async () => {
    await open(2);

    const first = await client("first");
    const second = await client("second");

    expect([first.answer, second.answer]).toEqual(["FIRST", "SECOND"]);
    first.socket.write("again");
    expect(String(await once(first.socket, "data"))).toBe("AGAIN");
  });

  test("answers 503 with Retry-After to whoever comes when as many are there as it passes on", async () => {
    await open(1);
    await client("first");

    const { socket, answer } = await client(REQUEST);
    const [head = "", body = ""] = answer.split("\r\n\r\n");

    expect(head.split("\r\n")).toEqual([
      "HTTP/1.1 503 Service Unavailable",
      "content-type: application/problem+json",
      `content-length: ${body.length}`,
      "retry-after: 1",
      "cache-control: no-store",
      "connection: close",
    ]);
    expect(JSON.parse(body)).toMatchObject({ status: 503, code: "overloaded" });
    await closed(socket);
    expect(heard.length).toBe(1);
  });

  test("lets the next one in as soon as one has left", async () => {
    await open(1);
    const first = await client("first");

    first.socket.destroy();
    await closed(heard[0]);

    expect((await client("second")).answer).toBe("SECOND");
  });

  test.each([
    { how: "closes", leave: (socket: Socket) => void socket.end() },
    { how: "cuts the line", leave: (socket: Socket) => void socket.resetAndDestroy() },
  ])("tells the server at once of a caller who $how", async ({ leave }) => {
    await open(1);
    const { socket } = await client("first");
    const gone = closed(heard[0]);

    leave(socket);

    await gone;
    expect(heard[0]?.destroyed).toBe(true);
  });

  test("tells the caller when the server is gone", async () => {
    await open(1);
    const { socket } = await client("first");

    heard[0]?.destroy();

    await closed(socket);
    expect(socket.destroyed).toBe(true);
  });

  test("closes whom it cannot pass on", async () => {
    await open(1);
    server.close();
    await once(server, "close");

    const socket = connect(front.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("anything");
    await closed(socket);

    expect(socket.bytesRead).toBe(0);
  });

  test("has a trigger wait until one before it is answered, and lets pass who only looks", async () => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 1 });
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    const looking = await client(REQUEST);

    const next = client(TRIGGER);
    await client(REQUEST);
    expect([looking.answer, heard.length]).toEqual([REQUEST.toUpperCase(), 3]);
    const refused = await client(TRIGGER);
    expect(refused.answer).toMatch(/^HTTP\/1.1 503 /);
    slow.write("and this is answered");

    expect((await next).answer).toBe(TRIGGER.toUpperCase());
    slow.destroy();
  });

  test("lets the next trigger in when the caller of one before it has hung up", async () => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 9 });
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    await client(REQUEST);
    const waiting = connect(front.port, "127.0.0.1");
    waiting.write(TRIGGER);
    const next = client(TRIGGER);

    waiting.destroy();
    slow.destroy();

    expect((await next).answer).toBe(TRIGGER.toUpperCase());
  });

  test("has every trigger of one connection wait its turn", async () => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 9 });
    const { socket } = await client(TRIGGER);
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    await client(REQUEST);

    const heardAgain = once(socket, "data");
    socket.write(`${TRIGGER}again`);
    await client(REQUEST);
    expect(heard[0]?.bytesRead).toBe(TRIGGER.length);
    slow.destroy();

    expect(String(await heardAgain)).toBe(`${TRIGGER}again`.toUpperCase());
  });

  test.each([
    "POST /jobs/1/complete HTTP/1.1",
    "POST /jobs/1/cancel HTTP/1.1",
    "POST /jobs/wait HTTP/1.1",
    "GET /jobs/1 HTTP/1.1",
  ])("never holds up what is about a job: %s", async (line) => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 0 });
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    await client(REQUEST);

    expect((await client(line)).answer).toBe(line.toUpperCase());
    slow.destroy();
  });

  test.each([
    "POST /plugin/lab/echo HTTP/1.1",
    "POST /jobs HTTP/1.1",
    "POST /jobs?wait=1 HTTP/1.1",
    "POST /jobs/1/retry HTTP/1.1",
    "POST /in/github HTTP/1.1",
    "POST /discord/interactions HTTP/1.1",
    "POST /slack/commands HTTP/1.1",
  ])("has whatever asks for a job wait: %s", async (line) => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 0 });
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    await client(REQUEST);

    expect((await client(line)).answer).toMatch(/^HTTP\/1.1 503 /);
    slow.destroy();
  });

  test("keeps what belongs to a trigger together while it waits", async () => {
    await open(9, { insideMax: 1, insideMsMax: 60_000, waitingMax: 9 });
    const slow = connect(front.port, "127.0.0.1");
    slow.write(`${TRIGGER}slow`);
    await client(REQUEST);
    const waiting = connect(front.port, "127.0.0.1");
    waiting.write(TRIGGER);
    await client(REQUEST);
    waiting.write("POST /trigger/ in its body");
    await client(REQUEST);

    const whole = once(waiting, "data");
    slow.destroy();

    expect(String(await whole)).toBe(`${TRIGGER}POST /trigger/ in its body`.toUpperCase());
  });

  test("says which port is taken", async () => {
    await open(1);
    const { port } = front;

    const second = startFront({ port, serverPort: port, connectionsMax: 1 });

    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE", port });
  });
});
