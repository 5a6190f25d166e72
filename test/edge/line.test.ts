import { describe, expect, test } from "vitest";
import { Line } from "../../src/edge/watch/line.ts";
import { epochMs } from "../../src/lang/time.ts";
import { until } from "./support.ts";

/** A line, and the socket at its other end. */
function aLine() {
  const { 0: near, 1: far } = new WebSocketPair();
  far.accept();
  return { line: new Line(near), far };
}

describe("a line", () => {
  test("gives its messages in order, then says that it is closed", async () => {
    const { line, far } = aLine();
    far.send("a");
    far.send("b");
    far.close(1000);

    expect(await line.next(null)).toEqual({ text: "a" });
    expect(await line.next(null)).toEqual({ text: "b" });
    expect(await line.next(null)).toBe("closed");
    expect(await line.next(null)).toBe("closed");
  });

  test("says when it is late", async () => {
    const { line, far } = aLine();

    expect(await line.next(epochMs(Date.now() + 20))).toBe("late");
    far.send("after all");
    expect(await line.next(null)).toEqual({ text: "after all" });
  });

  test("closes the other end too", async () => {
    const { line, far } = aLine();
    let code = 0;
    far.addEventListener("close", (event) => {
      code = event.code;
    });

    line.close();
    line.say("too late");

    await until(() => code === 1000);
    expect(await line.next(null)).toBe("closed");
  });

  test("is cut where its reader falls a mebibyte behind", async () => {
    const { line, far } = aLine();
    let isCut = false;
    far.addEventListener("close", () => {
      isCut = true;
    });

    for (let part = 0; part < 5; part += 1) far.send("x".repeat(250_000));
    // On its way before the other end hears of the cut: it must not stand in for what was cut off.
    far.send("the last word");

    await until(() => isCut);
    expect(await line.next(null)).toBe("closed");
    expect(await line.next(null)).toBe("closed");
  });

  test("takes one message of any length", async () => {
    const { line, far } = aLine();

    far.send("x".repeat(2_000_000));

    expect(await line.next(null)).toEqual({ text: "x".repeat(2_000_000) });
  });
});
