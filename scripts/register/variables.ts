import { existsSync, readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { parseEnv } from "node:util";
import { discordDefinitions } from "../../src/channels/discord/definition.ts";
import { readEnvironment } from "../../src/config/environment.ts";
import { readSettings } from "../../src/config/holdline.ts";
import type { JsonObject } from "../../src/lang/json.ts";
import { ROOT } from "../local/build.ts";
import { type Registration, RegistrationFault } from "./registration.ts";

const NAMES = ["DISCORD_APPLICATION_ID", "DISCORD_BOT_TOKEN", "DISCORD_API_BASE"] as const;

/**
 * Whose commands are to be registered: from the environment, else from `.dev.vars`.
 *
 * @throws {RegistrationFault} when something is missing.
 */
export function registrationOf(env: NodeJS.ProcessEnv, guildId: string | null): Registration {
  const path = inRoot(env["HOLDLINE_DEV_VARS"] ?? ".dev.vars");
  const file = existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {};
  const given = { ...file, ...env };
  const { discord } = readEnvironment(
    Object.fromEntries(
      NAMES.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
    ),
  );
  const { applicationId, botToken, apiBase } = discord;
  if (applicationId === null || botToken === null) {
    const missing = applicationId === null ? "DISCORD_APPLICATION_ID" : "DISCORD_BOT_TOKEN";
    throw new RegistrationFault(
      `${missing} is not set: put it into .dev.vars, or into the environment`,
    );
  }
  return { applicationId, botToken, apiBase, guildId };
}

/**
 * The commands that `holdline.yaml`, or the file in its place, says there are.
 *
 * @throws {RegistrationFault} with every fault of the file.
 */
export function wantedCommands(env: NodeJS.ProcessEnv): readonly JsonObject[] {
  const path = inRoot(env["HOLDLINE_CONFIG"] ?? "holdline.yaml");
  if (!existsSync(path)) throw new RegistrationFault(`There is no ${path}`);
  const read = readSettings(readFileSync(path, "utf8"));
  if (read.ok) return discordDefinitions(read.value.discord.commands);
  const faults = read.reason.map(
    (fault) => `  ${path}:${fault.line}: ${fault.path}: ${fault.message}`,
  );
  throw new RegistrationFault(["Cannot use the settings:", ...faults].join("\n"));
}

function inRoot(path: string): string {
  return isAbsolute(path) ? path : join(ROOT, path);
}
