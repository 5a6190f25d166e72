import type { Fields } from "../json.ts";
import type { SeenFile, SeenMessage } from "../screen.ts";
import { buttonsOf, displayedText } from "./components.ts";
import { COMPONENTS_V2, EPHEMERAL } from "./limits.ts";
import { pingsOf } from "./mentions.ts";
import { embedText, type MessageForm } from "./message-form.ts";

/** A message as Discord keeps it. */
export type StoredMessage = {
  readonly id: string;
  readonly channelId: string;
  /** Of the interaction that it answers; `null` = the bot wrote it. */
  readonly token: string | null;
  readonly content: string;
  readonly embeds: readonly Fields[];
  readonly components: readonly unknown[];
  readonly files: readonly (SeenFile & { readonly id: string })[];
  readonly isThinking: boolean;
  readonly isEphemeral: boolean;
  readonly isV2: boolean;
  readonly pings: readonly string[];
};

/** A message that nothing has been said in yet. */
export function emptyMessage(
  place: Pick<StoredMessage, "id" | "channelId" | "token" | "isEphemeral">,
): StoredMessage {
  return {
    ...place,
    content: "",
    embeds: [],
    components: [],
    files: [],
    isThinking: false,
    isV2: false,
    pings: [],
  };
}

/**
 * What becomes of a message: fields that the form does not have stay as they are; `null` = it would be
 * empty, which no message may be.
 */
export function withForm(
  message: StoredMessage,
  form: MessageForm,
  newId: () => string,
): StoredMessage | null {
  const { content = message.content, keeps } = form;
  const kept = message.files.filter(({ id }) => keeps === undefined || keeps.includes(id));
  const files = [...kept, ...form.files.map((file) => ({ ...file, id: newId() }))];
  const embeds = form.embeds ?? message.embeds;
  const components = form.components ?? message.components;
  const isEmpty =
    content.trim() === "" && embeds.length === 0 && files.length === 0 && components.length === 0;
  if (isEmpty) return null;
  return {
    ...message,
    content,
    embeds,
    components,
    files,
    isThinking: false,
    isV2: message.isV2 || form.isV2,
    // What was allowed before is forgotten with the content that it was said of.
    pings: form.content === undefined ? message.pings : pingsOf(form.content, form.allowedMentions),
  };
}

/** The message on a screen. */
export function seen(message: StoredMessage): SeenMessage {
  const { id, token, content, embeds, components, files, pings } = message;
  const texts = [content, ...embeds.map(embedText), displayedText(components)];
  return {
    id,
    by: token === null ? "bot" : "answer",
    text: texts.filter((text) => text !== "").join("\n"),
    isThinking: message.isThinking,
    isEphemeral: message.isEphemeral,
    files: files.map(({ name, contentType, bytes }) => ({ name, contentType, bytes })),
    buttons: buttonsOf(components),
    pings,
  };
}

/** The message object of Discord's API, as far as anybody needs it. */
export function messageJson(message: StoredMessage, applicationId: string): Fields {
  const { id, channelId, content, embeds, components, files } = message;
  const flags = (message.isEphemeral ? EPHEMERAL : 0) | (message.isV2 ? COMPONENTS_V2 : 0);
  return {
    id,
    channel_id: channelId,
    type: message.token === null ? 0 : 20,
    content,
    embeds,
    components,
    attachments: files.map(({ id: fileId, name, contentType, bytes }) => ({
      id: fileId,
      filename: name,
      content_type: contentType,
      size: bytes.length,
      url: `https://cdn.discordapp.com/attachments/${channelId}/${fileId}/${name}`,
    })),
    flags,
    author: { id: applicationId, username: "holdline", bot: true },
    mentions: [],
    mention_roles: [],
    mention_everyone: message.pings.includes("everyone"),
    pinned: false,
    tts: false,
    application_id: applicationId,
    ...(message.token === null ? {} : { webhook_id: applicationId }),
  };
}
