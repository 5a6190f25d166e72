import { KIND_NAMES, kindOf } from "./kinds.ts";

/** How long tokens and response URLs live: an hour of Discord's is a minute here. */
const TOKEN_LIFE_MS = 15_000;
const URL_LIFE_MS = 30_000;

/** Where Slack gives no options, a command takes always as long. */
const SLACK_MS: { readonly [name: string]: number } = {
  sleep: 3000,
  work: 4000,
  slow: 33_000,
  cancelled: 10_000,
};

/** How long the ways of both channels to answer live. */
export type Lives = { readonly tokenLifeMs: number; readonly urlLifeMs: number };

export const FAST_LIVES: Lives = { tokenLifeMs: TOKEN_LIFE_MS, urlLifeMs: URL_LIFE_MS };

/** `holdline.yaml` with a command for every kind, in both channels. JSON is YAML as well. */
export function settings(): string {
  const plugins = { lab: { retry: { base_ms: 500 } } };
  return JSON.stringify({ plugins, ...channelSettings(KIND_NAMES, FAST_LIVES) }, null, 2);
}

/** What it says of both channels, for some of the kinds. */
export function channelSettings(names: readonly string[], { tokenLifeMs, urlLifeMs }: Lives) {
  const discord = {
    token_life: `${tokenLifeMs / 1000}s`,
    commands: names.map((name) => {
      const { run, payload, options } = kindOf(name);
      const taken = options.map((option) => ({
        ...option,
        description: `The ${option.name} of it`,
        required: true,
      }));
      return { name, description: `Does ${run}`, options: taken, run, payload };
    }),
  };
  const slack = {
    url_life: `${urlLifeMs / 1000}s`,
    commands: Object.fromEntries(names.map((name) => [`/${name}`, slackCommand(name)])),
  };
  return { discord, slack };
}

function slackCommand(name: string): object {
  const { run, payload } = kindOf(name);
  const places: { readonly [place: string]: unknown } = {
    "{options.text}": "{text}",
    "{options.ms}": SLACK_MS[name],
  };
  const filled = Object.entries(payload).map(([key, value]) => [
    key,
    typeof value === "string" ? (places[value] ?? value) : value,
  ]);
  return { run, payload: Object.fromEntries(filled), response: "in_channel" };
}
