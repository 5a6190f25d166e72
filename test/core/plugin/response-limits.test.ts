import { describe, expect, test } from "vitest";
import { RESPONSE_BYTES_MAX, readResponse } from "../../../src/core/plugin/response.ts";
import { utf8Length } from "../../../src/lang/text.ts";

const FAULT = { kind: "failure", reason: "protocol_fault" };

describe("an answer is taken", () => {
  test("up to 1 MiB in UTF-8, and not with one byte more", () => {
    const answer = (letters: number) =>
      JSON.stringify({ protocol: 1, status: "ok", text: `é${"x".repeat(letters)}` });
    const around = utf8Length(answer(0));
    const [fits, tooLong] = [answer(1_048_576 - around), answer(1_048_577 - around)];

    expect(RESPONSE_BYTES_MAX).toBe(1_048_576);
    expect(utf8Length(fits)).toBe(RESPONSE_BYTES_MAX);
    expect(readResponse(fits)).toMatchObject({ kind: "success" });
    expect(readResponse(tooLong)).toMatchObject(FAULT);
  });

  test("nested 64 levels deep, and no deeper", () => {
    // The answer itself is the first of them.
    const answer = (levels: number) =>
      `{"protocol":1,"status":"ok","output":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;

    expect(readResponse(answer(64))).toMatchObject({ kind: "success" });
    expect(readResponse(answer(65))).toMatchObject(FAULT);
  });

  test("with the level and the message of its log lines, and nothing else of them", () => {
    const logs = [{ level: "info", message: "a", secret: "x".repeat(100_000) }];

    const outcome = readResponse(JSON.stringify({ protocol: 1, status: "ok", text: "", logs }));

    expect(outcome.logs).toEqual([{ level: "info", message: "a" }]);
  });
});
