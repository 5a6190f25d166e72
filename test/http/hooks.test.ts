import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { SECRETS, SENDERS, type Sent } from "./hook-senders.ts";
import { startPlainPlugin } from "./plain-plugin.ts";
import { finished, useServer } from "./support.ts";

const PLAIN_SECRET = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const plain = await startPlainPlugin(PLAIN_SECRET);
afterAll(plain.stop);

const github = "profile: github, secret: HOOK_GITHUB";
const CONFIG = `
plugins:
  lab: { breaker: { threshold: 1, reset_ms: 3600000, scope: all } }
  plain: { transport: http, url: "${plain.url}", secret: PLAIN_SECRET }
hooks:
  github: { ${github}, run: lab/echo }
  stripe: { profile: stripe, secret: HOOK_STRIPE, run: lab/echo }
  standard: { profile: standard, secret: HOOK_STANDARD, run: lab/echo }
  generic: { profile: generic, secret: HOOK_GENERIC, header: X-Sign, id_header: X-Id, run: lab/echo }
  nameless: { profile: generic, secret: HOOK_GENERIC, header: X-Sign, run: lab/echo }
  held: { ${github}, run: lab/echo, wait: 20 }
  now: { ${github}, run: lab/now, wait: 20 }
  filled:
    profile: generic
    secret: HOOK_GENERIC
    header: X-Sign
    run: lab/echo
    wait: 20
    payload:
      title: "{body.issue.title}"
      line: "{hook}: {body.issue.title} ({query.from})"
      missing: "{body.nothing}"
      headers: "{headers}"
  twice: { ${github}, run: lab/echo, payload: { a: "{body}", b: "{body}" } }
  event: { ${github}, run: plain/echo, event: "github.{headers.x-github-event}", wait: 20 }
  typed: { ${github}, run: lab/sleep, event: "github.{body.action}", payload: { ms: 0, all: "{body}" }, wait: 20 }
  slow: { ${github}, run: lab/sleep, payload: { ms: 20000 }, wait: 0.2 }
  fails: { ${github}, run: lab/flaky, payload: { failures: 9, retry: false, code: "{body.code}" }, wait: 20 }
  strict: { ${github}, run: text/stats }
  small: { ${github}, run: lab/echo, max_bytes: 20 }
  shut: { profile: github, secret: HOOK_UNSET, run: lab/echo }
  broken: { profile: standard, secret: HOOK_GENERIC, run: lab/echo }
  nowhere: { ${github}, run: lab/nothing }
`;

const server = useServer(
  {
    HOLDLINE_ANONYMOUS: "admin",
    HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
    PLAIN_SECRET,
    HOOK_GITHUB: "the new one",
    HOOK_GITHUB_PREVIOUS: SECRETS.github,
    HOOK_STRIPE: SECRETS.stripe,
    HOOK_STANDARD: SECRETS.standard,
    HOOK_GENERIC: SECRETS.generic,
  },
  null,
  { config: CONFIG },
);

const send = (hook: string, { headers, body }: Sent) =>
  server.call(`/in/${hook}`, { method: "POST", headers, body });

const CONTENT = { id: "evt_1", text: "Hello" };

describe.each(["github", "stripe", "standard", "generic"] as const)("a hook for %s", (profile) => {
  const sign = SENDERS[profile];
  const newContent = () => ({ id: `evt_${randomUUID()}`, text: "Hello" });

  test("makes a job of what comes, and says which", async () => {
    const content = newContent();

    const { status, headers, body } = await send(profile, sign(JSON.stringify(content)));

    const self = `${server.url()}/jobs/${body["job_id"]}`;
    expect([status, body]).toEqual([
      202,
      { job_id: expect.any(String), status: expect.any(String), links: { self } },
    ]);
    expect(headers.get("content-type")).toBe("application/json");
    expect(await finished(server, body["job_id"])).toMatchObject({
      status: "succeeded",
      submitted_by: `webhook:${profile}`,
      result: { output: content },
    });
  });

  test("makes one job of the same delivery, however often it comes at once", async () => {
    const sent = sign(JSON.stringify(newContent()));

    const answers = await Promise.all(Array.from({ length: 20 }, () => send(profile, sent)));
    const again = await send(profile, sent);

    expect(new Set(answers.map(({ body }) => body["job_id"])).size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 200)).toBe(true);
    expect([again.status, again.body]).toMatchObject([
      200,
      { job_id: answers[0]?.body["job_id"], deduplicated: true },
    ]);
  });

  test("keeps that job for a day at least", async () => {
    const { body } = await send(profile, sign(JSON.stringify(newContent())));

    const job = await finished(server, body["job_id"]);

    const keptMs = Date.parse(String(job["expires_at"])) - Date.parse(String(job["finished_at"]));
    expect(keptMs).toBeGreaterThanOrEqual(24 * 3_600_000 + 300_000);
  });

  test("makes another job of another delivery", async () => {
    const [first, second] = await Promise.all(
      [newContent(), newContent()].map((content) => send(profile, sign(JSON.stringify(content)))),
    );

    expect(first?.body["job_id"]).not.toBe(second?.body["job_id"]);
  });

  test.each([
    { what: "with another body", change: ({ headers }: Sent): Sent => ({ headers, body: "{}" }) },
    { what: "without its headers", change: ({ body }: Sent): Sent => ({ headers: {}, body }) },
  ])("lets nobody in $what, and does not say why", async ({ change }) => {
    const answer = await send(profile, change(sign(JSON.stringify(newContent()))));

    expect([answer.status, answer.body]).toEqual([
      403,
      {
        type: `${server.url()}/docs/errors/forbidden`,
        title: "The request is not allowed",
        status: 403,
        detail: "The request is not allowed",
        code: "forbidden",
      },
    ]);
  });
});

