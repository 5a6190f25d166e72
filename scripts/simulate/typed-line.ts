import { readFileSync } from "node:fs";
import type { GivenOption } from "../simulators/discord/interaction-body.ts";
import { fieldsOf, isFields, listOf, parsedJson, textOf } from "../simulators/json.ts";

/** A command of Discord's, as far as a line has to be read by it. */
export type KnownCommand = {
  /** Up to three words. */
  readonly name: string;
  readonly options: readonly { readonly name: string; readonly type: string }[];
};

export type TypedCommand = { readonly name: string; readonly options: readonly GivenOption[] };

/** A line that cannot be sent. The message says what to type. */
export class TypingFault extends Error {
  override readonly name = "TypingFault";
}

/**
 * Reads `/ai summarize text: To the Congress …` as somebody would have filled it in: the longest name that
 * fits is the command, and what stands before the first option's name is the value of the first option.
 *
 * @throws {TypingFault} when there is no such command, or a value is none of its kind.
 */
export function discordLine(line: string, known: readonly KnownCommand[]): TypedCommand {
  const said = line.trim().replace(/^\//, "");
  const [command] = known
    .filter(({ name }) => said === name || said.startsWith(`${name} `))
    .toSorted((left, right) => right.name.length - left.name.length);
  if (command === undefined) {
    const names = known.map(({ name }) => `/${name}`).join(", ");
    throw new TypingFault(`There is no such command: ${line}\nThere are ${names || "none"}`);
  }
  const rest = said.slice(command.name.length).trim();
  return { name: command.name, options: rest === "" ? [] : optionsIn(rest, command) };
}

/** Reads `/ai To the Congress …`: Slack has one text, and no options. */
export function slackLine(line: string): { readonly command: string; readonly text: string } {
  const [, command = "", text = ""] = /^(\/\S+)\s*([\s\S]*)$/.exec(line.trim()) ?? [];
  if (command === "") throw new TypingFault(`A command begins with a slash: ${line}`);
  return { command, text: textBehind(text) };
}

function optionsIn(rest: string, { name, options }: KnownCommand): readonly GivenOption[] {
  const [first] = options;
  if (first === undefined) throw new TypingFault(`/${name} takes no options`);
  const names = options.map((option) => option.name).join("|");
  const isNamed = new RegExp(`^(?:${names})\\s*:`).test(rest);
  const named = isNamed ? rest : `${first.name}: ${rest}`;
  const parts = named.split(new RegExp(`(?:^|\\s)(${names})\\s*:\\s*`)).slice(1);
  return options.flatMap((option) => {
    const at = parts.findIndex((part, index) => index % 2 === 0 && part === option.name);
    return at === -1 ? [] : [given(option, (parts[at + 1] ?? "").trim())];
  });
}

function given(
  { name, type }: { readonly name: string; readonly type: string },
  text: string,
): GivenOption {
  if (type === "string") return { name, type, value: textBehind(text) };
  if (type === "boolean") return { name, type, value: text === "true" };
  if (type !== "integer" && type !== "number") {
    throw new TypingFault(`The simulator cannot fill in ${name}: it is of type ${type}`);
  }
  const value = Number(text);
  if (text === "" || Number.isNaN(value))
    throw new TypingFault(`${name} must be a number: ${text}`);
  return { name, type, value };
}

/** `@file`: what is in it; of the body of a trigger, the text of its payload. */
function textBehind(text: string): string {
  if (!/^@\S+$/.test(text)) return text;
  const content = readFileSync(text.slice(1), "utf8");
  const body = parsedJson(content);
  const inside = textOf(fieldsOf(fieldsOf(body)["payload"])["text"]);
  return inside === "" ? content : inside;
}

/** The commands in `discord` of a `holdline.yaml` that has been read. */
export function commandsIn(settings: unknown): readonly KnownCommand[] {
  const commands = listOf(fieldsOf(fieldsOf(settings)["discord"])["commands"]);
  return commands.filter(isFields).map(({ name, options }) => ({
    name: textOf(name),
    options: listOf(options)
      .map(fieldsOf)
      .map((option) => ({
        name: textOf(option["name"]),
        type: textOf(option["type"]) || "string",
      })),
  }));
}
