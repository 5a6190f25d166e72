import { describe, expect, inject, test } from "vitest";
import { startLocalServer } from "../../scripts/local/server.ts";
import { finished, useServer } from "./support.ts";

const CONFIG = `
plugins:
  lab:
    retention: 2m
    retry: { max_attempts: 2, base_ms: 1 }
jobs:
  retention: 7d
`;

const DAY_MS = 86_400_000;

describe("a server with settings of its own", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin" }, null, { config: CONFIG });

  async function keptMs(path: string, body: object): Promise<number> {
    const { body: accepted } = await server.trigger(path, body);
    const job = await finished(server, accepted["job_id"]);
    return Date.parse(String(job["expires_at"])) - Date.parse(String(job["finished_at"]));
  }

  test("keeps a plugin's jobs for as long as is set for it, fire-and-forget too", async () => {
    expect(await keptMs("lab/echo", {})).toBe(120_000);
    expect(await keptMs("lab/poke", {})).toBe(120_000);
  });

  test("keeps the others for as long as is set for all", async () => {
    expect(await keptMs("text/stats", { payload: { text: "One. Two." } })).toBe(7 * DAY_MS);
  });

  test.each([
    { what: "waited for", wait: 20 },
    { what: "not waited for", wait: false },
  ])("tries as often as is set: a job that is $what", async ({ wait }) => {
    const body = { payload: { failures: 9 }, wait };

    const answer = await server.trigger("lab/flaky", body);

    expect(answer.body["max_attempts"]).toBe(2);
    expect(await finished(server, answer.body["job_id"])).toMatchObject({
      status: "dead",
      attempt: 2,
    });
  });

  test("lets a trigger ask for fewer attempts than are set", async () => {
    expect(await server.trigger("lab/echo", { max_attempts: 1 })).toMatchObject({
      status: 202,
      body: { max_attempts: 1 },
    });
  });

  test("shows the policy that holds, not the one that the plugin declares", async () => {
    const { body } = await server.get("/plugins");

    const [, lab, text] = body["plugins"] as { commands: Record<string, { retry: object }> }[];
    expect([lab?.commands["echo"]?.retry, text?.commands["stats"]?.retry]).toEqual([
      { max_attempts: 2, base_ms: 1, max_ms: 3_600_000 },
      { max_attempts: 4, base_ms: 30_000, max_ms: 3_600_000 },
    ]);
  });
});

test("a server whose settings have a fault does not come up, and says which", async () => {
  const started = startLocalServer({
    workers: inject("workers"),
    port: 0,
    stateDir: null,
    variables: {},
    config: "jobs:\n  retention: 5s\n",
  });

  await expect(started).rejects.toThrow(
    "Cannot use holdline.yaml: line 2: jobs.retention: Must be from 1m to 365d",
  );
});
