import { readFileSync } from "node:fs";
import { join } from "node:path";

export type UrlRow = {
  readonly url: string;
  readonly verdict: "block" | "allow";
  readonly why: string;
};

const FILE = join(import.meta.dirname, "..", "data", "ssrf-urls.txt");

/** URLs that a guard must let through or stop, for a gateway at `OWN_HOST`. */
export const URL_ROWS: readonly UrlRow[] = readFileSync(FILE, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => {
    const [url = "", verdict, why = ""] = line.split("\t");
    return { url, verdict: verdict === "allow" ? "allow" : "block", why };
  });

export const OWN_HOST = "holdline.example.net";
