import { describe, expect, test } from "vitest";
import {
  DEFAULT_CONTENT_TYPE,
  INLINE_BYTES_MAX,
  isLongResult,
  RESULT_ARTIFACT,
  readArtifactAbout,
} from "../../../src/core/artifact/artifact.ts";

describe("the name of an artifact", () => {
  test.each(["a", "9", "report.txt", "A-b_c.d", "a..b", "a.", "x".repeat(128)])(
    "may be %j",
    (name) => {
      expect(readArtifactAbout(name, "text/plain")).toEqual({
        ok: true,
        value: { name, contentType: "text/plain" },
      });
    },
  );

  test.each([
    "",
    ".",
    "..",
    ".hidden",
    "-rf",
    RESULT_ARTIFACT,
    "x".repeat(129),
    "a/b",
    "a\\b",
    "a b",
    "a%2Fb",
    "a\n",
    "a\u0000",
    "é",
    'a"b',
    5,
    null,
    undefined,
    ["a"],
  ])("may not be %j", (name) => {
    expect(readArtifactAbout(name, "text/plain")).toEqual({
      ok: false,
      reason:
        "Its name must be 1 to 128 letters, digits, '.', '_' and '-', and begin with a letter or a digit",
    });
  });
});

describe("the content type of an artifact", () => {
  test.each([
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain;charset=utf-8",
    "image/svg+xml",
    "application/vnd.api+json",
    'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
    "APPLICATION/PDF",
    "text/plain;",
    `text/${"x".repeat(123)}`,
  ])("may be %j", (contentType) => {
    expect(readArtifactAbout("a", contentType)).toMatchObject({ ok: true, value: { contentType } });
  });

  test.each([null, undefined])("is that of any bytes where it is %j", (contentType) => {
    expect(readArtifactAbout("a", contentType)).toEqual({
      ok: true,
      value: { name: "a", contentType: DEFAULT_CONTENT_TYPE },
    });
  });

  test.each([
    "",
    "text",
    "text/",
    "/plain",
    "text/plain/x",
    " text/plain",
    "text/plain, text/html",
    "text/plain\r\nx-evil: 1",
    "text/plain; a=\r\nx-evil: 1",
    "text/plain; a=\t",
    "text/plain; a=é",
    `text/${"x".repeat(124)}`,
    5,
    {},
  ])("may not be %j", (contentType) => {
    expect(readArtifactAbout("a", contentType)).toEqual({
      ok: false,
      reason: "Its content_type must be one such as text/plain",
    });
  });
});

test("a result is too long for a callback from one byte above the bound, as it is written", () => {
  const empty = JSON.stringify({ text: "", output: null }).length;
  const room = INLINE_BYTES_MAX - empty;

  expect(isLongResult({ text: "x".repeat(room), output: null })).toBe(false);
  expect(isLongResult({ text: "x".repeat(room + 1), output: null })).toBe(true);
  expect(isLongResult({ text: "é".repeat(room / 2 + 1), output: null })).toBe(true);
});