describe("a hook without a secret that can be used", () => {
  test.each(["shut", "broken"])("lets nobody in, and tells it the log once: %s", async (hook) => {
    const first = await send(hook, SENDERS.github("{}"));
    const second = await send(hook, SENDERS.standard("{}"));

    const told = () => server.logged.filter((line) => line.includes(`"hook":"${hook}"`));
    await expect.poll(told).toHaveLength(1);
    expect([first.status, second.status]).toEqual([403, 403]);
    expect(told()[0]).toContain("hook.shut");
    expect(told()[0]).not.toContain(SECRETS.generic);
  });
});

describe("what cannot be taken", () => {
  test("is 413 beyond the hook's own bound, before anything is verified", async () => {
    const { status, body } = await send("small", { headers: {}, body: "x".repeat(21) });

    expect([status, body["code"]]).toEqual([413, "body_too_large"]);
    expect((await send("small", SENDERS.github(`"${"x".repeat(18)}"`))).status).toBe(202);
  });

  test.each([
    { what: "no UTF-8", body: Uint8Array.from([0xff]), status: 400, code: "body_not_utf8" },
    {
      what: "65 levels",
      body: `{"a":${"[".repeat(64)}${"]".repeat(64)}}`,
      status: 422,
      code: "body_too_deep",
    },
  ])("is told to a sender that is known: $what", async ({ body, status, code }) => {
    const answer = await send("github", SENDERS.github(body));

    expect([answer.status, answer.body["code"]]).toEqual([status, code]);
  });

  test("is 413 where the hook makes too much of it", async () => {
    const content = JSON.stringify({ text: "x".repeat(600_000) });

    const { status, body } = await send("twice", SENDERS.github(content));

    expect([status, body["code"]]).toEqual([413, "body_too_large"]);
  });

  test("is 422 where the command takes something else, with every fault", async () => {
    const { status, body } = await send("strict", SENDERS.github('{"text":5}'));

    expect([status, body]).toMatchObject([
      422,
      { code: "invalid_request", errors: [{ path: "payload.text" }] },
    ]);
  });

  test("is 422 where the type of its event cannot be said", async () => {
    const { status, body } = await send("typed", SENDERS.github("{}"));

    expect([status, body["errors"]]).toEqual([
      422,
      [{ path: "event", message: "Has no body.action, which its type is made of" }],
    ]);
  });

  test("is 503 where the hook starts what is not there", async () => {
    const { status, body } = await send("nowhere", SENDERS.github("{}"));

    expect([status, body["code"]]).toEqual([503, "plugin_unavailable"]);
    expect(JSON.stringify(body)).not.toContain("nothing");
  });
});

