/** Slack's own, of its usual and of its government's workspaces. */
const DOMAINS = ["slack.com", "slack-gov.com"];

/** Where response_urls are. */
const HOOK_HOSTS = DOMAINS.map((domain) => `hooks.${domain}`);

/**
 * Whether an answer may be sent to this URL. It came with a signed request, but it is called later, with
 * what a job has to say: so it is held to where Slack has such URLs.
 *
 * @param otherOrigins Of `simulatorOrigins`: where a stand-in for Slack has them.
 */
export function isResponseUrl(url: string, otherOrigins: readonly string[]): boolean {
  return leadsTo(url, otherOrigins, (host) => HOOK_HOSTS.includes(host));
}

/** Whether a file may be sent to this URL, which an API call has named. */
export function isUploadUrl(url: string, otherOrigins: readonly string[]): boolean {
  return leadsTo(url, otherOrigins, isSlackHost);
}

/** The origin of an API that is not Slack's own: a simulator's URLs lead there. None of Slack itself. */
export function simulatorOrigins(apiBase: string): readonly string[] {
  const at = parsed(apiBase);
  return at === null || isSlackHost(at.host) ? [] : [at.origin];
}

function leadsTo(
  text: string,
  otherOrigins: readonly string[],
  isKnownHost: (host: string) => boolean,
): boolean {
  const url = parsed(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  // The host has the port in it, unless it is the usual one.
  return (url.protocol === "https:" && isKnownHost(url.host)) || otherOrigins.includes(url.origin);
}

function isSlackHost(host: string): boolean {
  return DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

function parsed(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}
