import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../local/build.ts";

export type File = { readonly path: string; readonly text: string };
export type Tree = { readonly files: readonly File[] };

const PATTERNS = [
  "src/**/*.ts",
  "workers/**/*.ts",
  "scripts/**/*.{ts,mjs}",
  "test/**/*.ts",
  "docs/**/*.md",
  "*.md",
];

/** Every file that the rules are about, with paths from the root. */
export function readTree(): Tree {
  const paths = globSync(PATTERNS, { cwd: ROOT });
  const files = paths.map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
  return { files };
}
