import type { ArtifactView } from "../../core/artifact/artifact.ts";
import { utf8Length } from "../../lang/text.ts";
import { answererIn, answerText } from "../answer-text.ts";
import type { ChannelFile } from "../channel-call.ts";
import type { AnsweredQuestion } from "../telling.ts";
import type { SlackMessage } from "./block.ts";
import { answerFile, endMessage, filesOf, type Pages, pagesOf } from "./end-message.ts";
import { answeredMessage, questionMessage } from "./question-message.ts";
import { lateMessage, progressMessage } from "./status-message.ts";
import type { SlackSaying } from "./way.ts";
import { canSpeakByBot, canUpload, usesLeft } from "./way.ts";

/** One call of a telling: a message, or one of the three calls that a file takes. */
export type Part =
  | { readonly kind: "message"; readonly message: SlackMessage }
  | {
      readonly kind: "file";
      readonly step: (typeof FILE_STEPS)[number];
      readonly file: ChannelFile;
      readonly bytes: number;
    };

/** The calls that a file takes. */
const FILE_STEPS = ["ask", "send", "share"] as const;

/** With one answer; the others are named in it. */
const FILES_MAX = 10;

/** 50 MiB: what can be read and sent in the time of one call. */
const FILE_BYTES_MAX = 52_428_800;

/**
 * All that is to be said about it, in its order. It is the same at each part: a telling that was begun in
 * one way can be ended in another one. Only where the response_url has fewer uses left than there are
 * messages, and nobody else can speak, there are fewer of them, and the last one says that it is cut.
 */
export function partsOf(saying: SlackSaying): readonly Part[] {
  const { about, snapshot, question, answered } = saying.telling;
  switch (about) {
    case "end":
      return endParts(saying);
    case "question":
      return question === null ? [] : said(questionMessage(snapshot, question, saying.seat));
    case "answered":
      return answered === null ? [] : said(answeredTelling(answered));
    case "progress": {
      const progress = progressMessage(snapshot);
      return progress === null ? [] : said(progress);
    }
    case "late":
      return said(lateMessage(snapshot));
  }
}

function answeredTelling(answered: AnsweredQuestion): SlackMessage {
  const who = answererIn("slack", answered);
  return answeredMessage({ form: answered.form, answer: answerText(answered), who });
}

function said(message: SlackMessage): readonly Part[] {
  return [{ kind: "message", message }];
}

function endParts(saying: SlackSaying): readonly Part[] {
  const pages = pagesOf(saying.telling.snapshot);
  if (!canUpload(saying)) return messageParts(saying, pages, "cut");
  const isFiled = pages.pages.length > 1 || !pages.isWhole;
  const first = { ...pages, pages: pages.pages.slice(0, 1), isWhole: !isFiled };
  const filed = [...messageParts(saying, first, "file"), ...fileParts(saying, isFiled)];
  const { filesRefusedAt } = saying.memory;
  if (filesRefusedAt === null) return filed;
  // What a file would have said is said in messages, unless it was shown before another one was refused.
  const isRestShown = !isFiled || filesRefusedAt > FILE_STEPS.length;
  const rest = isRestShown ? [] : messageParts(saying, pages, "cut").slice(1);
  return [...filed.slice(0, filesRefusedAt), ...rest];
}

function messageParts(
  saying: SlackSaying,
  { pages, isWhole }: Pages,
  rest: "file" | "cut",
): readonly Part[] {
  const { snapshot } = saying.telling;
  const shown = pages.slice(0, messagesMax(saying));
  const isCut = shown.length < pages.length || !isWhole;
  return shown.map((page, index): Part => {
    const isLast = index === shown.length - 1;
    const below = { rest: isLast && isCut ? rest : "none", isLast } as const;
    return { kind: "message", message: endMessage(snapshot, page, below) };
  });
}

/** How many messages there can be in all, those that have been said among them. */
function messagesMax(saying: SlackSaying): number {
  return canSpeakByBot(saying) ? Number.POSITIVE_INFINITY : saying.telling.part + usesLeft(saying);
}

function fileParts({ telling: { snapshot } }: SlackSaying, isFiled: boolean): readonly Part[] {
  const answer = isFiled ? answerFile(snapshot) : null;
  const own =
    answer === null ? [] : [{ file: fileOf(answer, answer.text), bytes: utf8Length(answer.text) }];
  const artifacts = filesOf(snapshot)
    .filter(({ bytes }) => bytes > 0 && bytes <= FILE_BYTES_MAX)
    .map((artifact) => ({ file: artifactFile(artifact), bytes: artifact.bytes }));
  return [...own, ...artifacts]
    .slice(0, FILES_MAX)
    .flatMap(({ file, bytes }) =>
      FILE_STEPS.map((step): Part => ({ kind: "file", step, file, bytes })),
    );
}

function fileOf(
  { name, contentType }: { readonly name: string; readonly contentType: string },
  text: string,
): ChannelFile {
  return { name, contentType, from: { kind: "text", text } };
}

function artifactFile({ name, content_type: contentType }: ArtifactView): ChannelFile {
  return { name, contentType, from: { kind: "artifact", name } };
}
