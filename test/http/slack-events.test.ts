import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import {
  commandForm,
  deliveredTo,
  eventJson,
  interactionForm,
  jobIn,
  USER,
  useSlackPlace,
  wordsOf,
} from "./slack-place.ts";

const CONFIG = `
slack:
  commands:
    /echo: { run: lab/echo, payload: { text: "{text}" } }
  events:
    app_mention: { run: lab/work, payload: { ms: 5000, steps: 10, text: "{text}" }, response: in_channel }
    message: { run: lab/echo, payload: { text: "{event.text}" }, response: in_channel }
    reaction_added: { run: lab/echo, payload: { text: "{event.reaction}" } }
    team_join: { run: nowhere/nothing }
  shortcuts:
    summarize: { run: lab/echo, payload: { text: "{message.text}" } }
    dream: { run: lab/echo, payload: { text: "dreamt" } }
`;

describe.each(["object", "consumer"] as const)("what Slack says twice, run by the %s", (runner) => {
  const place = useSlackPlace({ config: CONFIG, variables: { QUEUE_RUNNER: runner } });
  const { api, post, messages, event } = place;

  test("a command with one trigger is one job, one after the other and at once", async () => {
    const again = commandForm({ command: "/echo", text: "again" });
    const atOnce = commandForm({ command: "/echo", text: "at once" });

    const answers = [await post("/slack/commands", again), await post("/slack/commands", again)];
    const same = await Promise.all(
      Array.from({ length: 8 }, () => post("/slack/commands", atOnce)),
    );

    expect(answers[1]?.text).toBe(answers[0]?.text);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const jobs = same.map((answer) => jobIn({ text: wordsOf(answer) }));
    expect(new Set(jobs).size).toBe(1);
    expect(jobs[0]).not.toBe(jobIn({ text: wordsOf(answers[0] ?? { body: {} }) }));
  });

  test("the same trigger of two workspaces is two jobs", async () => {
    const trigger_id = randomUUID();
    const [one, two] = await Promise.all(
      ["T0001", "T0002"].map((team_id) =>
        post("/slack/commands", commandForm({ command: "/echo", team_id, trigger_id })),
      ),
    );

    expect(jobIn({ text: wordsOf(one ?? { body: {} }) })).not.toBe(
      jobIn({ text: wordsOf(two ?? { body: {} }) }),
    );
  });

  test("an event that comes again, also at once, is answered once", async () => {
    const channel = api.world.openChannel();
    const message = { type: "message", user: USER, text: "hi &amp; ho", ts: "1.000100", channel };
    const json = eventJson(message);
    const retry = { "x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout" };

    const answers = await Promise.all([event(json), event(json), event(json, retry)]);
    const answer = await place.seen(channel, ({ text }) => text.startsWith("hi & ho"));
    answers.push(await event(json, { ...retry, "x-slack-retry-num": "2" }));

    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(4).fill([200, ""]));
    expect(await deliveredTo(place, jobIn(answer))).toMatchObject([
      { event: "job.succeeded", state: "delivered", attempts: 1 },
    ]);
    expect(messages(channel)).toEqual([answer]);
  });

  test("an event whose first delivery never arrived is answered when it comes again", async () => {
    const channel = api.world.openChannel();
    const json = eventJson({ type: "message", user: USER, text: "late", ts: "1.1", channel });

    await event(json, { "x-slack-retry-num": "1", "x-slack-retry-reason": "connection_failed" });

    await place.seen(channel, ({ text }) => text.startsWith("late"));
  });

  test("a mention is answered in its thread by the bot, which edits what it has said", async () => {
    const channel = api.world.openChannel();
    const mention = {
      type: "app_mention",
      user: USER,
      text: "<@U0BOT> status",
      ts: "1.000200",
      channel,
    };

    await event(eventJson(mention));
    const answer = await place.seen(channel, ({ text }) => text.startsWith("<@U0BOT> status"));

    expect(messages(channel)).toEqual([answer]);
    expect(answer).toMatchObject({ by: "bot", isEphemeral: false, pings: [] });
    const moments = api.screen(channel).moments;
    expect(moments.length).toBeGreaterThan(1);
    expect(moments[0]?.text).toMatch(/^step \d+ of 10/);
    expect(
      moments
        .map(({ what }) => what)
        .slice(1)
        .every((what) => what === "edited"),
    ).toBe(true);
    const calls = api.calls.filter(({ body }) => body["channel"] === channel);
    expect(calls.map(({ path, body }) => [path, body["thread_ts"] ?? body["ts"]])).toEqual([
      ["/api/chat.postMessage", "1.000200"],
      ...Array(calls.length - 1).fill(["/api/chat.update", answer.id]),
    ]);
  });

  test("a mention in a thread is answered in that thread", async () => {
    const channel = api.world.openChannel();
    const message = {
      type: "message",
      user: USER,
      text: "deep",
      ts: "1.9",
      thread_ts: "1.5",
      channel,
    };

    await event(eventJson(message));
    const answer = await place.seen(channel, ({ text }) => text.startsWith("deep"));

    expect(api.world.message(answer.id)?.body).toMatchObject({ thread_ts: "1.5" });
  });

  test("what a bot has said starts nothing, nor what is not set up or cannot be started", async () => {
    const channel = api.world.openChannel();
    const message = { type: "message", text: "mine", ts: "1.1", channel };
    const jsons = [
      eventJson({ ...message, user: USER, bot_id: "B0001" }),
      eventJson({ ...message, user: "U0BOT" }),
      eventJson({ ...message, user: USER, app_id: "A123456" }),
      eventJson({ ...message }),
      eventJson({ ...message, type: "channel_created", user: USER }),
      eventJson({ ...message, type: "team_join", user: USER }),
      JSON.stringify({ type: "app_rate_limited", team_id: "T0001", minute_rate_limited: 1 }),
      JSON.stringify({ type: "something_new" }),
    ];

    const answers = await Promise.all(jsons.map((json) => event(json)));
    // Whatever they had started would have been answered before this is.
    await event(eventJson({ ...message, user: USER, text: "last" }));
    await place.seen(channel, ({ text }) => text.startsWith("last"));

    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(8).fill([200, ""]));
    expect(messages(channel)).toHaveLength(1);
  });
});

