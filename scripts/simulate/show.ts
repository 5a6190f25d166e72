import type { Moment, SeenFile, SeenMessage } from "../simulators/screen.ts";

const SECOND_MS = 1000;
const KIB = 1024;
const TIME_WIDTH = 9;
const WHO_WIDTH = 10;
const MARGIN = " ".repeat(TIME_WIDTH + WHO_WIDTH);

/** A moment as it is printed: when, who, what, and below it whatever hangs on the message. */
export function momentLines(moment: Moment, startedAt: number): readonly string[] {
  const time = `${((moment.at - startedAt) / SECOND_MS).toFixed(2)} s`.padEnd(TIME_WIDTH);
  const { who, text, below } = told(moment);
  const [first = "", ...rest] = text.split("\n");
  return [
    `${time}${who.padEnd(WHO_WIDTH)}${first}`,
    ...[...rest, ...below].map((line) => `${MARGIN}${line}`.trimEnd()),
  ];
}

type Told = { readonly who: string; readonly text: string; readonly below: readonly string[] };

function told({ what, text, message }: Moment): Told {
  switch (what) {
    case "typed":
      return { who: "you", text, below: [] };
    case "form":
      return { who: "–", text: `a form opens: ${text}`, below: [] };
    case "broken":
      return { who: "–", text, below: [] };
    case "removed":
      return { who: "–", text: "a message is gone", below: [] };
    case "shown":
    case "edited":
      return message === null
        ? { who: "–", text, below: [] }
        : saidIn(message, what === "edited" ? ["edited"] : []);
  }
}

function saidIn(message: SeenMessage, marks: readonly string[]): Told {
  if (message.isThinking) return { who: "–", text: "Holdline is thinking…", below: [] };
  const all = [
    ...marks,
    ...(message.isEphemeral ? ["only you see this"] : []),
    ...(message.by === "bot" ? ["the bot, on its own"] : []),
  ];
  const mark = all.length === 0 ? "" : `(${all.join(", ")}) `;
  const labels = message.buttons.map(({ label }) => `[ ${label} ]`).join(" ");
  return {
    who: "Holdline",
    text: `${mark}${message.text}`,
    below: [...message.files.map(fileLine), ...(labels === "" ? [] : [labels])],
  };
}

function fileLine({ name, bytes }: SeenFile): string {
  const size =
    bytes.length < KIB ? `${bytes.length} bytes` : `${Math.round(bytes.length / KIB)} KiB`;
  return `file ${name}, ${size}`;
}
