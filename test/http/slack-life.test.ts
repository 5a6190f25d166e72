import { describe, expect, test } from "vitest";
import { deliveredTo, jobIn, until, useSlackPlace } from "./slack-place.ts";

/** Half an hour of Slack's, in seconds. */
const LIFE_MS = 10_000;

const CONFIG = `
slack:
  url_life: 10s
  commands:
    /sleep: { run: lab/sleep, payload: { ms: 11000, text: "slept" }, response: in_channel }
    /whisper: { run: lab/sleep, payload: { ms: 11000, text: "slept" } }
    /ask: { run: lab/ask, payload: { view: { title: "Which?", options: [{ id: a, label: A }] } }, response: in_channel }
`;

const slack = { urlLifeMs: LIFE_MS };

describe.concurrent("a job that outlives its response_url", () => {
  const withBot = useSlackPlace({ config: CONFIG, slack });
  const withoutBot = useSlackPlace({ config: CONFIG, slack, hasBot: false });

  test.each([
    { command: "/sleep", isEphemeral: false },
    { command: "/whisper", isEphemeral: true },
  ])("is answered by the bot: $command", async ({ command, isEphemeral }) => {
    const channel = withBot.api.world.openChannel();
    await withBot.user().command(channel, command, "");

    const answer = await withBot.seen(channel, ({ text }) => text.startsWith("slept"));

    expect(answer).toMatchObject({ by: "bot", isEphemeral });
    expect(await deliveredTo(withBot, jobIn(answer))).toMatchObject([{ state: "delivered" }]);
    const shown = withBot.api.screen(channel).moments.map(({ text }) => text.split("\n")[0]);
    expect(shown).toEqual(["Working on it…", "slept"]);
    expect(withBot.api.breaches).toEqual([]);
  });

  test("is said to go on where nobody else can speak, while that can still be said", async () => {
    const { api, server, urlsIn, messages } = withoutBot;
    const channel = api.world.openChannel();
    await withoutBot.user().command(channel, "/sleep", "");

    const notice = await withoutBot.seen(channel, ({ text }) =>
      text.startsWith("This takes longer"),
    );
    const rows = await until(async () => {
      const { body } = await server.get(`/jobs/${jobIn(notice)}`);
      return body["finished_at"] === null ? null : deliveredTo(withoutBot, jobIn(notice));
    });

    expect(notice.text).toContain(`\`GET ${server.url()}/jobs/${jobIn(notice)}/result\``);
    expect(rows).toMatchObject([{ state: "failed", last_error: "expired" }]);
    expect(messages(channel)).toEqual([notice]);
    expect(urlsIn(channel)[0]?.uses).toBe(1);
    expect(api.breaches).toEqual([]);
  });

  test("that asks something is answered by the way that a press opens", async () => {
    const { api } = withoutBot;
    const channel = api.world.openChannel();
    await withoutBot.user().command(channel, "/ask", "");
    const question = await withoutBot.seen(channel, ({ buttons }) => buttons.length > 0);
    const [url] = withoutBot.urlsIn(channel);
    await until(() => Date.now() > (url?.createdAt ?? 0) + LIFE_MS || null);

    const [button] = question.buttons;
    const action = { type: "button", action_id: button?.id, value: button?.value };
    await withoutBot.does(question, { action });

    const answer = await withoutBot.seen(channel, ({ text }) => text.startsWith('{"choice":"a"}'));
    expect(answer).toMatchObject({ id: question.id, buttons: [] });
    expect(api.breaches).toEqual([]);
  });
});
