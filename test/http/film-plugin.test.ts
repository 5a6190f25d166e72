import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/local/build.ts";
import { eventsOf } from "./streams.ts";
import { useServer } from "./support.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

async function startFilmPlugin(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const script = join(ROOT, "test", "http", "film-plugin.mjs");
  const child = spawn(process.execPath, [script, SECRET], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(child.stdout, "data");
  return { child, url: `http://127.0.0.1:${String(port).trim()}` };
}

const film = await startFilmPlugin();
afterAll(() => film.child.kill());

const config = `
plugins:
  film: { transport: http, url: "${film.url}", secret: FILM_SECRET }
  # The same program, and another secret than it has.
  forged: { transport: http, url: "${film.url}", secret: OTHER_SECRET }
  secretless: { transport: http, url: "${film.url}", secret: NO_SUCH_SECRET }
  private: { transport: http, url: "https://192.168.0.1", secret: FILM_SECRET }
`;

describe.each(["object", "consumer"] as const)(
  "a plugin in plain Node, run by the %s",
  (runner) => {
    const server = useServer(
      {
        HOLDLINE_ANONYMOUS: "admin",
        HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
        QUEUE_RUNNER: runner,
        FILM_SECRET: SECRET,
        OTHER_SECRET,
      },
      null,
      { config },
    );

    test("answers a caller who holds the line, and both phases are told", async () => {
      const answer = await server.trigger("film/shout", { payload: { text: "cut" }, wait: 20 });

      expect(answer).toMatchObject({
        status: 200,
        body: { kind: "result", plugin: "film", result: { text: "CUT" }, attempt: 1 },
      });
      const events = await eventsOf(server, answer.body["job_id"]);
      expect(events.map(({ type, data }) => [type, data["phase"]])).toEqual([
        ["job.queued", undefined],
        ["job.running", "loading"],
        ["job.running", "working"],
        ["job.succeeded", undefined],
      ]);
    });

    test("takes work on, reports from outside how far it is, and completes it", async () => {
      const answer = await server.trigger("film/film", { payload: { scene: "one" }, wait: 20 });

      expect(answer).toMatchObject({
        status: 200,
        body: {
          status: "succeeded",
          result: { text: "shot one" },
          progress: { percent: 100, message: null },
          attempts: [{ attempt: 1, outcome: "succeeded" }],
        },
      });
      const events = await eventsOf(server, answer.body["job_id"]);
      const told = events
        .filter(({ type }) => type === "job.output")
        .map(({ data }) => data["text"]);
      expect(told.join("")).toBe("50 %\n100 %\n");
      expect(events.findIndex(({ data }) => data["phase"] === "working")).toBeLessThan(
        events.findIndex(({ type }) => type === "job.output"),
      );
    });

    test("says what a caller may ask it, and is unavailable where it cannot be trusted", async () => {
      const { body } = await server.get("/plugins");

      const plugins = body["plugins"] as { name: string; available: boolean; reason: string }[];
      const byName = Object.fromEntries(plugins.map((plugin) => [plugin.name, plugin]));
      expect(byName["film"]).toMatchObject({ transport: "http", available: true });
      for (const [name, reason] of [
        ["forged", /401/],
        ["secretless", /NO_SUCH_SECRET/],
        ["private", /not allowed/i],
      ] as const) {
        expect(byName[name]).toMatchObject({
          available: false,
          reason: expect.stringMatching(reason),
        });
        expect(await server.trigger(`${name}/shout`, {})).toMatchObject({
          status: 503,
          body: { code: "plugin_unavailable" },
        });
      }
      expect(JSON.stringify(body)).not.toContain("whsec_");
    });
  },
);
