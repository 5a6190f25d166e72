import type { Problem } from "./problem.ts";

/** What is said where a path is known and the method is not. */
export function wrongMethod({ method }: Request, allowed: readonly string[]): Problem {
  return {
    code: "method_not_allowed",
    detail: `Use ${allowed.join(" or ")} here, not ${method}`,
    headers: { allow: allowed.join(", ") },
  };
}
