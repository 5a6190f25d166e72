type Variables = { readonly [name: string]: string };

/**
 * The variables of one Worker. One that begins with a plugin's name, in capitals and with `_` after it
 * (`CHAT_API_KEY`, for a plugin `chat`), is that plugin's alone: the gateway never holds a plugin's key.
 * Where two plugins fit, the longer name wins. All others are the gateway's.
 *
 * @param worker The name of its folder in `workers/`, as those of `plugins`.
 */
export function variablesOf(
  worker: string,
  plugins: readonly string[],
  variables: Variables,
): Variables {
  const byLength = plugins.toSorted((left, right) => right.length - left.length);
  const ownerOf = (variable: string) =>
    byLength.find((plugin) => variable.startsWith(prefixOf(plugin))) ?? "gateway";
  return Object.fromEntries(
    Object.entries(variables).filter(([variable]) => ownerOf(variable) === worker),
  );
}

function prefixOf(plugin: string): string {
  return `${plugin.toUpperCase().replaceAll("-", "_")}_`;
}
