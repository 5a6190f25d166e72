/** What is logged: one JSON object a line, of names and numbers. Never a payload, a result or a token. */
type Fields = { readonly [name: string]: string | number | boolean | null | undefined };

/** Something went wrong that Holdline cured by itself: a lost message, a late report. */
export function logWarning(event: string, fields: Fields): void {
  // biome-ignore lint/suspicious/noConsole: the platform collects logs from the console
  console.warn(JSON.stringify({ level: "warning", event, ...fields }));
}

/** Something that needs a person: a bug, or a fault that did not go away. */
export function logError(event: string, cause: unknown, fields: Fields = {}): void {
  const error =
    cause instanceof Error
      ? { error: cause.name, message: cause.message, stack: cause.stack }
      : { error: "unknown", message: String(cause) };
  // biome-ignore lint/suspicious/noConsole: the platform collects logs from the console
  console.error(JSON.stringify({ level: "error", event, ...fields, ...error }));
}
