import * as z from "zod/mini";

/** A host that may be called on plain http, although it is private. */
export type HttpHost = {
  /** As a URL spells it: in small letters, an IPv6 address in brackets. */
  readonly host: string;
  /** `null` = any. */
  readonly port: number | null;
};

const PORT_MAX = 65_535;

/** A host, or an IPv6 address in brackets, and behind the last colon a port. */
const FORM = /^([^\s:/\\?#@%*]+|\[[0-9a-f:.]+\]):(\*|\d{1,5})$/i;

const FORM_FAULT = `Must be host:port, with a port from 1 to ${PORT_MAX} or *`;

/** `127.0.0.1:*,localhost:9000,[::1]:80`. Every entry that is none is a fault of its own. */
export const HttpHosts = z.pipe(
  z.string(),
  z.transform((text: string, { issues }): readonly HttpHost[] => {
    const entries = text.split(",").map((entry) => entry.trim());
    return entries
      .filter((entry) => entry !== "")
      .flatMap((entry) => {
        const host = readHttpHost(entry);
        if (host !== null) return [host];
        const message = `${FORM_FAULT}: current value is "${entry}"`;
        issues.push({ code: "custom", input: text, message });
        return [];
      });
  }),
);

function readHttpHost(entry: string): HttpHost | null {
  const [, name = "", port = ""] = FORM.exec(entry) ?? [];
  const url = name === "" ? null : URL.parse(`http://${name}`);
  if (url === null) return null;
  // One dot at the end is legal, and says the same name.
  const host = url.hostname.replace(/\.$/, "");
  if (port === "*") return { host, port: null };
  const isPort = Number(port) >= 1 && Number(port) <= PORT_MAX;
  return isPort ? { host, port: Number(port) } : null;
}
