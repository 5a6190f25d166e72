import * as z from "zod";

/** What a plugin's URL may not be, one by one. None of the words repeats a part of it. */
const RULES: readonly {
  readonly message: string;
  readonly isKept: (url: URL, text: string) => boolean;
}[] = [
  {
    message: "Must not hold a user or a password",
    isKept: ({ username, password }) => username === "" && password === "",
  },
  {
    message: "Must not have a query: /manifest and /invoke follow it",
    isKept: (_url, text) => !text.includes("?"),
  },
  { message: "Must not have a fragment", isKept: (_url, text) => !text.includes("#") },
];

/**
 * The base of a plugin behind HTTP, without a slash at its end. Whether it may be called at all is judged
 * by the guard, each time.
 */
export const PluginUrl = z.string().transform((text, context) => {
  const url = /^https?:\/\/[^\s\\]+$/i.test(text) ? URL.parse(text) : null;
  const broken =
    url === null
      ? ["Must be a URL that begins with https:// or http://"]
      : RULES.filter(({ isKept }) => !isKept(url, text)).map(({ message }) => message);
  for (const message of broken) context.addIssue({ code: "custom", message });
  return text.replace(/\/+$/, "");
});