describe("shortcuts", () => {
  const place = useSlackPlace({ config: CONFIG });
  const { api, post, messages } = place;

  test("on a message are answered beside it, and never in its place", async () => {
    const channel = api.world.openChannel();
    const original = api.world.put({
      ts: api.world.newTs(),
      channelId: channel,
      by: "bot",
      body: { text: "somebody's words" },
      isEphemeral: false,
      files: [],
    });
    const url = api.world.newUrl(channel, USER, original.ts);
    const form = interactionForm({
      type: "message_action",
      callback_id: "summarize",
      channel: { id: channel },
      message: { ts: original.ts, text: "Tom &amp; Jerry" },
      response_url: api.urlOf(url),
    });

    const answers = [
      await post("/slack/interactivity", form),
      await post("/slack/interactivity", form),
    ];
    const answer = await place.seen(channel, ({ text }) => text.startsWith("Tom & Jerry"));

    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(2).fill([200, ""]));
    await deliveredTo(place, jobIn(answer));
    expect(messages(channel).map(({ text }) => text.split("\n")[0])).toEqual([
      "somebody's words",
      "Tom & Jerry",
    ]);
    expect(answer.isEphemeral).toBe(true);
  });

  test("of nowhere are answered to the person, as a message of their own", async () => {
    const userId = api.world.openChannel();
    const user = { id: userId, username: "ann", team_id: "T0001" };

    await post(
      "/slack/interactivity",
      interactionForm({ type: "shortcut", callback_id: "dream", user }),
    );

    const answer = await place.seen(userId, ({ text }) => text.startsWith("dreamt"));
    expect(answer).toMatchObject({ by: "bot", isEphemeral: false });
  });

  test.each([
    { what: "an unknown shortcut", type: "shortcut", callback_id: "unknown" },
    { what: "a form that nobody opened", type: "view_submission", view: { callback_id: "x" } },
    { what: "a form that was closed", type: "view_closed", view: { callback_id: "x" } },
    { what: "a kind of the future", type: "something_new" },
  ])("200 and nothing else: $what", async ({ what: _what, ...payload }) => {
    const answer = await post("/slack/interactivity", interactionForm(payload));

    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  test("a list that asks for its options has none", async () => {
    const payload = { type: "block_suggestion", action_id: "a", value: "x" };

    const answer = await post("/slack/interactivity", interactionForm(payload));

    expect([answer.status, answer.body]).toEqual([200, { options: [] }]);
  });
});
