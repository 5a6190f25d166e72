import { only } from "../history.ts";
import type { Check } from "./evidence.ts";

const INTERNAL = 500;

/** Nothing that is sent here deserves to be refused. */
export const broken: Check = ({ entries }) =>
  only(entries, "broken")
    .filter(({ status }) => status < INTERNAL)
    .map(({ path, status, body }) => ({ check: "refused", what: `${path} ${status}: ${body}` }));
