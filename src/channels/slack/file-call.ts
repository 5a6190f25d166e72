import type { ChannelCall, Said } from "../channel-call.ts";
import type { Part } from "./parts.ts";
import type { SlackSaying } from "./way.ts";

export type FilePart = Extract<Part, { readonly kind: "file" }>;

/** The last path of the call that says where a file is to be sent. */
export const ASK_METHOD = "files.getUploadURLExternal";
export const SHARE_METHOD = "files.completeUploadExternal";

/**
 * A file's way into a channel: Slack is asked where it may be sent, it is sent there, and the channel is
 * shown it. Where the place that Slack has named is of no use any more, it is asked again.
 *
 * @see https://docs.slack.dev/messaging/working-with-files
 */
export function fileSaid(saying: SlackSaying, part: FilePart): Said {
  const { upload } = saying.memory;
  if (part.step === "ask" || (part.step === "send" && upload === null)) {
    return { kind: "call", call: askCall(saying, part) };
  }
  // Nobody forgets an upload between its bytes and its showing.
  if (upload === null) return { kind: "nothing" };
  const call =
    part.step === "send" ? sendCall(upload.url, part) : shareCall(saying, upload.id, part);
  return { kind: "call", call };
}

/** Nobody sees anything of it. */
function askCall({ api }: SlackSaying, { file, bytes }: FilePart): ChannelCall {
  return {
    method: "POST",
    url: `${api.base}/${ASK_METHOD}`,
    auth: "bot",
    body: { kind: "form", fields: { filename: file.name, length: String(bytes) } },
    isRepeatable: true,
    begins: {},
  };
}

/** The place has a token of its own, and holds one file however often it comes. */
function sendCall(url: string, { file }: FilePart): ChannelCall {
  const body = { kind: "bytes", file } as const;
  return { method: "POST", url, auth: "none", body, isRepeatable: true, begins: {} };
}

function shareCall(
  { api, seat, memory }: SlackSaying,
  id: string,
  { file }: FilePart,
): ChannelCall {
  const json = {
    files: [{ id, title: file.name }],
    // Where the seat is a person, only the message has said which channel that is.
    channel_id: memory.botMessage?.channel ?? seat.channelId,
    ...(seat.threadTs === null ? {} : { thread_ts: seat.threadTs }),
  };
  return {
    method: "POST",
    url: `${api.base}/${SHARE_METHOD}`,
    auth: "bot",
    body: { kind: "json", json },
    isRepeatable: false,
    begins: {},
  };
}
