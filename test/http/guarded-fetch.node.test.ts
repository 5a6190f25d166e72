import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { UrlPolicy } from "../../src/config/url-guard.ts";
import { guardedFetch } from "../../src/edge/guarded-fetch.ts";
import { OWN_HOST, URL_ROWS } from "../support/ssrf-urls.ts";

const policy: UrlPolicy = {
  ownHosts: [OWN_HOST],
  allowHttp: [{ host: "127.0.0.1", port: null }],
};

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const server = createServer((request, response) => answer(request, response));

beforeEach(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

afterEach(async () => {
  vi.restoreAllMocks();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const call = (over: Partial<Parameters<typeof guardedFetch>[0]> = {}) =>
  guardedFetch(
    {
      method: "GET",
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/path?q=1`,
      headers: {},
      body: null,
      answerBytesMax: 1000,
      signal: new AbortController().signal,
      ...over,
    },
    policy,
  );

const textOf = (answered: Awaited<ReturnType<typeof call>>) =>
  answered.ok ? new TextDecoder().decode(answered.value.bytes) : "";

describe("guardedFetch", () => {
  const blocked = URL_ROWS.filter(({ verdict }) => verdict === "block");

  test.each(blocked)("sends nothing to $url: $why", async ({ url }) => {
    const sent = vi.spyOn(globalThis, "fetch");

    const answered = await call({ url });

    expect(answered.ok).toBe(false);
    expect(sent).not.toHaveBeenCalled();
  });

  test("sends the headers it is given, and its name", async () => {
    answer = ({ method, url, headers }, response) =>
      response.end(JSON.stringify({ method, url, headers }));

    const answered = await call({ method: "POST", body: "{}", headers: { "x-one": "1" } });

    expect(JSON.parse(textOf(answered))).toMatchObject({
      method: "POST",
      url: "/path?q=1",
      headers: { "x-one": "1", "user-agent": `holdline/${packageJson.version}` },
    });
  });

  test("keeps no cookies", async () => {
    answer = ({ headers }, response) => {
      response.setHeader("set-cookie", "id=1").end(String(headers.cookie));
    };

    await call();

    expect(textOf(await call())).toBe("undefined");
  });

  test("follows no redirect", async () => {
    const asked: (string | undefined)[] = [];
    answer = ({ url }, response) => {
      asked.push(url);
      response.writeHead(302, { location: "/elsewhere" }).end("moved");
    };

    const answered = await call();

    expect(answered).toMatchObject({ ok: true, value: { status: 302 } });
    expect(asked).toEqual(["/path?q=1"]);
  });

  test.each([
    { length: 999, isCut: false },
    { length: 1000, isCut: false },
    { length: 1001, isCut: true },
  ])("reads 1000 bytes of $length", async ({ length, isCut }) => {
    answer = (_request, response) => {
      response.write("a".repeat(600));
      response.end("b".repeat(length - 600));
    };

    const answered = await call();

    expect(answered).toMatchObject({ ok: true, value: { isCut } });
    expect(textOf(answered)).toBe(`${"a".repeat(600)}${"b".repeat(Math.min(length, 1000) - 600)}`);
  });

  test("lets go of an answer that never ends", async () => {
    const closed = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.on("close", closed.resolve);
      response.on("error", () => {
        // Written to after the other side has gone.
      });
      response.write("a".repeat(2000));
    };

    expect(await call()).toMatchObject({ ok: true, value: { isCut: true } });

    await closed.promise;
  });

  test("takes an answer without a body", async () => {
    answer = (_request, response) => response.writeHead(204).end();

    expect(await call()).toMatchObject({
      ok: true,
      value: { status: 204, bytes: new Uint8Array(), isCut: false },
    });
  });

  test.each(["before", "within"])("can be aborted %s the answer", async (moment) => {
    const arrived = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<void>();
    const stop = new AbortController();
    answer = (_request, response) => {
      response.on("close", closed.resolve);
      if (moment === "within") response.write("a");
      arrived.resolve();
    };

    const answered = call({ signal: stop.signal });
    await arrived.promise;
    stop.abort(new Error("Enough"));

    await expect(answered).rejects.toThrow("Enough");
    await closed.promise;
  });
});
