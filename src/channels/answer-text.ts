import type { Choice } from "../core/ask/ask-form.ts";
import type { JsonObject } from "../lang/json.ts";
import type { AnsweredQuestion } from "./telling.ts";

/** What somebody said to a question, in words: what they chose, or what they filled in. Not escaped. */
export function answerText({ form, action, values }: AnsweredQuestion): string {
  if (action !== "accept") return "Declined";
  const chosen = (form?.choices ?? []).find(({ id, value = id }) => value === values["choice"]);
  if (chosen !== undefined) return nameOf(chosen);
  const filled = Object.entries(values).map(([name, value]) => {
    const label = form?.fields.find((field) => field.name === name)?.label ?? name;
    return `${label}: ${plain(value)}`;
  });
  return filled.length === 0 ? "Continue" : filled.join(", ");
}

/** Who said it, where they are somebody of this channel; else over which way it came. */
export function answererIn(
  channel: string,
  { by }: Pick<AnsweredQuestion, "by">,
): { readonly userId: string } | { readonly way: string } {
  const [way = "", userId = ""] = by.split(":");
  if (way === channel && userId !== "") return { userId };
  return { way: WAYS[way] ?? way };
}

const WAYS: { readonly [way: string]: string } = {
  api: "over HTTP",
  discord: "in Discord",
  slack: "in Slack",
  timeout: "because nobody did in time",
};

function nameOf({ label, id }: Choice): string {
  return label.trim() === "" ? id : label;
}

function plain(value: JsonObject[string] | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
