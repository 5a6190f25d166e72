import { describe, expect, test } from "vitest";
import { readOutput, readProgress } from "../../../src/core/plugin/side-call.ts";

describe("readProgress", () => {
  test.each([
    { given: { percent: 0 }, read: { percent: 0, message: null } },
    { given: { percent: 100, message: null }, read: { percent: 100, message: null } },
    { given: { message: "half" }, read: { percent: null, message: "half" } },
    { given: { percent: 12.5, message: "é".repeat(500) }, read: expect.anything() },
  ])("takes $given", ({ given, read }) => {
    expect(readProgress(given)).toEqual({ ok: true, value: read });
  });

  test.each([
    { given: null, wrong: "expected an object" },
    { given: 40, wrong: "expected an object" },
    { given: {}, wrong: "give percent, message or both" },
    { given: { percent: "40" }, wrong: "percent must be a number from 0 to 100" },
    { given: { percent: -1 }, wrong: "percent must be a number from 0 to 100" },
    { given: { percent: 101 }, wrong: "percent must be a number from 0 to 100" },
    { given: { percent: Number.NaN }, wrong: "percent must be a number from 0 to 100" },
    { given: { message: 1 }, wrong: "message must be a string of at most 1000 bytes" },
    {
      given: { message: "é".repeat(501) },
      wrong: "message must be a string of at most 1000 bytes",
    },
    { given: { percent: 1, total: 2 }, wrong: "'total' is unknown, give percent and message" },
  ])("refuses $given", ({ given, wrong }) => {
    expect(readProgress(given)).toEqual({ ok: false, reason: `Cannot take progress: ${wrong}` });
  });
});

describe("readOutput", () => {
  test.each([{ given: "" }, { given: "x".repeat(65_536) }])("takes text", ({ given }) => {
    expect(readOutput(given)).toEqual({ ok: true, value: given });
  });

  test.each([{ given: 1 }, { given: null }, { given: "x".repeat(65_537) }])(
    "refuses the rest",
    ({ given }) => {
      expect(readOutput(given)).toEqual({
        ok: false,
        reason: "Cannot take output: expected a string of at most 65536 bytes",
      });
    },
  );
});
