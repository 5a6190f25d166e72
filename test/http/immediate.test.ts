import { afterAll, expect, test } from "vitest";
import { PLAIN_MANIFEST, startPlainPlugin } from "./plain-plugin.ts";
import { SECRET } from "./receiver.ts";
import { useServer } from "./support.ts";

/** It answers what its payload says. */
const plugin = await startPlainPlugin(SECRET);
plugin.setManifest({
  ...PLAIN_MANIFEST,
  commands: { status: { type: "read", timing: "immediate" } },
});
afterAll(() => plugin.stop());

const server = useServer(
  { HOLDLINE_ANONYMOUS: "admin", HOLDLINE_ALLOW_HTTP: "127.0.0.1:*", PLAIN_SECRET: SECRET },
  null,
  { config: `plugins: { plain: { transport: http, url: "${plugin.url}", secret: PLAIN_SECRET } }` },
);

const answering = (answer: object) =>
  server.trigger("plain/status", {
    payload: { status: 200, body: { protocol: 1, status: "ok", ...answer } },
  });

test("an immediate command is answered with its result", async () => {
  expect(await answering({ text: "now" })).toMatchObject({
    status: 200,
    body: { kind: "result", job_id: null, result: { text: "now" } },
  });
});

test.each([
  { answer: { accepted: true }, why: "no job to complete later" },
  { answer: { wait: { for: "input" } }, why: "no job that could wait for an answer" },
  {
    answer: { text: "a", artifacts: [{ name: "a.txt", content: "a" }] },
    why: "no job that could keep them",
  },
])("an immediate command has $why", async ({ answer, why }) => {
  expect(await answering(answer)).toMatchObject({
    status: 502,
    body: {
      code: "job_failed",
      job_id: null,
      detail: expect.stringContaining(why),
      error: { category: "protocol_fault" },
    },
  });
});
