import { ok, type Result, refuse } from "../lang/result.ts";
import type { HttpHost } from "./http-hosts.ts";

/** What whoever runs the gateway allows beyond the rules, and what the gateway itself is called. */
export type UrlPolicy = {
  /** Hosts of the gateway, with a port where it is not the usual one: a call to itself may never end. */
  readonly ownHosts: readonly string[];
  /** Let through on plain http, although they are private (`HOLDLINE_ALLOW_HTTP`). */
  readonly allowHttp: readonly HttpHost[];
};

/** The rules by name. A refusal says which one, and never repeats a part of the URL: it may be secret. */
const RULES = {
  text: "Must be at most 2048 characters, without control characters or blanks at its ends",
  scheme: "Must begin with https://",
  userinfo: "Must not name a user or a password",
  syntax: "Must be a URL",
  port: "Must have the port 443 or 8443, or none",
  address: "Must name its host, not give an address",
  host: "Must name a host of the public internet in full",
  local_name: "Must not have a name that is kept for local and private networks",
  wildcard_dns: "Must not have a name that stands for an address of the caller's choice",
  own_host: "Must not lead back to this gateway",
} as const;

export type UrlRule = keyof typeof RULES;

const LENGTH_MAX = 2048;

/** The parser leaves the usual port out. */
const PORTS: readonly string[] = ["", "8443"];

const CONTROL = /\p{Cc}/u;
const ADDRESS = /^(?:\[.*\]|\d+\.\d+\.\d+\.\d+)$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST_LENGTH_MAX = 253;

/** Last labels that no public name has (RFC 2606, 6761, 6762, 7686, 8375), or that private networks use. */
const LOCAL_ENDS: readonly string[] = [
  "arpa",
  "corp",
  "home",
  "internal",
  "intranet",
  "invalid",
  "lan",
  "local",
  "localdomain",
  "localhost",
  "onion",
  "private",
  "svc",
  "test",
];

/** A public name of a cloud's metadata service. */
const LOCAL_NAMES: readonly string[] = ["metadata.goog"];

/** Anybody can have these point anywhere. Such a list is never complete: see ADR 0010. */
const WILDCARD_ZONES: readonly string[] = [
  "1u.ms",
  "lvh.me",
  "localtest.me",
  "nip.io",
  "rbndr.us",
  "sslip.io",
  "vcap.me",
  "xip.io",
];

/**
 * Judges where Holdline is asked to send something (ADR 0010): the text first, because the parser hides
 * what is odd about it, then what the parser made of it, because hostile notations become plain there.
 */
export function judgeUrl(text: string, policy: UrlPolicy): Result<URL, UrlRule> {
  const scheme = /^https?:\/\//i.exec(text)?.[0].toLowerCase();
  if (text.length > LENGTH_MAX || CONTROL.test(text) || text !== text.trim()) return refuse("text");
  if (scheme === undefined) return refuse("scheme");
  const [authority = ""] = text.slice(scheme.length).split(/[/\\?#]/, 1);
  if (authority.includes("@")) return refuse("userinfo");
  // The parser would skip further slashes and take the path for the host.
  const url = authority === "" ? null : URL.parse(text);
  if (url === null) return refuse("syntax");
  if (url.username !== "" || url.password !== "") return refuse("userinfo");

  const broken = scheme === "https://" ? ruleAgainst(url, policy) : ruleAgainstPlain(url, policy);
  return broken === null ? ok(url) : refuse(broken);
}

/** A refusal as a sentence with the rule's name: all that anybody is told about it. */
export function urlFault(rule: UrlRule): string {
  return `${RULES[rule]} (${rule})`;
}

/** The rule that an https URL breaks, or `null`. */
function ruleAgainst({ hostname, port }: URL, { ownHosts }: UrlPolicy): UrlRule | null {
  if (!PORTS.includes(port)) return "port";
  if (ADDRESS.test(hostname)) return "address";
  const host = withoutDot(hostname);
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  if (LOCAL_ENDS.includes(last) || LOCAL_NAMES.includes(host)) return "local_name";
  if (!isPublicName(host, labels)) return "host";
  if (WILDCARD_ZONES.some((zone) => host === zone || host.endsWith(`.${zone}`))) {
    return "wildcard_dns";
  }
  return ownHosts.some((own) => hostnameOf(own) === host) ? "own_host" : null;
}

/** On plain http only what is allowed by name and port passes, and that whatever address it has. */
function ruleAgainstPlain({ hostname, host, port }: URL, policy: UrlPolicy): UrlRule | null {
  const found = { host: withoutDot(hostname), port: port === "" ? 80 : Number(port) };
  const isAllowed = policy.allowHttp.some(
    (allowed) =>
      withoutBrackets(allowed.host.toLowerCase()) === withoutBrackets(found.host) &&
      (allowed.port === null || allowed.port === found.port),
  );
  if (!isAllowed) return "scheme";
  // Beside the gateway on one machine, other ports are other servers.
  const isOwn = policy.ownHosts.some((own) => withoutName(own) === withoutName(host));
  return isOwn ? "own_host" : null;
}

/** This machine has several names: only its port tells one server on it from another. */
function withoutName(host: string): string {
  return host
    .toLowerCase()
    .replace(/^(?:(?:[a-z0-9-]+\.)*localhost\.?|127\.[\d.]+|\[::1\])(?=:|$)/, "loopback");
}

function isPublicName(host: string, labels: readonly string[]): boolean {
  return (
    host.length <= HOST_LENGTH_MAX &&
    labels.length >= 2 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^\d+$/.test(labels.at(-1) ?? "")
  );
}

/** One dot at the end is legal, and says the same name. */
function withoutDot(host: string): string {
  return host.endsWith(".") ? host.slice(0, -1) : host;
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

function hostnameOf(host: string): string {
  return withoutDot(host.replace(/:\d+$/, "").toLowerCase());
}
