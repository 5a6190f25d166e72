/** What a secret's variable is called with the one before. */
export const PREVIOUS = "_PREVIOUS";

/** What a variable that is named in the settings holds. An empty variable is one that is not set. */
export function variableIn(env: object, name: string): string | undefined {
  const text: unknown = Object.hasOwn(env, name) ? Reflect.get(env, name) : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}
