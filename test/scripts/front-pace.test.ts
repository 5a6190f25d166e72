import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { closed, type FrontPlace, openFront } from "./a-front.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

let place: FrontPlace;

afterEach(() => place.close());

/** Bytes that do not look like each other, so that none can be missed. */
function bytes(count: number): Buffer {
  return Buffer.alloc(count, createHash("sha512").update(String(count)).digest());
}

/** The front's end of a new client, which reads nothing until it is told to, and that client. */
async function quietClient(): Promise<{ readonly socket: Socket; readonly taken: Socket }> {
  const socket = connect(place.front.port, "127.0.0.1");
  await once(socket, "connect");
  let taken: Socket | undefined;
  while (taken === undefined) {
    await nextTurn();
    taken = place.taken.find(({ remotePort }) => remotePort === socket.localPort);
  }
  return { socket, taken };
}

describe("the front", () => {
  test("gives a slow reader all of an answer whose server has closed", async () => {
    place = await openFront({ answer: () => {} });
    const { socket, taken } = await quietClient();
    socket.write("go");
    const server = await firstHeard();
    server.resume();

    const sent = await sendUntilBehind(server, taken);
    const gone = closed(server);
    server.end();
    await gone;
    expect(taken.writableLength).toBeGreaterThan(0);

    const answer = await buffer(socket);
    expect(answer.equals(Buffer.concat(sent))).toBe(true);
  });

  test("has a client wait for a server that reads slowly, and loses nothing", async () => {
    place = await openFront({ answer: (socket) => socket.pause() });
    const whole = bytes(64 * MIB);
    const { socket, taken } = await quietClient();
    const paused = once(taken, "pause");

    socket.write(whole);
    await paused;
    const server = await firstHeard();
    const received: Buffer[] = [];
    server.on("data", (chunk: Buffer) => received.push(chunk));
    server.resume();
    while (sizeOf(received) < whole.length) await once(server, "data");

    expect(Buffer.concat(received).equals(whole)).toBe(true);
  });
});

/** The first connection that got through to the server. */
async function firstHeard(): Promise<Socket> {
  for (;;) {
    const [server] = place.heard;
    if (server !== undefined) return server;
    await nextTurn();
  }
}

/** As much as the system takes of what nobody reads, and a little that the front has to keep. */
async function sendUntilBehind(server: Socket, taken: Socket): Promise<readonly Buffer[]> {
  const sent: Buffer[] = [];
  while (taken.writableLength < 16 * KIB) {
    const piece = bytes(8 * KIB + sent.length);
    sent.push(piece);
    server.write(piece);
    while (taken.bytesWritten < sizeOf(sent)) await nextTurn();
  }
  return sent;
}

function sizeOf(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
