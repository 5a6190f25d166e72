import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { buildWorker, ROOT } from "../../scripts/local/build.ts";
import type { LocalServer } from "../../scripts/local/run-workers.ts";
import { startLocalServer } from "../../scripts/local/server.ts";
import { SlackApi } from "../../scripts/simulators/slack-api.ts";
import { SlackUser } from "../../scripts/simulators/slack-user.ts";
import { ANSWER_MS_MAX, SECRET, until } from "./slack-place.ts";

const CONFIG = `
slack:
  commands:
    /loud: { run: lab/echo, payload: { text: "{text}" }, response: in_channel }
    /echo: { run: lab/echo, payload: { text: "{text}" } }
`;

const BUILD_MS_MAX = 60_000;

const buildDir = mkdtempSync(join(tmpdir(), "holdline-held-"));
const api = new SlackApi({ answerMsMax: ANSWER_MS_MAX });
const slack = await api.start();
let server: LocalServer | undefined;

beforeAll(async () => {
  const entry = join(ROOT, "test", "workers", "held-gateway", "index.ts");
  const held = await buildWorker("held-gateway", join(ROOT, "wrangler.toml"), { buildDir, entry });
  const [, ...plugins] = inject("workers");
  server = await startLocalServer({
    workers: [{ ...held, name: "gateway" }, ...plugins],
    port: 0,
    stateDir: null,
    config: CONFIG,
    variables: {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_BASE: slack.apiBase,
    },
  });
}, BUILD_MS_MAX);
afterAll(async () => {
  await server?.stop();
  slack.stop();
  rmSync(buildDir, { recursive: true, force: true });
});

test("a command that cannot be taken in is answered in time, and its answer takes that place, once", async () => {
  const user = new SlackUser(api, { gateway: server?.url ?? "" });
  const channels = [api.world.openChannel(), api.world.openChannel()];
  const screens = channels.map((channel) => api.screen(channel));
  const ends = await Promise.all(
    ["/loud", "/echo"].map((command, index) =>
      user.command(channels[index] ?? "", command, "after all"),
    ),
  );
  const late = screens.map(({ messages: [message] }) => message);

  await fetch(`${server?.url}/let-go`);
  const answers = await Promise.all(
    screens.map((screen) =>
      until(() => screen.messages.find(({ text }) => text.startsWith("after all"))),
    ),
  );

  expect(ends.map(({ end }) => end.kind)).toEqual(["taken", "taken"]);
  expect(late.map((message) => message?.text)).toEqual(
    Array(2).fill(expect.stringMatching(/^This takes longer than usual\./)),
  );
  expect(answers.map(({ id }) => id)).toEqual(late.map((message) => message?.id));
  expect(answers.map(({ isEphemeral }) => isEphemeral)).toEqual([false, true]);
  expect(screens.map(({ messages }) => messages.length)).toEqual([1, 1]);
  expect(api.breaches).toEqual([]);
});
