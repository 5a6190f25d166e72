import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type FrontOptions, startFront } from "../../scripts/local/front.ts";
import { closed, type FrontPlace, ONE_AT_WORK, openFront, REQUEST, TRIGGER } from "./a-front.ts";

let place: FrontPlace;

async function open(connectionsMax: number, atWork?: FrontOptions["atWork"]): Promise<void> {
  place = await openFront({ connectionsMax, ...(atWork === undefined ? {} : { atWork }) });
}

afterEach(() => {
  vi.useRealTimers();
  place.close();
});

describe("the front of the local server", () => {
  test("passes on what both sides say, as they say it", async () => {
    await open(2);

    const first = await place.client("first");
    const second = await place.client("second");

    expect([first.answer, second.answer]).toEqual(["FIRST", "SECOND"]);
    first.socket.write("again");
    expect(String(await once(first.socket, "data"))).toBe("AGAIN");
  });

  test("answers 503 with Retry-After to whoever comes when as many are there as it passes on", async () => {
    await open(1);
    await place.client("first");

    const { socket, answer } = await place.client(REQUEST);
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
    expect(place.heard.length).toBe(1);
  });

  test("lets the next one in as soon as one has left", async () => {
    await open(1);
    const first = await place.client("first");

    first.socket.destroy();
    await closed(place.heard[0]);

    expect((await place.client("second")).answer).toBe("SECOND");
  });

  test.each([
    { how: "closes", leave: (socket: Socket) => void socket.end() },
    { how: "cuts the line", leave: (socket: Socket) => void socket.resetAndDestroy() },
  ])("tells the server at once of a caller who $how", async ({ leave }) => {
    await open(1);
    const { socket } = await place.client("first");
    const gone = closed(place.heard[0]);

    leave(socket);

    await gone;
    expect(place.heard[0]?.destroyed).toBe(true);
  });

  test("tells the caller when the server is gone", async () => {
    await open(1);
    const { socket } = await place.client("first");

    place.heard[0]?.destroy();

    await closed(socket);
    expect(socket.destroyed).toBe(true);
  });

  test("closes whom it cannot pass on", async () => {
    await open(1);
    place.server.close();
    await once(place.server, "close");

    const socket = connect(place.front.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("anything");
    await closed(socket);

    expect(socket.bytesRead).toBe(0);
  });
});

describe("a trigger that comes to the front", () => {
  test("waits until one before it is answered, and lets pass who only looks", async () => {
    await open(9, { ...ONE_AT_WORK, waitingMax: 1 });
    const slow = await place.slowTrigger();

    const next = place.client(TRIGGER);
    await place.settled();
    expect(place.heard.length).toBe(2);
    const refused = await place.client(TRIGGER);
    expect(refused.answer).toMatch(/^HTTP\/1.1 503 /);
    slow.write("and this is answered");

    expect((await next).answer).toBe(TRIGGER.toUpperCase());
  });

  test("is let in when the caller of the one inside has hung up", async () => {
    await open(9, ONE_AT_WORK);
    const slow = await place.slowTrigger();
    const next = place.client(TRIGGER);
    await place.settled();

    slow.destroy();

    expect((await next).answer).toBe(TRIGGER.toUpperCase());
  });

  test("has the place of one who waited and has hung up", async () => {
    await open(9, { ...ONE_AT_WORK, waitingMax: 1 });
    const slow = await place.slowTrigger();
    const waiting = connect(place.front.port, "127.0.0.1");
    waiting.write(TRIGGER);
    await place.settled();
    expect((await place.client(TRIGGER)).answer).toMatch(/^HTTP\/1.1 503 /);

    waiting.destroy();
    await place.settled();
    const next = place.client(TRIGGER);
    await place.settled();
    slow.destroy();

    expect((await next).answer).toBe(TRIGGER.toUpperCase());
  });

  test("waits its turn also on a connection that had one before", async () => {
    await open(9, ONE_AT_WORK);
    const { socket } = await place.client(TRIGGER);
    const slow = await place.slowTrigger();

    const heardAgain = once(socket, "data");
    socket.write(`${TRIGGER}again`);
    await place.settled();
    expect(place.heard[0]?.bytesRead).toBe(TRIGGER.length);
    slow.destroy();

    expect(String(await heardAgain)).toBe(`${TRIGGER}again`.toUpperCase());
  });

  test("waits its turn behind an answer that still runs, and does not hold that up", async () => {
    await open(9, ONE_AT_WORK);
    const { socket } = await place.client(TRIGGER);
    const slow = await place.slowTrigger();
    socket.write(`${TRIGGER}again`);
    await place.settled();

    const more = once(socket, "data");
    place.heard[0]?.write("more of the first answer");
    expect(String(await more)).toBe("more of the first answer");
    expect(place.heard[0]?.bytesRead).toBe(TRIGGER.length);
    const again = once(socket, "data");
    slow.destroy();

    expect(String(await again)).toBe(`${TRIGGER}again`.toUpperCase());
  });

  test("is answered 503 where there is no connection for it when it is let in, and so is the next", async () => {
    // Nobody is let in because time has passed, or because somebody was seen off.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    await open(2, ONE_AT_WORK);
    const slow = await place.slowTrigger();
    const waiting = connect({ port: place.front.port, host: "127.0.0.1", allowHalfOpen: true });
    waiting.write(TRIGGER);
    await place.settled();
    waiting.write("its body");
    await place.settled();
    const next = place.client(TRIGGER);
    await place.settled();

    const refused = once(waiting, "data");
    slow.write("and this is answered");

    expect(String((await refused)[0])).toMatch(/^HTTP\/1.1 503 .*"code":"overloaded"}$/s);
    expect((await next).answer).toMatch(/^HTTP\/1.1 503 /);
    waiting.destroy();
  });

  test("keeps nobody waiting where there was no connection for it as it came", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    await open(1, ONE_AT_WORK);
    await place.settled();
    const first = connect({ port: place.front.port, host: "127.0.0.1", allowHalfOpen: true });
    first.write(TRIGGER);
    await once(first, "data");

    expect((await place.client(TRIGGER)).answer).toMatch(/^HTTP\/1.1 503 /);
    first.destroy();
  });

  test.each([
    "POST /jobs/1/complete HTTP/1.1",
    "POST /jobs/1/cancel HTTP/1.1",
    "POST /jobs/wait HTTP/1.1",
    "GET /jobs/1 HTTP/1.1",
  ])("never holds up what is about a job: %s", async (line) => {
    await open(9, { ...ONE_AT_WORK, waitingMax: 0 });
    await place.slowTrigger();

    expect((await place.client(line)).answer).toBe(line.toUpperCase());
  });

  test.each([
    "POST /plugin/lab/echo HTTP/1.1",
    "POST /jobs HTTP/1.1",
    "POST /jobs?wait=1 HTTP/1.1",
    "POST /jobs/1/retry HTTP/1.1",
    "POST /in/github HTTP/1.1",
    "POST /discord/interactions HTTP/1.1",
    "POST /slack/commands HTTP/1.1",
  ])("is whatever asks for a job: %s", async (line) => {
    await open(9, { ...ONE_AT_WORK, waitingMax: 0 });
    await place.slowTrigger();

    expect((await place.client(line)).answer).toMatch(/^HTTP\/1.1 503 /);
  });

  test("is kept together with what belongs to it while it waits", async () => {
    await open(9, ONE_AT_WORK);
    const slow = await place.slowTrigger();
    const waiting = connect(place.front.port, "127.0.0.1");
    waiting.write(TRIGGER);
    await place.settled();
    waiting.write("POST /trigger/ in its body");
    await place.settled();

    const whole = once(waiting, "data");
    slow.destroy();

    expect(String(await whole)).toBe(`${TRIGGER}POST /trigger/ in its body`.toUpperCase());
  });
});

describe("the front before and after the server", () => {
  test("says which port is taken", async () => {
    await open(1);
    const { port } = place.front;

    const second = startFront({ port, connectionsMax: 1 });

    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE", port });
  });

  test("has whoever comes before the server is up wait for it", async () => {
    await open(1);
    const serverPort = (place.server.address() as { readonly port: number }).port;
    const early = await startFront({ port: 0, connectionsMax: 1 });
    const socket = connect(early.port, "127.0.0.1");
    socket.write(TRIGGER);
    await place.settled();
    expect(socket.bytesRead).toBe(0);

    const answer = once(socket, "data");
    early.open(serverPort);

    expect(String(await answer)).toBe(TRIGGER.toUpperCase());
    early.stop();
  });

  test("keeps its port, and takes nobody in, from when it hangs up until it stops", async () => {
    await open(1);
    const { socket } = await place.client("first");
    const { port } = place.front;

    place.front.hangUp();

    await closed(socket);
    const late = connect(port, "127.0.0.1");
    late.on("error", () => {});
    await closed(late);
    expect(late.bytesRead).toBe(0);
    await expect(startFront({ port, connectionsMax: 1 })).rejects.toMatchObject({ port });
  });
});
