import { only } from "../history.ts";
import type { Check } from "./evidence.ts";

/** Nothing that is sent here deserves to be refused, and no answer is that something is broken. */
export const broken: Check = ({ entries }) =>
  only(entries, "broken").map(({ path, status, body }) => ({
    check: "refused",
    what: `${path} ${status}: ${body}`,
  }));
