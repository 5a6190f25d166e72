import type { Problem } from "./problem.ts";

/** What is said of every path that leads nowhere, whether or not it might have. */
export function nothingHere({ url }: Request): Problem {
  const detail = `There is nothing at ${new URL(url).pathname}: see the README for the routes`;
  return { code: "not_found", detail };
}
