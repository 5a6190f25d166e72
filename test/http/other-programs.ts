import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { TestContext } from "vitest";

/** Where Debian's package puts it. */
export const CHROMIUM = "/usr/bin/chromium";

export const NO_CHROMIUM = `Left out: a page's EventSource. It needs ${CHROMIUM} (apt-get install chromium)`;
export const NO_CURL = "Left out: curl -N. It needs curl (apt-get install curl)";

export function hasChromium(): boolean {
  return existsSync(CHROMIUM);
}

export function hasCurl(): boolean {
  return spawnSync("curl", ["--version"]).status === 0;
}

/** Skips a test and says why on the screen: reporters count what is skipped, and keep the note to themselves. */
export function leaveOut({ skip }: TestContext, note: string): never {
  process.stderr.write(`${note}\n`);
  return skip(note);
}
