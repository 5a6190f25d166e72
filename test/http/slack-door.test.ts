import { randomUUID } from "node:crypto";
import { isValidSlackRequest } from "@slack/bolt";
import { describe, expect, test } from "vitest";
import requests from "../vectors/slack-requests.json" with { type: "json" };
import vectors from "../vectors/slack-v0.json" with { type: "json" };
import {
  commandForm,
  jobIn,
  SECRET,
  type Signing,
  signed,
  useSlackPlace,
  wordsOf,
} from "./slack-place.ts";
import { useServer } from "./support.ts";

const CONFIG = `
slack:
  commands:
    /ask: { run: lab/echo, payload: { text: "{text}" } }
`;

const JSON_TYPE = "application/json";
const OTHER_SECRET = "0123456789abcdef0123456789abcdef";

/** Slack's own programs, asked whether they would take it. */
function isTakenByBolt({ headers, body }: ReturnType<typeof signed>, secret = SECRET): boolean {
  const timestamp = Number(headers["x-slack-request-timestamp"]);
  return isValidSlackRequest({
    signingSecret: secret,
    body: String(body),
    headers: {
      "x-slack-signature": headers["x-slack-signature"],
      "x-slack-request-timestamp": timestamp,
    },
  });
}

describe("the door of Slack's requests", () => {
  const { server, post } = useSlackPlace({ config: CONFIG });

  const recorded = requests.requests.map(({ name, headers, body }) => {
    const contentType = headers["content-type"];
    const path = /^payload=/.test(body) ? "/slack/interactivity" : "/slack/commands";
    // They were all recorded with one trigger, which would make them one job.
    const fresh = body.replace(/(?<=trigger_id=)[\w.]+/, randomUUID());
    return { name, headers, body, fresh, contentType, path };
  });

  test.each(recorded)("does not take what was recorded long ago: $name", async (each) => {
    const answer = await server.call(each.path, {
      method: "POST",
      headers: each.headers as Record<string, string>,
      body: each.body,
    });

    const isLook = each.body.startsWith("ssl_check=1");
    expect(answer).toMatchObject(
      isLook ? { status: 200, text: "" } : { status: 401, body: { code: "invalid_signature" } },
    );
  });

  test.each(recorded)("takes it signed a moment ago: $name", async (each) => {
    const request = signed(each.fresh, { contentType: each.contentType });

    const answer = await server.call(each.path, request);

    expect(isTakenByBolt(request)).toBe(true);
    expect(answer.status).toBe(200);
    if (/^slash command/.test(each.name)) {
      const said = new URLSearchParams(each.fresh).get("text")?.replace("&", "&amp;") ?? "";
      expect(answer.body).toMatchObject({ response_type: "ephemeral" });
      expect(wordsOf(answer)).toContain(said);
    } else if (each.name.includes("url_verification")) {
      expect(answer.body).toEqual({ challenge: JSON.parse(each.body).challenge });
    } else expect(answer.text).toBe("");
  });

  test.each(vectors.cases)("does not take what has a time of long ago: $name", async (vector) => {
    const answer = await server.call("/slack/commands", {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": vector.timestamp,
        "x-slack-signature": vector.signature,
      },
      body: vector.body,
    });

    expect(answer.status).toBe(vector.body.startsWith("ssl_check=1") ? 200 : 401);
  });

  test("takes nothing of which one bit is another one, and starts nothing by it", async () => {
    const form = commandForm({ command: "/ask", text: "flip me" });
    const { headers, body } = signed(form);
    const bytes = new TextEncoder().encode(form);
    const flipped = [...bytes.keys()]
      .filter((index) => index % 3 === 0)
      .map((index) => bytes.with(index, (bytes[index] ?? 0) ^ (1 << (index % 7))));
    const others = [...headers["x-slack-signature"]].map((_, index, all) => {
      const hex = all[index] === "0" ? "1" : "0";
      return { ...headers, "x-slack-signature": all.with(index, hex).join("") };
    });

    const answers = [
      ...flipped.map((each) =>
        server.call("/slack/commands", { method: "POST", headers, body: each }),
      ),
      ...others
        .filter((each) => each["x-slack-signature"] !== headers["x-slack-signature"])
        .map((each) => server.call("/slack/commands", { method: "POST", headers: each, body })),
    ];
    const statuses = new Set((await Promise.all(answers)).map(({ status }) => status));
    const before = Date.now();
    const taken = await post("/slack/commands", form);

    expect([...statuses]).toEqual([401]);
    const { body: job } = await server.get(`/jobs/${jobIn({ text: wordsOf(taken) })}`);
    expect(Date.parse(String(job["created_at"]))).toBeGreaterThanOrEqual(before);
  });

  test.each([
    { aheadSeconds: -298, status: 200 },
    { aheadSeconds: -302, status: 401 },
    { aheadSeconds: 298, status: 200 },
    { aheadSeconds: 302, status: 401 },
  ])("$status: signed $aheadSeconds s ahead of now", async ({ aheadSeconds, status }) => {
    const answer = await post("/slack/commands", commandForm({ command: "/ask" }), {
      aheadSeconds,
    });

    expect(answer.status).toBe(status);
  });

  test.each([
    { what: "no signature", headers: { "x-slack-signature": "" } },
    { what: "no time", headers: { "x-slack-request-timestamp": "" } },
    { what: "a time that is none", headers: { "x-slack-request-timestamp": "now" } },
  ])("401: $what", async ({ headers }) => {
    const answer = await post("/slack/commands", commandForm({ command: "/ask" }), { headers });

    expect(answer).toMatchObject({ status: 401, body: { code: "invalid_signature" } });
  });

  test.each(["/slack/commands", "/slack/interactivity", "/slack/events"])(
    "looks at a certificate do nothing, and a GET is the wrong method: %s",
    async (path) => {
      const look = await server.call(path, { method: "POST", body: "ssl_check=1&token=XXYYZZ" });
      const got = await server.call(path);

      expect([look.status, look.text]).toEqual([200, ""]);
      expect(got).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    },
  );

  test("an unsigned command is no look at a certificate, whatever else it says", async () => {
    const headers = { "content-type": JSON_TYPE };
    const body = JSON.stringify({ ssl_check: 1, type: "url_verification", challenge: "c" });

    const answer = await server.call("/slack/events", { method: "POST", headers, body });

    expect(answer.status).toBe(401);
  });

  test("the first look at the URL of events is answered with its challenge", async () => {
    const body = JSON.stringify({ token: "t", challenge: "3eZbrw1aB", type: "url_verification" });

    const answer = await post("/slack/events", body, { contentType: JSON_TYPE });

    expect(answer).toMatchObject({ status: 200, body: { challenge: "3eZbrw1aB" } });
  });

  test.each([
    { what: "no JSON", body: "{", contentType: JSON_TYPE },
    { what: "an event without a type", body: "{}", contentType: JSON_TYPE },
    { what: "a command without a trigger", body: commandForm({ command: "/ask", trigger_id: "" }) },
    { what: "an interaction that is no JSON", body: "payload=%7B" },
    { what: "bytes that are no text", body: Uint8Array.of(0xff, 0xfe) },
  ] as readonly ({ what: string; body: string | Uint8Array<ArrayBuffer> } & Signing)[])(
    "400: $what, although Slack has signed it",
    async ({ body, contentType }) => {
      const signing = contentType === undefined ? {} : { contentType };

      const answer = await post("/slack/commands", body, signing);

      expect(answer).toMatchObject({ status: 400, body: { code: "interaction_unknown" } });
    },
  );
});

describe("while the secret is changed", () => {
  const { post } = useSlackPlace({
    config: CONFIG,
    variables: { SLACK_SIGNING_SECRET: `${OTHER_SECRET},${SECRET}` },
  });

  test.each([
    { what: "the new one", secret: OTHER_SECRET, status: 200 },
    { what: "the old one", secret: SECRET, status: 200 },
    { what: "a third one", secret: "fedcba9876543210fedcba9876543210", status: 401 },
  ])("$status: signed with $what", async ({ secret, status }) => {
    const answer = await post("/slack/commands", commandForm({ command: "/ask" }), { secret });

    expect(answer.status).toBe(status);
  });
});

describe("without a secret", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { config: CONFIG });

  test.each(["/slack/commands", "/slack/interactivity", "/slack/events"])(
    "nobody is let in, and whoever looks is told what is missing: %s",
    async (path) => {
      const answer = await server.call(path, signed(commandForm({ command: "/ask" })));

      expect(answer).toMatchObject({
        status: 404,
        body: {
          code: "channel_not_set_up",
          detail: expect.stringContaining("SLACK_SIGNING_SECRET"),
        },
      });
    },
  );
});
