import { type EpochMs, epochMs } from "./time.ts";

const NAME = "[A-Z][a-z]{2}";
const TIME = String.raw`\d{2}:\d{2}:\d{2}`;

/** The form that is sent today, and the two that a recipient must still take. */
const FORMS: readonly RegExp[] = [
  new RegExp(String.raw`^${NAME}, \d{2} ${NAME} \d{4} ${TIME} GMT$`),
  new RegExp(String.raw`^[A-Z][a-z]{5,8}, \d{2}-${NAME}-\d{2} ${TIME} GMT$`),
  new RegExp(String.raw`^${NAME} ${NAME} [ \d]\d ${TIME} \d{4}$`),
];

/**
 * The instant that an HTTP-date names, or `null` where the text is none.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 */
export function httpDate(text: string): EpochMs | null {
  if (!FORMS.some((form) => form.test(text))) return null;
  const inUtc = text.endsWith("GMT") ? text : `${text} GMT`;
  // Parses an instant that was handed in, and never reads a clock.
  // biome-ignore lint/style/noRestrictedGlobals: pure parsing of an argument
  const at = Date.parse(inUtc);
  return Number.isNaN(at) ? null : epochMs(at);
}
