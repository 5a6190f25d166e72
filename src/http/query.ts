/** A query as it came: a text for each name, or a list where a name is given more than once. */
export function queryTexts(query: URLSearchParams): {
  readonly [name: string]: string | readonly string[];
} {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const [first = "", ...others] = query.getAll(name);
      // A list is what hardly any option takes: then the fault names the place.
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );
}

/**
 * A query's values as the types they look like: for readers whose options are numbers and switches, never
 * texts that may look like one.
 */
export function queryValues(query: URLSearchParams): { readonly [name: string]: unknown } {
  const texts = Object.entries(queryTexts(query));
  return Object.fromEntries(texts.map(([name, text]) => [name, typedValue(text)]));
}

/** `true`, `10` and `abc` are a boolean, a number, a text. A list stays as it is. */
export function typedValue(text: unknown): unknown {
  if (text === "true" || text === "false") return text === "true";
  return typeof text === "string" && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
