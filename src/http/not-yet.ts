import type { Fault } from "../config/fault.ts";
import type { BodyOptions } from "./trigger-schema.ts";

/** Options of the contract that are checked but not honoured yet: taken silently, they would mislead. */
const LATER: readonly (keyof BodyOptions)[] = ["callback_url", "state_webhook_url", "callbacks"];

/** What a caller gave, by name, as it came: also where something else in it is wrong. */
export type Given = { readonly [name: string]: unknown };

/** What a trigger asks for that this version cannot do, option by option. */
export function notYetSupported(body: Given, query: Given): readonly Fault[] {
  const paths: string[] = [
    ...LATER.filter((name) => body[name] !== undefined),
    ...LATER.filter((name) => query[name] !== undefined).map((name) => `query.${name}`),
  ];
  return paths.map((path) => ({ path, message: "Is not supported yet" }));
}
