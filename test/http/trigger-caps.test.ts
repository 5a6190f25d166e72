import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { aPlace, openDiscord, textsOf, until } from "./discord-place.ts";
import { SECRETS, SENDERS } from "./hook-senders.ts";
import { jobsIn } from "./jobs-on-disk.ts";
import { type Answer, finished, useServer } from "./support.ts";

const CAP = 2;
const stateDir = mkdtempSync(join(tmpdir(), "holdline-triggers-"));
const discord = await openDiscord();
const server = useServer(
  { ...discord.variables, HOLDLINE_TRIGGERS_MAX: String(CAP), HOOK_GITHUB: SECRETS.github },
  stateDir,
  {
    config: `
hooks: { github: { profile: github, secret: HOOK_GITHUB, run: lab/echo } }
discord: { commands: [{ name: echo, description: Says it again, run: lab/echo }] }
`,
  },
);
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

/** Every way over HTTP to have a job made, and what has no need of another one. */
const WAYS = [
  { way: "POST /trigger/{plugin}/{command}", path: "/trigger/lab/echo" },
  { way: "a trigger that waits", path: "/trigger/lab/echo?wait=5" },
  { way: "POST /plugin/{plugin}/{command}", path: "/plugin/lab/echo" },
  { way: "POST /jobs", path: "/jobs" },
  { way: "POST /jobs/{id}/retry", path: "/jobs/ENDED/retry" },
];
const ALWAYS = [
  { way: "GET /jobs/{id}", path: "/jobs/ENDED", status: 200 },
  { way: "GET /jobs/{id}/result", path: "/jobs/ENDED/result", status: 409 },
  { way: "GET /plugins", path: "/plugins", status: 200 },
  { way: "GET /healthz", path: "/healthz", status: 200 },
];

/** A job that is over. */
let ended: string;
/** The triggers that are underway, and their jobs: each lasts until it is cancelled. */
let held: readonly Promise<Answer>[] = [];
let running: readonly string[] = [];

beforeEach(async () => {
  const cancelled = await server.trigger("lab/work", { payload: { ms: 60_000 } });
  ended = String(cancelled.body["job_id"]);
  await server.call(`/jobs/${ended}/cancel`, { method: "POST" });
  const before = jobsIn(stateDir);
  held = Array.from({ length: CAP }, () =>
    server.trigger("lab/sleep?wait=60", { payload: { ms: 60_000 } }),
  );
  await until(() => jobsIn(stateDir).length === before.length + CAP);
  running = jobsIn(stateDir).filter((jobId) => !before.includes(jobId));
});

afterEach(async () => {
  await Promise.all(
    running.map((jobId) => server.call(`/jobs/${jobId}/cancel`, { method: "POST" })),
  );
  await Promise.all(held);
});

describe(`with HOLDLINE_TRIGGERS_MAX=${CAP}, and ${CAP} underway`, () => {
  test.each(WAYS)("503: $way makes no job", async ({ path }) => {
    const before = jobsIn(stateDir);

    const answer = await server.call(path.replace("ENDED", ended), {
      method: "POST",
      body: path.endsWith("/retry") ? "{}" : JSON.stringify({ payload: {} }),
    });

    expect(answer).toMatchObject({
      status: 503,
      body: {
        code: "overloaded",
        detail: "More triggers have come than can be taken on at once: nothing was started",
      },
    });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(answer.headers.get("location")).toBeNull();
    expect(jobsIn(stateDir)).toEqual(before);
  });

  test("503: a hook makes no job, and its sender may come again", async () => {
    const before = jobsIn(stateDir);
    const { headers, body } = SENDERS.github("{}");

    const answer = await server.call("/in/github", { method: "POST", headers, body });

    expect(answer).toMatchObject({ status: 503, body: { code: "overloaded" } });
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(jobsIn(stateDir)).toEqual(before);
  });

  test("whoever types a command in Discord reads why it was not done", async () => {
    const before = jobsIn(stateDir);
    const place = aPlace(discord, server);

    await place.types("echo");

    expect(textsOf(place.screen)).toEqual([
      "There is too much to do at the moment: nothing was started. Try again in a minute.",
    ]);
    expect(jobsIn(stateDir)).toEqual(before);
  });

  test.each(ALWAYS)("$status: $way is answered all the same", async ({ path, status }) => {
    expect((await server.get(path.replace("ENDED", ended))).status).toBe(status);
  });

  test("the next one is taken as soon as one is done", async () => {
    const [first] = running;
    await server.call(`/jobs/${first}/cancel`, { method: "POST" });
    await finished(server, first);

    const answers: Answer[] = [];
    await until(async () => {
      answers.push(await server.trigger("lab/echo", {}));
      return answers.at(-1)?.status === 202;
    });

    expect(answers.at(-1)?.body).toMatchObject({ kind: "job" });
  });
});
