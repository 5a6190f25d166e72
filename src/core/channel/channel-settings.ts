import type { JsonObject } from "../../lang/json.ts";
import type { DurationMs } from "../../lang/time.ts";

/** What is started when somebody says something in a channel. */
export type Run = {
  readonly plugin: string;
  readonly command: string;
  /** With places such as `{options.text}`; `null` = what was given is the payload. */
  readonly payload: JsonObject | null;
};

/** Who may answer what a job asks: who started it, or anyone who sees the question. */
export type MayAnswer = "invoker" | "anyone";

/** `discord` in `holdline.yaml`. */
export type DiscordSettings = {
  readonly commands: readonly DiscordCommand[];
  /** How long Discord's tokens live: 15 min, unless a simulator says otherwise. */
  readonly tokenLifeMs: DurationMs;
};

export type DiscordCommand = {
  /** As it is typed, up to three words: `ai`, `job cancel`, `job admin cancel`. A message or user command's name may be any. */
  readonly name: string;
  readonly type: "slash" | "user" | "message";
  /** Empty for user and message commands. */
  readonly description: string;
  readonly options: readonly DiscordOption[];
  readonly run: Run;
  /** Only who typed it sees the answer. */
  readonly isEphemeral: boolean;
  /** What becomes of a text that is too long for one message. */
  readonly longText: "messages" | "file";
  /** Whom the answer may ping. */
  readonly mentions: "none" | "users";
  readonly answers: MayAnswer;
};

export type DiscordOption = {
  readonly name: string;
  readonly type:
    | "string"
    | "integer"
    | "number"
    | "boolean"
    | "user"
    | "channel"
    | "role"
    | "mentionable"
    | "attachment";
  readonly description: string;
  readonly isRequired: boolean;
  readonly choices: readonly { readonly name: string; readonly value: string | number }[];
  /** An `immediate` command that suggests values while somebody types; `null` = none. */
  readonly autocomplete: Run | null;
  /** Bounds of a number's value or of a string's length; `null` = none. */
  readonly min: number | null;
  readonly max: number | null;
};

/** `slack` in `holdline.yaml`. */
export type SlackSettings = {
  /** By the command as it is typed: `/ai`. */
  readonly commands: { readonly [command: string]: SlackCommand };
  /** By the shortcut's callback id. */
  readonly shortcuts: { readonly [callbackId: string]: SlackCommand };
  /** By the event's type, such as `app_mention`. Answers need a bot token. */
  readonly events: { readonly [type: string]: SlackCommand };
  /** How long a `response_url` lives: 30 min, unless a simulator says otherwise. */
  readonly urlLifeMs: DurationMs;
};

export type SlackCommand = {
  readonly run: Run;
  /** Who sees the answer: everyone in the channel, or who typed it. */
  readonly response: "in_channel" | "ephemeral";
  readonly answers: MayAnswer;
};

/** One of `hooks` in `holdline.yaml`: what comes from a program of somebody else's. */
export type HookSettings = {
  readonly profile: "github" | "stripe" | "standard" | "generic";
  /** The variable that holds the secret. */
  readonly secret: string;
  /** Of `generic`: the header with the HMAC, and the one with the delivery's id. */
  readonly header: string | null;
  readonly idHeader: string | null;
  readonly run: Run;
  /** `null`: what came is the payload. Else the type of the event that it is. */
  readonly event: string | null;
  /** How long the sender is held for the result; 0 = not at all. */
  readonly waitMs: DurationMs;
  /** Whether `GET` is taken as well, for redirects that a browser follows: nothing proves who sends it. */
  readonly takesGet: boolean;
  readonly bytesMax: number;
};
