import { describe, expect, test } from "vitest";
import { commandForm, jobIn, USER, useSlackPlace, wordsOf } from "./slack-place.ts";

const CONFIG = `
plugins:
  away: { transport: http, url: "http://127.0.0.1:9", secret: AWAY_SECRET }
slack:
  commands:
    /echo: { run: lab/echo, payload: { text: "{text}" } }
    /loud: { run: lab/echo, payload: { text: "{text}" }, response: in_channel }
    /who: { run: lab/echo, payload: { text: "{user.id} {user.name} {channel.id} {team.id} {command}" } }
    /raw: { run: lab/echo }
    /refused: { run: lab/flaky, payload: { failures: 99, retry: false } }
    /hopeless: { run: lab/flaky, payload: { failures: 99, retry_after_ms: 1 } }
    /fault: { run: lab/sleep, payload: { ms: "{text}" } }
    /nowhere: { run: nowhere/nothing }
    /away: { run: away/echo }
`;

const place = useSlackPlace({
  config: CONFIG,
  variables: { AWAY_SECRET: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" },
});
const { api, post, messages } = place;

/** What somebody sees who types this. */
async function typed(command: string, text: string) {
  const channel = api.world.openChannel();
  const { end } = await place.user().command(channel, command, text);
  return { channel, end, uses: () => place.urlsIn(channel).map(({ uses }) => uses) };
}

describe("a fast command", () => {
  test.each([
    { command: "/echo", isEphemeral: true },
    { command: "/loud", isEphemeral: false },
  ])(
    "is answered at once, for whom its settings say: $command",
    async ({ command, isEphemeral }) => {
      const { channel, end, uses } = await typed(command, "hello");

      expect(end).toEqual({ kind: "taken" });
      const [message, ...others] = messages(channel);
      expect(others).toEqual([]);
      expect(message).toMatchObject({ by: "answer", isEphemeral, pings: [] });
      expect(message?.text).toMatch(/^hello\nJob `[0-9a-f]{64}` · lab\/echo$/);
      expect(uses()).toEqual([0]);
    },
  );

  test("is a job like any other, told of once", async () => {
    const { channel } = await typed("/echo", "told once");

    const jobId = jobIn(messages(channel)[0] ?? { text: "" });
    const { body } = await place.server.get(`/jobs/${jobId}/deliveries`);
    expect(body["deliveries"]).toMatchObject([
      { state: "delivered", event: "job.succeeded", attempts: 1, endpoint: "slack" },
    ]);
    expect((await place.server.get(`/jobs/${jobId}`)).body).toMatchObject({
      status: "succeeded",
      result: { text: "told once" },
    });
  });

  test.each([
    { what: "three characters", text: "Tom & Jerry <3 > 2" },
    { what: "plus and percent", text: "1+1=2 100% a%20b" },
    { what: "unicode", text: "héllo 世界 🚀 e\u0301" },
    { what: "entities", text: "&amp; &lt; as typed" },
    { what: "pings", text: "<!channel> <!here> <!everyone> @channel" },
    { what: "marks", text: "*stars* _lines_ `code` ```fence" },
    { what: "a long text", text: "x".repeat(4000) },
  ])("says what was typed, as it was typed, and pings nobody: $what", async ({ text }) => {
    const { channel, end } = await typed("/echo", text);

    expect(end).toEqual({ kind: "taken" });
    const [message] = messages(channel);
    const jobId = jobIn(message ?? { text: "" });
    expect((await place.server.get(`/jobs/${jobId}`)).body).toMatchObject({ result: { text } });
    // Long words stand in several sections, and so in several lines.
    const shown = message?.text.replace(/\nJob `.*$/s, "") ?? "";
    expect(shown.replaceAll("\n", "")).toBe(text);
    expect(message?.pings).toEqual([]);
  });

  test("without words has empty ones", async () => {
    const { channel } = await typed("/raw", "");

    const jobId = jobIn(messages(channel)[0] ?? { text: "" });
    expect((await place.server.get(`/jobs/${jobId}`)).body).toMatchObject({
      result: { output: { text: "" } },
    });
  });

  test("knows who typed it, and where", async () => {
    const answer = await post("/slack/commands", commandForm({ command: "/who" }));

    expect(wordsOf(answer)).toContain(`${USER} steve C2147483705 T0001 /who`);
  });
});

describe("words for what does not come to pass", () => {
  test.each([
    { command: "/unknown", says: /^\/unknown is not set up here/ },
    { command: "/fault", says: /That cannot be done as you wrote it:\n• ms: / },
    { command: "/nowhere", says: /whoever runs this has to look at `run` in holdline.yaml/ },
    { command: "/away", says: /is not there at the moment|is not set up here/ },
    { command: "/refused", says: /^\*It failed\.\* Attempt 1 fails, as asked\nChange what/ },
    {
      command: "/hopeless",
      says: /is not tried again\.\* Attempt \d fails, as asked\nIt may pass/,
    },
  ])("$command", async ({ command, says }) => {
    const { channel, end } = await typed(command, "words");

    expect(end).toEqual({ kind: "taken" });
    const message = await place.seen(channel, ({ text }) => says.test(text));
    expect(message.isEphemeral).toBe(true);
    expect(message.text).not.toMatch(/HTTP|stack|\bat \w+ \(/);
  });
});
