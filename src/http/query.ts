/** A query's values as the types they look like: `true`, `10` and `abc` are a boolean, a number, a text. */
export function queryValues(query: URLSearchParams): { readonly [key: string]: unknown } {
  const names = [...new Set(query.keys())];
  return Object.fromEntries(
    names.map((name) => {
      const values = query.getAll(name).map(typedValue);
      // A name given twice stays a list, which no option takes: the fault names the place.
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

function typedValue(text: string): boolean | number | string {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
