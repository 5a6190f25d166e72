import { describe, expect, test } from "vitest";
import { URL_ROWS } from "../support/ssrf-urls.ts";
import { SECRET } from "./receiver.ts";
import { useServer } from "./support.ts";

const server = useServer({
  HOLDLINE_ANONYMOUS: "admin",
  HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
  CALLBACK_SECRET: SECRET,
});

const trigger = (body: object, query = "") => server.trigger(`lab/echo${query}`, body);

const WAIT_FAULT = { path: "wait", message: "Must be true, false or seconds from 0 to 300" };

const OPTIONS: readonly ((url: string) => { readonly path: string; readonly body: object })[] = [
  (url) => ({ path: "callback_url", body: { callback_url: url } }),
  (url) => ({ path: "state_webhook_url", body: { state_webhook_url: url } }),
  (url) => ({ path: "callbacks[0].url", body: { callbacks: [{ url }] } }),
];

describe("a URL to call back", () => {
  // The gateway of these tests has another name than the one that the list gives it.
  const rows = URL_ROWS.filter(({ url }) => !/holdline/i.test(url));

  test("that must be blocked is refused, whichever option has it", async () => {
    const blocked = rows.filter(({ verdict }) => verdict === "block");

    for (const { url } of blocked) {
      for (const option of OPTIONS) {
        const { path, body } = option(url);

        expect({ url, answer: await trigger(body) }).toMatchObject({
          url,
          answer: {
            status: 422,
            body: {
              code: "url_not_allowed",
              detail: `Holdline sends nothing there: ${path}. Nothing was done`,
              errors: [{ path, message: expect.stringMatching(/^Must .* \([a-z_]+\)$/) }],
            },
          },
        });
      }
    }
    expect(blocked).toHaveLength(100);
  });

  test("that may be called is not refused for being a URL", async () => {
    const allowed = rows.filter(({ verdict }) => verdict === "allow");

    for (const { url } of allowed) {
      // Refused for something else, so that nobody is called.
      const answer = await trigger({ callback_url: url, wait: 301 });

      expect({ url, errors: answer.body["errors"] }).toEqual({ url, errors: [WAIT_FAULT] });
    }
    expect(allowed).toHaveLength(11);
  });

  test("is judged in a query as well", async () => {
    const query = `?state_webhook_url=${encodeURIComponent("https://10.0.0.1/")}`;

    expect(await trigger({}, query)).toMatchObject({
      status: 422,
      body: {
        code: "url_not_allowed",
        errors: [
          {
            path: "query.state_webhook_url",
            message: "Must name its host, not give an address (address)",
          },
        ],
      },
    });
  });

  test("on plain http passes to a host that is allowed, and not to the gateway itself", async () => {
    const receiver = await trigger({ callback_url: "http://127.0.0.1:9/hook", wait: 301 });
    const gateway = await trigger({ callback_url: `${server.url()}/jobs` });

    expect(receiver.body).toMatchObject({ errors: [WAIT_FAULT] });
    expect(gateway.body).toMatchObject({
      code: "url_not_allowed",
      errors: [{ message: "Must not lead back to this gateway (own_host)" }],
    });
  });

  test("is told of with every other fault, and never repeated", async () => {
    const answer = await trigger({
      callback_url: "https://me:hunter2@hooks.example.com/?token=hunter2",
      callbacks: [{ url: "https://localhost/" }, { url: 7 }, { url: "https://hooks.example.com/" }],
      wait: 301,
    });

    expect(answer.body).toMatchObject({
      code: "invalid_request",
      errors: expect.arrayContaining([
        WAIT_FAULT,
        { path: "callbacks[1].url", message: "Invalid input: expected string, received number" },
        { path: "callback_url", message: "Must not name a user or a password (userinfo)" },
        { path: "callbacks[0].url", message: expect.stringContaining("(local_name)") },
      ]),
    });
    expect(answer.text).not.toContain("hunter2");
  });
});
