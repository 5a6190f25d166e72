import { describe, expect, test } from "vitest";
import { ARTIFACTS_MAX } from "../../../src/core/artifact/artifact.ts";
import { readArtifacts } from "../../../src/core/artifact/given.ts";
import { readResponse } from "../../../src/core/plugin/response.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const named = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `a${index}`, content: "" }));

describe("the artifacts of an answer", () => {
  test.each([{ given: undefined }, { given: null }, { given: [] }])(
    "are none in $given",
    (none) => {
      expect(readArtifacts(none.given)).toEqual({ ok: true, value: [] });
    },
  );

  test("are text, which says so, or any bytes", () => {
    const given = [
      { name: "a.txt", content: "héllo" },
      { name: "b.html", content: "<p>", content_type: "text/html" },
      { name: "c.bin", content_base64: "AP+A" },
      { name: "d.png", content_base64: "", content_type: "image/png" },
      { name: "e.txt", content: "", content_type: null },
    ];

    expect(readArtifacts(given)).toEqual({
      ok: true,
      value: [
        { name: "a.txt", contentType: "text/plain; charset=utf-8", content: bytes("héllo") },
        { name: "b.html", contentType: "text/html", content: bytes("<p>") },
        {
          name: "c.bin",
          contentType: "application/octet-stream",
          content: new Uint8Array([0, 255, 128]),
        },
        { name: "d.png", contentType: "image/png", content: new Uint8Array() },
        { name: "e.txt", contentType: "text/plain; charset=utf-8", content: new Uint8Array() },
      ],
    });
  });

  test("take null for what is not said, as everywhere in an answer", () => {
    const given = [
      { name: "a.txt", content: "a", content_base64: null },
      { name: "b.bin", content: null, content_base64: "Yg==" },
    ];

    expect(readArtifacts(given)).toMatchObject({
      ok: true,
      value: [{ content: bytes("a") }, { content: bytes("b") }],
    });
  });

  test("are as many as a job keeps", () => {
    expect(readArtifacts(named(ARTIFACTS_MAX))).toMatchObject({ ok: true });
    expect(readArtifacts(named(ARTIFACTS_MAX + 1))).toEqual({
      ok: false,
      reason: [{ path: "artifacts", message: "Must be at most 100: there are 101" }],
    });
  });

  const CONTENT = "Must have either content, a string, or content_base64, a string of base64";

  test.each([
    { what: "no list", given: { name: "a" }, path: "artifacts", why: "Must be an array" },
    {
      what: "an item that is none",
      given: ["a.txt"],
      why: "Must be an object",
    },
    {
      what: "a name twice",
      given: [
        { name: "a", content: "1" },
        { name: "b", content: "2" },
        { name: "a", content: "1" },
      ],
      path: "artifacts[2]",
      why: "Has the name of another one: a",
    },
    { what: "no content", given: [{ name: "a" }], why: CONTENT },
    { what: "no text", given: [{ name: "a", content: 5 }], why: CONTENT },
    {
      what: "contents of both kinds",
      given: [{ name: "a", content: "a", content_base64: "YQ==" }],
      why: CONTENT,
    },
    {
      what: "bytes beside what is no text",
      given: [{ name: "a", content: 5, content_base64: "YQ==" }],
      why: CONTENT,
    },
    {
      what: "base64 that is none",
      given: [{ name: "a", content_base64: "YQ" }],
      why: CONTENT,
    },
    {
      what: "no type",
      given: [{ name: "a", content: "a", content_type: 5 }],
      why: "Its content_type must be one such as text/plain",
    },
    {
      what: "a name of the gateway's",
      given: [{ name: "_result.json", content: "a" }],
      why: expect.stringContaining("Its name must be"),
    },
  ])("are refused with $what", ({ given, why, path = "artifacts[0]" }) => {
    expect(readArtifacts(given)).toEqual({ ok: false, reason: [{ path, message: why }] });
  });

  test("are refused with all that is wrong, each with its place", () => {
    const given = [
      { name: "a", content: "1" },
      { name: "../b", content: "2" },
      3,
      { name: "a", content: "4" },
    ];

    expect(readArtifacts(given)).toMatchObject({
      ok: false,
      reason: [{ path: "artifacts[1]" }, { path: "artifacts[2]" }, { path: "artifacts[3]" }],
    });
  });
});

describe("an answer with artifacts", () => {
  const answer = (artifacts: unknown) =>
    readResponse(JSON.stringify({ protocol: 1, status: "ok", text: "a", artifacts }));

  test("keeps them", () => {
    expect(answer([{ name: "a.txt", content: "a" }])).toMatchObject({
      kind: "success",
      artifacts: [{ name: "a.txt", content: bytes("a") }],
    });
  });

  test("breaks the protocol with what is none, and may be asked again", () => {
    expect(answer([{ content: "a" }])).toMatchObject({
      kind: "failure",
      reason: "protocol_fault",
      retryable: true,
      message: expect.stringContaining("The answer's artifacts[0]: Its name must be"),
      excerpt: expect.stringContaining("artifacts"),
    });
  });
});
