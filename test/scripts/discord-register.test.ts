import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import {
  applyCommands,
  changeLines,
  isNothing,
  plannedChanges,
  type Registration,
} from "../../scripts/register/registration.ts";
import { DISCORD_DEFAULTS } from "../../scripts/simulators/discord/options.ts";
import { DiscordApi } from "../../scripts/simulators/discord-api.ts";

const folder = mkdtempSync(join(tmpdir(), "holdline-register-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OPTION = { type: 3, name: "text", description: "What to say", required: true };
const ECHO = { type: 1, name: "echo", description: "Says it again", options: [OPTION] };

async function discord(guildId: string | null = null) {
  const api = new DiscordApi();
  const http = await api.start();
  const { applicationId, botToken } = DISCORD_DEFAULTS;
  const registration: Registration = { applicationId, botToken, apiBase: http.url, guildId };
  return { api, http, registration };
}

describe("registering commands with Discord", () => {
  test("shows what would change, does it, and then finds nothing to do", async () => {
    const { api, http, registration } = await discord();
    await applyCommands(registration, [{ ...ECHO, name: "old" }, ECHO]);
    const wanted = [
      { ...ECHO, description: "Repeats it" },
      { ...ECHO, name: "new" },
    ];

    const before = changeLines(await plannedChanges(registration, wanted));
    const count = await applyCommands(registration, wanted);
    const after = await plannedChanges(registration, wanted);
    http.stop();

    expect(before).toEqual(["  + /new", "  ~ /echo: description", "  - /old"]);
    expect([count, isNothing(after), api.breaches]).toEqual([2, true, []]);
  });

  test("leaves the way into an activity alone", async () => {
    const { api, http, registration } = await discord();
    const launch = { name: "launch", type: 4, handler: 2 };
    await applyCommands(registration, [launch]);

    const changes = changeLines(await plannedChanges(registration, [ECHO]));
    await applyCommands(registration, [ECHO]);
    http.stop();

    expect(changes).toEqual(["  + /echo"]);
    expect(api.commands()).toMatchObject([{ name: "echo" }, { name: "launch" }]);
  });

  test("stays within one guild, where one is given", async () => {
    const { api, http, registration } = await discord("10");

    await applyCommands(registration, [ECHO]);
    http.stop();

    expect([api.commands().length, api.commands("10").length]).toEqual([0, 1]);
  });

  test("passes on what Discord says against it", async () => {
    const { http, registration } = await discord();

    const refused = applyCommands(registration, [{ ...ECHO, name: "Not Lower Case" }]);

    await expect(refused).rejects.toThrow(/400 to PUT: .*APPLICATION_COMMAND_INVALID_NAME/);
    http.stop();
  });
});

describe("npm run discord:register", () => {
  async function run(env: { readonly [name: string]: string }, ...args: readonly string[]) {
    const child = spawn(process.execPath, ["scripts/discord-register.ts", ...args], {
      env: { HOLDLINE_DEV_VARS: join(folder, "dev.vars"), ...env },
    });
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { stdout, stderr };
  }

  test("says what is missing before it asks anybody", async () => {
    expect(await run({})).toEqual({
      stdout: "",
      stderr: "DISCORD_APPLICATION_ID is not set: put it into .dev.vars, or into the environment\n",
    });
  });

  test("changes nothing anywhere unless it is told where", async () => {
    expect(await run({}, "--apply")).toEqual({
      stdout: "",
      stderr: "Say where: --apply needs --guild ID, or --global\n",
    });
  });

  test("reads the settings, and changes nothing without --apply", { timeout: 30_000 }, async () => {
    const { api, http } = await discord();
    const config = join(folder, "holdline.yaml");
    writeFileSync(
      config,
      JSON.stringify({
        discord: { commands: [{ name: "echo", description: "Says it again", run: "lab/echo" }] },
      }),
    );
    const env = {
      HOLDLINE_CONFIG: config,
      DISCORD_APPLICATION_ID: DISCORD_DEFAULTS.applicationId,
      DISCORD_BOT_TOKEN: DISCORD_DEFAULTS.botToken,
      DISCORD_API_BASE: http.url,
    };

    const dry = await run(env);
    const countAfterDry = api.commands().length;
    const applied = await run(env, "--global", "--apply");
    http.stop();

    expect([dry.stdout, countAfterDry]).toEqual([
      "What registering changes everywhere:\n  + /echo\nNothing was changed. --apply does it.\n",
      0,
    ]);
    expect(applied.stdout).toBe(
      "What registering changes everywhere:\n  + /echo\nDone: commands that Discord has everywhere: 1.\n",
    );
    expect(api.commands()).toMatchObject([{ name: "echo" }]);
  });
});
