/** What a caller asks for with `Prefer` (RFC 7240), as far as Holdline knows it. */
export type Preferences = {
  readonly respondAsync: boolean;
  /** Seconds, or `null` when not asked for. */
  readonly wait: number | null;
};

/**
 * Reads the header. It is a wish, never a demand: what is not understood is passed over. Of two items
 * with one name the first counts.
 */
export function readPrefer(header: string | null): Preferences {
  const items = new Map<string, string>();
  for (const item of (header ?? "").split(",")) {
    // What follows a semicolon are parameters of the preference; none of ours has any.
    const [name = "", value = ""] = (item.split(";")[0] ?? "").split("=");
    const key = name.trim().toLowerCase();
    if (!items.has(key)) items.set(key, unquoted(value.trim()));
  }
  const wait = items.get("wait") ?? "";
  return {
    respondAsync: items.has("respond-async"),
    // However many digits: a wish for longer than anybody may wait is refused, not passed over.
    wait: /^\d+$/.test(wait) ? Number(wait) : null,
  };
}

function unquoted(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}