describe("what comes", () => {
  const resultOf = async (hook: string, sent: Sent) => {
    const { body } = await send(hook, sent);
    return (body["result"] as { output: unknown } | undefined)?.output;
  };
  const FORM = { "content-type": "application/x-www-form-urlencoded" };

  test.each([
    { what: "a form", body: "a=1&b=x+y&a=2", type: FORM, output: { a: "2", b: "x y" } },
    {
      what: "JSON in a form, as GitHub has it by default",
      body: `payload=${encodeURIComponent('{"a":1}')}`,
      type: FORM,
      output: { a: 1 },
    },
    { what: "plain text", body: "Hello", type: {}, output: { text: "Hello" } },
    { what: "a list", body: "[1]", type: {}, output: { text: "[1]" } },
    { what: "nothing", body: "", type: {}, output: {} },
    { what: "JSON of no type", body: '{"a":1}', type: { "content-type": "x/y" }, output: { a: 1 } },
  ])("is a payload, whatever it is: $what", async ({ body, type, output }) => {
    expect(await resultOf("held", SENDERS.github(body, randomUUID(), type))).toEqual(output);
  });

  test("is put into the hook's payload, and no secret header with it", async () => {
    const content = JSON.stringify({ issue: { title: "It broke" } });
    const headers = {
      "x-thing": "1",
      authorization: "Bearer x",
      cookie: "a=b",
      "x-gitlab-token": "t",
    };

    const output = await resultOf("filled?from=here", SENDERS.generic(content, "1", headers));

    expect(output).toMatchObject({
      title: "It broke",
      line: "filled: It broke (here)",
      headers: { "x-thing": "1", "x-id": "1" },
    });
    expect(output).not.toHaveProperty("missing");
    const { headers: seen } = output as { headers: Record<string, string> };
    expect(Object.keys(seen)).not.toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^(authorization|cookie|x-sign|x-gitlab-token)$/),
      ]),
    );
  });

  test("reaches the plugin as an event, where the hook has one", async () => {
    const id = randomUUID();

    const { status } = await send("event", SENDERS.github(JSON.stringify(CONTENT), id));

    expect(status).toBe(200);
    const asked = plain.seen
      .filter(({ url }) => url === "/invoke")
      .map(({ body }) => JSON.parse(body));
    expect(asked).toMatchObject([
      {
        payload: {},
        event: {
          type: "github.push",
          payload: CONTENT,
          source: "webhook:event",
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          event_id: id,
        },
      },
    ]);
  });

  test("may be an event and a payload of a megabyte each", async () => {
    const text = "é".repeat(500_000);

    const output = await resultOf("typed", SENDERS.github(JSON.stringify({ action: "x", text })));

    expect(output).toEqual({ ms: 0 });
  });

  test("without a name is a new job each time", async () => {
    const sent = SENDERS.generic("{}");

    const [first, second] = [await send("nameless", sent), await send("nameless", sent)];

    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.body["job_id"]).not.toBe(second.body["job_id"]);
  });
});

test("GitHub's question whether anybody is there is answered without a job", async () => {
  const sent = SENDERS.github('{"zen":"Keep it simple"}', randomUUID(), {
    "x-github-event": "ping",
  });

  expect(await send("strict", sent)).toMatchObject({ status: 200, text: '{"ok":true}' });
  expect((await send("strict", { ...sent, body: "{}" })).status).toBe(403);
});

describe("a sender that is held", () => {
  test.each(["held", "now"])("gets the result: %s", async (hook) => {
    const id = randomUUID();
    const sent = SENDERS.github(JSON.stringify(CONTENT), id);

    const answer = await send(hook, sent);
    const again = await send(hook, sent);

    const said = {
      job_id: expect.any(String),
      status: "succeeded",
      links: { self: expect.any(String) },
      result: { text: "Hello", output: CONTENT },
    };
    expect([answer.status, answer.body]).toEqual([200, said]);
    expect([again.status, again.body]).toEqual([200, { ...answer.body, deduplicated: true }]);
  });

  test("is told when its patience is over, and the job goes on", async () => {
    const sent = SENDERS.github("{}");

    const first = await send("slow", sent);
    const again = await send("slow", sent);

    expect([first.status, first.body]).toMatchObject([
      202,
      { status: "running", timeout_exceeded: true, waited_ms: expect.any(Number) },
    ]);
    expect([again.status, again.body]).toMatchObject([
      200,
      { job_id: first.body["job_id"], timeout_exceeded: true, deduplicated: true },
    ]);
  });

  test("hears of a failure, and the breaker of the next; a repeat hears what it heard", async () => {
    const sent = SENDERS.github('{"code":"no_luck"}');

    const first = await send("fails", sent);
    const next = await send("fails", SENDERS.github("{}"));
    const again = await send("fails", sent);

    expect([first.status, first.body]).toEqual([
      502,
      {
        type: `${server.url()}/docs/errors/job_failed`,
        title: "The job failed",
        status: 502,
        detail: "Attempt 1 fails, as asked",
        code: "job_failed",
        job_id: expect.any(String),
        job_status: "failed",
      },
    ]);
    expect([next.status, next.body["code"]]).toEqual([503, "breaker_open"]);
    expect([again.status, again.body]).toEqual([502, { ...first.body, deduplicated: true }]);
  });
});
