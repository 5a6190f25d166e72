import { setTimeout as sleep } from "node:timers/promises";
import {
  type DefinitionChanges,
  definitionChanges,
} from "../../src/channels/discord/definition-changes.ts";
import type { JsonObject } from "../../src/lang/json.ts";

/** Where commands are registered, and with whose right. */
export type Registration = {
  readonly applicationId: string;
  readonly botToken: string;
  /** Without a slash at its end. */
  readonly apiBase: string;
  /** `null` = everywhere. */
  readonly guildId: string | null;
};

/** Discord does not do what it was asked. The message says why, in its words. */
export class RegistrationFault extends Error {
  override readonly name = "RegistrationFault";
}

const TRIES_MAX = 3;
const SECOND_MS = 1000;
const RATE_LIMITED = 429;

/** What the commands that Discord has would have to become. Changes nothing. */
export async function plannedChanges(
  registration: Registration,
  wanted: readonly JsonObject[],
): Promise<DefinitionChanges> {
  const current = await call(registration, "GET", null);
  return definitionChanges(
    current.filter((command) => !isEntryPoint(command)),
    wanted,
  );
}

/** Puts these commands in place of all that are there; says how many there are now. */
export async function applyCommands(
  registration: Registration,
  wanted: readonly JsonObject[],
): Promise<number> {
  const current = await call(registration, "GET", null);
  const all = [...wanted, ...current.filter(isEntryPoint)];
  return (await call(registration, "PUT", all)).length;
}

/** How people open an application's own activity: not ours to set, and dropped where it is left out. */
function isEntryPoint({ type }: JsonObject): boolean {
  return type === ENTRY_POINT;
}

const ENTRY_POINT = 4;

/** Whether there is anything to do: what is as it should be costs none of the day's quota. */
export function isNothing({ added, changed, removed }: DefinitionChanges): boolean {
  return added.length + changed.length + removed.length === 0;
}

/** The changes as lines, one for each command. */
export function changeLines({ added, changed, removed }: DefinitionChanges): readonly string[] {
  return [
    ...added.map((name) => `  + ${name}`),
    ...changed.map(({ name, fields }) => `  ~ ${name}: ${fields.join(", ")}`),
    ...removed.map((name) => `  - ${name}`),
  ];
}

async function call(
  registration: Registration,
  method: "GET" | "PUT",
  commands: readonly JsonObject[] | null,
): Promise<readonly JsonObject[]> {
  const { applicationId, botToken, apiBase, guildId } = registration;
  const scope = guildId === null ? "" : `/guilds/${guildId}`;
  const headers = {
    authorization: `Bot ${botToken}`,
    "content-type": "application/json",
    // Discord wants a page and a version: the application's own page is the one that there is.
    "user-agent": `DiscordBot (https://discord.com/developers/applications/${applicationId}, 1)`,
  };
  const body = commands === null ? {} : { body: JSON.stringify(commands) };
  for (let tries = 1; ; tries += 1) {
    const url = `${apiBase}/applications/${applicationId}${scope}/commands`;
    const response = await fetch(url, { method, headers, ...body });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as readonly JsonObject[];
    if (response.status !== RATE_LIMITED || tries === TRIES_MAX) {
      throw new RegistrationFault(`Discord answered ${response.status} to ${method}: ${text}`);
    }
    await sleep(Number(response.headers.get("retry-after") ?? "1") * SECOND_MS);
  }
}
