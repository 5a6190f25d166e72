import { describe, expect, test } from "vitest";
import { startLocalHttp } from "../../scripts/demo/local-http.ts";
import { fieldsOf, listOf } from "../../scripts/simulators/json.ts";
import {
  BOT_TOKEN,
  commandForm,
  deliveredTo,
  eventJson,
  jobIn,
  pressForm,
  SECRET,
  USER,
  until,
  useSlackPlace,
  wordsOf,
} from "./slack-place.ts";

const CONFIG = `
slack:
  commands:
    /echo: { run: lab/echo }
    /sleep: { run: lab/sleep, payload: { ms: 2300, text: "{text}" }, response: in_channel }
    /ask: { run: lab/ask, payload: { view: { title: "Which?", options: [{ id: a, label: A }] } }, response: in_channel }
    /file: { run: lab/artifact, payload: { bytes: 10 }, response: in_channel }
  events:
    message: { run: lab/echo, response: in_channel }
`;

describe("what opens a way into Slack", () => {
  const place = useSlackPlace({ config: CONFIG });
  const { api, server, faults } = place;

  test("stands in nothing that a job shows, and in no line of the log", async () => {
    const [channel, other] = [api.world.openChannel(), api.world.openChannel()];
    // What goes wrong is logged as well.
    faults.push("cut_before", "error");
    await place.user().command(channel, "/sleep", "trouble");
    const slept = await place.seen(channel, ({ text }) => text.startsWith("trouble"));
    await place.user().command(other, "/ask", "");
    const question = await place.seen(other, ({ buttons }) => buttons.length > 0);
    const [button] = question.buttons;
    // A word is said again, and once more: then it is left.
    faults.push("cut_before", "error", "cut_before");
    const action = { type: "button", action_id: button?.id, value: button?.value };
    await place.does(question, { action, userId: "U0000000002" });
    await until(() => server.logged.find((line) => line.includes("channel.word_not_said")));
    await place.does(question, { action });
    const answer = await place.seen(other, ({ text }) => text.startsWith('{"choice":"a"}'));
    const jobs = [jobIn(slept), jobIn(answer)];
    await Promise.all(jobs.map((job) => deliveredTo(place, job)));

    const paths = jobs.flatMap((job) =>
      ["", "/events", "/deliveries", "/result", "/artifacts"].map((path) => `/jobs/${job}${path}`),
    );
    const texts = (await Promise.all(paths.map((path) => server.get(path)))).map(
      ({ text }) => text,
    );
    const shown = [...texts, ...server.logged].join("\n");
    const secrets = [
      ...[...api.world.urls.values()].map(({ id }) => id),
      BOT_TOKEN,
      SECRET,
      "response_url",
      "responseUrl",
    ];
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
    expect(texts.every((text) => text !== "")).toBe(true);
    expect(server.logged.join("\n")).toContain("channel.not_reached");
  });

  test("is in no ledger where a file can be asked for, and never sent", async () => {
    const uploads = place.refuses("upload", "gone");
    const channel = api.world.openChannel();
    await place.user().command(channel, "/file", "");
    const said = await place.seen(channel, ({ text }) => text.startsWith("artifact.bin"));
    const [row] = await deliveredTo(place, jobIn(said));
    uploads.stop();

    // What can be said without the file was said.
    expect(row).toMatchObject({ state: "delivered" });
    expect(JSON.stringify(row)).not.toContain("upload");
  });

  test("is no part of what a command gets to know", async () => {
    const answer = await place.post("/slack/commands", commandForm({ command: "/echo" }));
    const channel = api.world.openChannel();
    await place.event(eventJson({ type: "message", user: USER, text: "x", ts: "1.1", channel }));
    const said = await place.seen(channel, ({ text }) => text.includes("Job `"));

    const bodies = await Promise.all(
      [jobIn({ text: wordsOf(answer) }), jobIn(said)].map((job) => server.get(`/jobs/${job}`)),
    );
    const shown = bodies.map(({ text }) => text).join("\n");
    expect(shown).not.toMatch(/hooks\.slack|response_url|XXYYZZ|trigger_id/);
  });

  test.each(["with the acknowledgement", "later", "after a press"])(
    "leads to nobody but Slack, whatever is signed: %s",
    async (when) => {
      const heard: string[] = [];
      const stranger = await startLocalHttp((request, response) => {
        heard.push(request.url ?? "");
        response.end("{}");
      });
      const response_url = `${stranger.url}/commands/T0001/1/2`;
      const channel = api.world.openChannel();
      const command =
        { with: "/echo", later: "/sleep", after: "/ask" }[when.split(" ")[0] ?? ""] ?? "";
      const fields = { command, text: "not to them", channel_id: channel, response_url };
      const answer = await place.post("/slack/commands", commandForm(fields));

      if (when === "later") {
        const said = await place.seen(channel, ({ text }) => text.startsWith("not to them"));
        expect(said.by).toBe("bot");
      } else expect(answer.status).toBe(200);
      if (when === "after a press") {
        const blocks = listOf(answer.body["blocks"]).map(fieldsOf);
        const [button] = blocks.flatMap(({ type, elements }) =>
          type === "actions" ? listOf(elements).map(fieldsOf) : [],
        );
        const where = { channelId: channel, messageId: "1.1", url: response_url };
        await place.post("/slack/interactivity", pressForm({ action: button ?? {} }, where));
        const said = await place.seen(channel, ({ text }) => text.startsWith('{"choice":"a"}'));
        expect(said.by).toBe("bot");
      }
      expect(heard).toEqual([]);
      stranger.stop();
    },
  );
});
