import { type Fields, fieldsOf, listOf } from "../json.ts";
import type { FormFault } from "./errors.ts";

const KINDS = ["roles", "users", "everyone"] as const;
const IDS_MAX = 100;

/** All that is wrong with `allowed_mentions`. */
export function mentionFaults(value: unknown): readonly FormFault[] {
  if (value === undefined || value === null) return [];
  const allowed = fieldsOf(value);
  const parse = listOf(allowed["parse"]);
  const unknown = parse.filter((kind) => !KINDS.some((known) => known === kind));
  const listed = (["roles", "users"] as const).filter((kind) => listOf(allowed[kind]).length > 0);
  return [
    ...unknown.map((kind) => faultAt("parse", `Value must be one of ${KINDS}: ${kind}`)),
    ...listed
      .filter((kind) => parse.includes(kind))
      .map((kind) =>
        faultAt(kind, `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`),
      ),
    ...listed
      .filter((kind) => listOf(allowed[kind]).length > IDS_MAX)
      .map((kind) => faultAt(kind, `Must be ${IDS_MAX} or fewer in length.`)),
  ];
}

/** Whom a text pings: without `allowed_mentions`, what an application says pings users alone. */
export function pingsOf(content: string, allowed: Fields | undefined): readonly string[] {
  const parse = allowed === undefined ? ["users"] : listOf(allowed["parse"]);
  const may = (kind: string) => parse.includes(kind) || listOf(allowed?.[kind]).length > 0;
  return [
    ...(/@(everyone|here)\b/.test(content) && may("everyone") ? ["everyone"] : []),
    ...(/<@!?\d+>/.test(content) && may("users") ? ["user"] : []),
    ...(/<@&\d+>/.test(content) && may("roles") ? ["role"] : []),
  ];
}

function faultAt(name: string, message: string): FormFault {
  return { path: ["allowed_mentions", name], code: "MESSAGE_ALLOWED_MENTIONS_INVALID", message };
}
