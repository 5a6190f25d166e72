import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { capacityOf, openFilesMax } from "../../scripts/local/open-files.ts";
import { readSettings, SettingsFault } from "../../scripts/local/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "holdline-start-"));
const devVars = fileWith("dev.vars", "HOLDLINE_ANONYMOUS=admin\n");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fileWith(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function settingsWith(env: Record<string, string>) {
  return readSettings({ HOLDLINE_DEV_VARS: devVars, ...env }, () => {});
}

describe("npm start", () => {
  test("names every fault of its files, with file and line, before it builds anything", {
    timeout: 30_000,
  }, () => {
    const text = "plugins:\n  lab:\n    retyr: {}\n    retry: { max_attempts: 40 }\njobs: 1\n";
    const config = fileWith("faulty.yaml", text);
    const vars = fileWith("faulty.vars", "QUEUE_RUNNER=here\nHOLDLINE_ALLOW_HTTP=localhost\n");

    const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/start.ts"], {
      encoding: "utf8",
      env: { HOLDLINE_CONFIG: config, HOLDLINE_DEV_VARS: vars },
    });

    const fault = (place: string, message: string) => `  ${place}: ${message}\n`;
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: [
        "Cannot start as settings have faults:\n",
        fault(vars, 'QUEUE_RUNNER: Invalid option: expected one of "consumer"|"object"'),
        fault(
          vars,
          'HOLDLINE_ALLOW_HTTP: Must be host:port, with a port from 1 to 65535 or *: current value is "localhost"',
        ),
        fault(`${config}:3`, 'plugins.lab.retyr: Unknown key: did you mean "retry"?'),
        fault(`${config}:4`, "plugins.lab.retry.max_attempts: Too big: expected number to be <=20"),
        fault(`${config}:5`, "jobs: Invalid input: expected object, received number"),
      ].join(""),
    });
  });

  test("says where a file is no YAML", () => {
    const config = fileWith("broken.yaml", 'plugins:\n  lab: "open\n');

    expect(() => settingsWith({ HOLDLINE_CONFIG: config })).toThrow(
      new SettingsFault(
        `Cannot start as settings have faults:\n  ${config}:3: Missing closing "quote`,
      ),
    );
  });

  test("says that a file is not there, and writes none", () => {
    const config = join(folder, "nowhere.yaml");
    const vars = join(folder, "nowhere.vars");

    expect(() => settingsWith({ HOLDLINE_CONFIG: config, HOLDLINE_DEV_VARS: vars })).toThrow(
      `Cannot use ${config} as settings: there is no such file. HOLDLINE_CONFIG chooses another`,
    );
    expect(existsSync(vars)).toBe(false);
  });

  test("reads the file that is named, and puts the variables over local defaults", () => {
    const config = fileWith("good.yaml", "jobs:\n  retention: 7d\n");
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const vars = fileWith("good.vars", `QUEUE_RUNNER=consumer\nCALLBACK_SECRET=${secret}\n`);
    const env = { PORT: "0", HOLDLINE_CONFIG: config, HOLDLINE_DEV_VARS: vars };
    const { objects } = capacityOf(openFilesMax());

    expect(settingsWith({ ...env, HOLDLINE_STATE_DIR: folder })).toEqual({
      port: 0,
      stateDir: folder,
      variables: {
        QUEUE_RUNNER: "consumer",
        HOLDLINE_ALLOW_HTTP: "127.0.0.1:*,localhost:*",
        ...(objects === null ? {} : { HOLDLINE_OBJECTS_MAX: String(objects) }),
        CALLBACK_SECRET: secret,
      },
      config: "jobs:\n  retention: 7d\n",
    });
  });

  test("keeps a callback secret of its own with the state, where nobody has set one", () => {
    const env = { HOLDLINE_STATE_DIR: join(folder, "state") };

    const [first, second] = [settingsWith(env), settingsWith(env)];

    expect(first.variables["CALLBACK_SECRET"]).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(second.variables).toEqual(first.variables);
  });

  test("says which hooks let nobody in yet, and comes up all the same", () => {
    const hook = (secret: string) => `{ profile: github, secret: ${secret}, run: lab/echo }`;
    const config = fileWith("hooks.yaml", `hooks:\n  a: ${hook("A")}\n  b: ${hook("B")}\n`);
    const vars = fileWith("hooks.vars", "A=\nB=set\n");
    const said: string[] = [];

    readSettings(
      { HOLDLINE_CONFIG: config, HOLDLINE_DEV_VARS: vars, HOLDLINE_STATE_DIR: folder },
      (line) => said.push(line),
    );

    expect(said.filter((line) => line.startsWith("Hook"))).toEqual([
      `Hook a answers 403 until A is set in ${vars}.`,
    ]);
  });

  test("names secrets of hooks that are none, where they have to be of a form", () => {
    const hook = (profile: string, secret: string) =>
      `{ profile: ${profile}, secret: ${secret}, run: lab/echo }`;
    const config = fileWith(
      "secrets.yaml",
      `hooks:\n  a: ${hook("standard", "A")}\n  b: ${hook("standard", "A")}\n  c: ${hook("github", "C")}\n`,
    );
    const vars = fileWith("secrets.vars", "A=short\nA_PREVIOUS=whsec_!\nC=short\n");

    expect(() => settingsWith({ HOLDLINE_CONFIG: config, HOLDLINE_DEV_VARS: vars })).toThrow(
      new SettingsFault(
        [
          "Cannot start as settings have faults:",
          `  ${vars}: A: Is no secret: it must begin with whsec_`,
          `  ${vars}: A_PREVIOUS: Is no secret: it must be base64 after whsec_`,
        ].join("\n"),
      ),
    );
  });

  test("takes holdline.yaml of the project where no other file is named", () => {
    expect(settingsWith({ HOLDLINE_STATE_DIR: folder }).config).toBe(
      readFileSync("holdline.yaml", "utf8"),
    );
  });
});
