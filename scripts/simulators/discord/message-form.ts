import { codePoints, type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import type { SeenFile } from "../screen.ts";
import type { Brought } from "./body.ts";
import { componentFaults } from "./components.ts";
import { type Checked, type FormFault, invalidForm, REFUSALS, refused } from "./errors.ts";
import {
  COMPONENTS_V2,
  CONTENT_MAX,
  EMBED_CHARACTERS_MAX,
  EMBEDS_MAX,
  EPHEMERAL,
  FILES_MAX,
} from "./limits.ts";
import { mentionFaults } from "./mentions.ts";

/** A message that somebody wants to send or to edit, found to be right. `undefined` = not said. */
export type MessageForm = {
  readonly content: string | undefined;
  readonly embeds: readonly Fields[] | undefined;
  readonly components: readonly unknown[] | undefined;
  readonly allowedMentions: Fields | undefined;
  readonly isEphemeral: boolean;
  readonly isV2: boolean;
  /** Attachments to keep, by their ids; `undefined` = all that are there. */
  readonly keeps: readonly string[] | undefined;
  readonly files: readonly SeenFile[];
};

/** Of an embed's texts: the limit of each. */
const EMBED_TEXTS = { title: 256, description: 4096 } as const;

/** Checks a message's body as Discord does: everything that is wrong is said at once. */
export function messageForm({ json, files }: Brought, fileBytesMax: number): Checked<MessageForm> {
  if (files.size > FILES_MAX) return refused(REFUSALS.tooManyFiles);
  const isTooLarge = [...files.values()].some(({ bytes }) => bytes.length > fileBytesMax);
  if (isTooLarge) return refused(REFUSALS.tooLarge);
  const flags = Number(json["flags"] ?? 0);
  const isV2 = (flags & COMPONENTS_V2) !== 0;
  const faults = [
    ...contentFaults(json),
    ...embedFaults(json),
    ...componentFaults(json["components"], isV2),
    ...mentionFaults(json["allowed_mentions"]),
    ...attachmentFaults(json, files),
    ...(isV2 ? legacyFaults(json) : []),
  ];
  if (faults.length > 0) return invalidForm(faults);
  return {
    ok: true,
    value: { ...formOf(json, files), isV2, isEphemeral: (flags & EPHEMERAL) !== 0 },
  };
}

function formOf(json: Fields, files: Brought["files"]) {
  const attachments = json["attachments"];
  const keeps = listOf(attachments).map((one) => String(fieldsOf(one)["id"]));
  return {
    content: "content" in json ? textOf(json["content"]) : undefined,
    embeds: "embeds" in json ? listOf(json["embeds"]).map(fieldsOf) : undefined,
    components: "components" in json ? listOf(json["components"]) : undefined,
    allowedMentions: "allowed_mentions" in json ? fieldsOf(json["allowed_mentions"]) : undefined,
    keeps: attachments === undefined ? undefined : keeps,
    files: [...files].map(([number, file]) => ({
      ...file,
      name: nameOf(listOf(attachments), number) ?? file.name,
    })),
  };
}

function nameOf(attachments: readonly unknown[], number: number): string | undefined {
  const found = attachments.map(fieldsOf).find(({ id }) => String(id) === String(number));
  return typeof found?.["filename"] === "string" ? found["filename"] : undefined;
}

function contentFaults({ content }: Fields): readonly FormFault[] {
  if (content === undefined || content === null) return [];
  if (typeof content !== "string") {
    return [{ path: ["content"], code: "BASE_TYPE_STRING", message: "Must be a string." }];
  }
  if (codePoints(content) <= CONTENT_MAX) return [];
  const message = `Must be ${CONTENT_MAX} or fewer in length.`;
  return [{ path: ["content"], code: "BASE_TYPE_MAX_LENGTH", message }];
}

function embedFaults({ embeds }: Fields): readonly FormFault[] {
  const list = listOf(embeds).map(fieldsOf);
  const all = codePoints(list.map((embed) => embedText(embed)).join(""));
  const isOver = list.length > EMBEDS_MAX || all > EMBED_CHARACTERS_MAX;
  const message = "Embed size exceeds maximum size of 6000";
  return [
    ...(isOver ? [{ path: ["embeds"], code: "MAX_EMBED_SIZE_EXCEEDED", message }] : []),
    ...list.flatMap((embed, index) =>
      Object.entries(EMBED_TEXTS)
        .filter(([name, max]) => codePoints(textOf(embed[name])) > max)
        .map(([name, max]) => ({
          path: ["embeds", String(index), name],
          code: "BASE_TYPE_MAX_LENGTH",
          message: `Must be ${max} or fewer in length.`,
        })),
    ),
  ];
}

/** All that can be read of an embed. */
export function embedText(embed: Fields): string {
  const fields = listOf(embed["fields"]).map(fieldsOf);
  return [
    textOf(embed["title"]),
    textOf(embed["description"]),
    ...fields.flatMap(({ name, value }) => [textOf(name), textOf(value)]),
    textOf(fieldsOf(embed["footer"])["text"]),
    textOf(fieldsOf(embed["author"])["name"]),
  ]
    .filter((text) => text !== "")
    .join("\n");
}

/** A number names one of the files that come along; a snowflake one that is there already. */
function attachmentFaults({ attachments }: Fields, files: Brought["files"]): readonly FormFault[] {
  return listOf(attachments).flatMap((one, index) => {
    const id = String(fieldsOf(one)["id"]);
    if (id.length > 2 || files.has(Number(id))) return [];
    const message = "Attachment data not found";
    return [{ path: ["attachments", String(index), "id"], code: "ATTACHMENT_NOT_FOUND", message }];
  });
}

/** A message made of components alone has nothing else. */
function legacyFaults(json: Fields): readonly FormFault[] {
  const message = "The 'MessageFlags.IS_COMPONENTS_V2' flag cannot be used with this field";
  return ["content", "embeds", "poll"]
    .filter((name) => (Array.isArray(json[name]) ? json[name].length > 0 : Boolean(json[name])))
    .map((name) => ({ path: [name], code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS", message }));
}
