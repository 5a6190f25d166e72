import type { JsonObject } from "../../src/lang/json.ts";
import { PluginError } from "../../src/sdk/plugin-error.ts";

/** Where to ask, for which model, as whom. */
export type Endpoint = {
  /** With `/chat/completions` at its end. */
  readonly url: string;
  /** All of the URL that messages repeat: the rest may be private. */
  readonly host: string;
  readonly model: string;
  /** `null` = none is sent: servers on one's own machine ask for none. */
  readonly key: string | null;
};

/** Who may say what to ask, the first before the second and third. */
export type Sources = {
  /** Of the caller's payload. */
  readonly model: string | undefined;
  /** What `holdline.yaml` says for this plugin. */
  readonly config: JsonObject;
  /** Of this plugin's own Worker: `CHAT_BASE_URL`, `CHAT_MODEL`, `CHAT_API_KEY`. */
  readonly variables: { readonly [name: string]: unknown };
};

/** What cannot be used, and the variable that mends it. */
type Fault = { readonly variable: string; readonly why: string };

/** Puts together where to ask. @throws {PluginError} `EX_CONFIG` with all that is missing or wrong. */
export function endpointOf({ model: asked, config, variables }: Sources): Endpoint {
  const baseUrl = wordsOf(config["base_url"]) ?? wordsOf(variables["CHAT_BASE_URL"]);
  const model = wordsOf(asked) ?? wordsOf(config["model"]) ?? wordsOf(variables["CHAT_MODEL"]);
  const key = wordsOf(variables["CHAT_API_KEY"]) ?? null;
  const url = baseUrl === undefined ? null : completionsUrl(baseUrl);
  const faults = [...urlFaults(baseUrl, url), ...modelFaults(model), ...keyFaults(key)];
  if (url === null || model === undefined || faults.length > 0) throw notConfigured(faults);
  return { url: url.href, host: url.host, model, key };
}

/** What is empty is not set. */
function wordsOf(value: unknown): string | undefined {
  const words = typeof value === "string" ? value.trim() : "";
  return words === "" ? undefined : words;
}

/** `null` where it is no URL that can be asked. `fetch` takes none with a user in it. */
function completionsUrl(baseUrl: string): URL | null {
  const url = URL.parse(baseUrl);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  if (url.username !== "" || url.password !== "") return null;
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/chat/completions`;
  url.hash = "";
  return url;
}

function urlFaults(baseUrl: string | undefined, url: URL | null): readonly Fault[] {
  const variable = "CHAT_BASE_URL";
  if (baseUrl === undefined) {
    return [{ variable, why: "there is no base URL, such as https://api.openai.com/v1" }];
  }
  const why = "the base URL must begin with https:// or http:// and hold no user name";
  return url === null ? [{ variable, why }] : [];
}

function modelFaults(model: string | undefined): readonly Fault[] {
  return model === undefined
    ? [{ variable: "CHAT_MODEL", why: "neither the payload nor a setting names a model" }]
    : [];
}

/** A header takes no other characters, and whoever refuses it would repeat the key. */
function keyFaults(key: string | null): readonly Fault[] {
  return key === null || /^[\x21-\x7e]+$/.test(key)
    ? []
    : [{ variable: "CHAT_API_KEY", why: "the key has spaces or characters that no key has" }];
}

function notConfigured(faults: readonly Fault[]): PluginError {
  const names = faults.map(({ variable }) => variable).join(" and ");
  const puts = faults.map(
    ({ variable }) => `\`wrangler secret put ${variable} --config workers/chat/wrangler.toml\``,
  );
  const message =
    `Cannot ask for a chat completion: ${faults.map(({ why }) => why).join("; ")}. ` +
    `Set ${names}: locally in .dev.vars, deployed with ${puts.join(" and ")}. ` +
    "Base URL and model may also stand in holdline.yaml, as plugins.chat.config: { base_url, model }";
  return new PluginError("EX_CONFIG", message, { retry: false });
}
