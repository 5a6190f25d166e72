import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type ServerProcess, startServerProcess } from "../../scripts/local/server-process.ts";
import { fieldsOf, listOf } from "../../scripts/simulators/json.ts";
import { SLACK_DEFAULTS } from "../../scripts/simulators/slack/options.ts";
import { SlackApi } from "../../scripts/simulators/slack-api.ts";
import { SlackUser } from "../../scripts/simulators/slack-user.ts";
import { ANSWER_MS_MAX, jobIn, until } from "./slack-place.ts";

const CONFIG = `
slack:
  commands:
    /sleep: { run: lab/sleep, payload: { ms: 4000, text: slept }, response: in_channel }
    /work: { run: lab/work, payload: { ms: 4000, text: worked }, response: in_channel }
    /ask: { run: lab/ask, payload: { view: { title: "Which?", options: [{ id: a, label: A }] } }, response: in_channel }
`;

const folder = mkdtempSync(join(tmpdir(), "holdline-slack-restart-"));
const api = new SlackApi({ answerMsMax: ANSWER_MS_MAX });
const slack = await api.start();
let server: ServerProcess | null = null;

afterAll(async () => {
  await server?.kill();
  slack.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("what was acknowledged before a kill -9 is answered after it, once and in its place", {
  timeout: 150_000,
}, async () => {
  server = await start("0");
  const { url } = server;
  const user = new SlackUser(api, { gateway: url });
  const typed = ["/sleep", "/work", "/ask"].map((command) => {
    const channel = api.world.openChannel();
    return { channel, acknowledged: user.command(channel, command, "") };
  });
  const ends = await Promise.all(typed.map(({ acknowledged }) => acknowledged));
  expect(ends.map(({ end }) => end.kind)).toEqual(["taken", "taken", "taken"]);
  const screens = typed.map(({ channel }) => api.screen(channel));
  const first = screens.map(({ messages: [message] }) => message);

  await server.kill();
  server = await start(new URL(url).port);

  const [sleeping, working, asking] = screens;
  const slept = await until(() => sleeping?.messages.find(({ text }) => text.startsWith("slept")));
  const worked = await until(() => working?.messages.find(({ text }) => text.startsWith("worked")));
  const [button] = first[2]?.buttons ?? [];
  if (button === undefined) throw new Error("Nothing was asked");
  await user.press(typed[2]?.channel ?? "", first[2]?.id ?? "", button);
  const answered = await until(() =>
    asking?.messages.find(({ text }) => text.startsWith('{"choice":"a"}')),
  );

  const deliveries = await Promise.all(
    [slept, worked].map((message) => deliveriesOf(url, jobIn(message))),
  );
  expect(deliveries).toMatchObject(Array(2).fill([{ event: "job.succeeded", state: "delivered" }]));
  expect([slept, worked, answered].map(({ id }) => id)).toEqual(
    first.map((message) => message?.id),
  );
  expect(screens.map(({ messages }) => messages.length)).toEqual([1, 1, 1]);
  expect(api.breaches).toEqual([]);
});

/** Until everything is told. */
function deliveriesOf(url: string, jobId: string) {
  return until(async () => {
    const body = fieldsOf(await (await fetch(`${url}/jobs/${jobId}/deliveries`)).json());
    const rows = listOf(body["deliveries"]).map(fieldsOf);
    return rows.every(({ state }) => state !== "pending") ? rows : null;
  });
}

/** With state of its own. */
function start(port: string): Promise<ServerProcess> {
  const [devVars, config] = [join(folder, "dev.vars"), join(folder, "holdline.yaml")];
  const variables = {
    HOLDLINE_ANONYMOUS: "admin",
    HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
    SLACK_SIGNING_SECRET: SLACK_DEFAULTS.signingSecret,
    SLACK_API_BASE: slack.apiBase,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(devVars, lines.join(""));
  writeFileSync(config, CONFIG);
  return startServerProcess({
    PORT: port,
    HOLDLINE_STATE_DIR: join(folder, "state"),
    HOLDLINE_DEV_VARS: devVars,
    HOLDLINE_CONFIG: config,
  });
}
