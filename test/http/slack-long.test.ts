import { describe, expect, test } from "vitest";
import { numberedText } from "../../scripts/channels/texts.ts";
import { fieldsOf, textOf } from "../../scripts/simulators/json.ts";
import { deliveredTo, jobIn, useSlackPlace } from "./slack-place.ts";

const LENGTHS = [9000, 15_000, 50_000] as const;
const textOfLength = (length: number) => numberedText("word", length);
const long = (length: number) => JSON.stringify({ text: textOfLength(length) });

const CONFIG = `
slack:
  commands:
${LENGTHS.map((length) => `    /long${length}: { run: lab/echo, payload: ${long(length)}, response: in_channel }`).join("\n")}
    /whisper: { run: lab/echo, payload: ${long(15_000)} }
    /file: { run: lab/artifact, payload: { name: proof.bin, bytes: 20000 }, response: in_channel }
    /big: { run: lab/artifact, payload: { name: big.bin, bytes: 3000000 }, response: in_channel }
`;

/** What stands in the messages, without the lines below the words. */
function wordsIn(texts: readonly string[]): string {
  return texts
    .map((text) =>
      text.replace(/\n(?:The whole answer follows|It is cut here|Files:|Job `).*$/s, ""),
    )
    .join("")
    .replaceAll(/\s+/g, " ");
}

const sameWords = (text: string) => text.replaceAll(/\s+/g, " ");

describe.each(["object", "consumer"] as const)("with a bot, run by the %s", (runner) => {
  const place = useSlackPlace({ config: CONFIG, variables: { QUEUE_RUNNER: runner } });
  const { api, messages } = place;

  async function typed(command: string) {
    const channel = api.world.openChannel();
    await place.user().command(channel, command, "");
    const first = await place.seen(
      channel,
      ({ text }) => text.includes("Job `") && !text.startsWith("Working"),
    );
    const rows = await deliveredTo(place, jobIn(first));
    expect(rows).toMatchObject([{ state: "delivered" }]);
    return { channel, first };
  }

  test.each(LENGTHS)("a text of %i characters is there in full", async (length) => {
    const { channel } = await typed(`/long${length}`);
    const [first, ...others] = messages(channel);
    const text = textOfLength(length);

    if (length === LENGTHS[0]) {
      expect(others).toEqual([]);
      expect(wordsIn([first?.text ?? ""])).toBe(sameWords(text));
    } else {
      expect(first?.text).toContain("The whole answer follows, and is at `GET ");
      expect(sameWords(text).startsWith(wordsIn([first?.text ?? ""]).trim())).toBe(true);
      const [file] = others.flatMap(({ files }) => files);
      expect([others.length, file?.name]).toEqual([1, "answer.md"]);
      expect(new TextDecoder().decode(file?.bytes)).toBe(text);
    }
    expect(api.breaches).toEqual([]);
  });

  test("what one person alone may see is never a file for everybody", async () => {
    const { channel } = await typed("/whisper");

    expect(messages(channel).every(({ isEphemeral }) => isEphemeral)).toBe(true);
    expect(messages(channel).flatMap(({ files }) => files)).toEqual([]);
    expect(wordsIn(messages(channel).map(({ text }) => text))).toBe(
      sameWords(textOfLength(15_000)),
    );
  });

  test.each([
    { command: "/file", name: "proof.bin", bytes: 20_000 },
    { command: "/big", name: "big.bin", bytes: 3_000_000 },
  ])("what a job made is shown as a file: $bytes bytes", async ({ command, name, bytes }) => {
    const { channel, first } = await typed(command);

    const files = messages(channel).flatMap((message) => message.files);
    expect(files.map((file) => [file.name, file.bytes.length])).toEqual([[name, bytes]]);
    const stored = await fetch(`${place.server.url()}/jobs/${jobIn(first)}/artifacts/${name}`);
    expect(Buffer.from(await stored.arrayBuffer()).equals(Buffer.from(files[0]?.bytes ?? []))).toBe(
      true,
    );
  });

  test.each(["files.getUploadURLExternal", "files.completeUploadExternal"])(
    "where Slack takes no file, messages say all of it: %s",
    async (method) => {
      const refuse = place.refuses(
        method,
        method.startsWith("files.get") ? "missing_scope" : "not_in_channel",
      );
      const { channel } = await typed("/long15000");
      const filed = await typed("/file");
      refuse.stop();

      expect(wordsIn(messages(channel).map(({ text }) => text))).toBe(
        sameWords(textOfLength(15_000)),
      );
      expect(messages(channel).flatMap(({ files }) => files)).toEqual([]);
      expect(messages(filed.channel).map(({ text }) => text)).toEqual([
        expect.stringMatching(/^proof\.bin has 20000 bytes\nFiles: `proof\.bin` \(20\.0 KB\)/),
      ]);
      expect(api.breaches).toEqual([]);
    },
  );

  test("a call that breaks on the way is made again, and everything is shown once", async () => {
    place.faults.push("none", "cut_after", "none", "error", "cut_before");
    const { channel } = await typed("/long15000");

    expect(
      messages(channel)
        .flatMap(({ files }) => files)
        .map(({ name }) => name),
    ).toEqual(["answer.md"]);
  });
});

describe("without a bot", () => {
  const place = useSlackPlace({ config: CONFIG, hasBot: false });
  const { api, messages } = place;

  test.each(LENGTHS)(
    "a text of %i characters is said in messages, of five at most",
    async (length) => {
      const channel = api.world.openChannel();
      await place.user().command(channel, `/long${length}`, "");
      const first = await place.seen(channel, ({ text }) => !text.startsWith("Working"));
      const last = await place.seen(
        channel,
        ({ text }) => text.includes("Job `") && !text.startsWith("Working"),
      );
      await deliveredTo(place, jobIn(last));

      const text = sameWords(textOfLength(length));
      const words = wordsIn(messages(channel).map((message) => message.text));
      expect(messages(channel)[0]?.id).toBe(first.id);
      expect(text.startsWith(words.trim())).toBe(true);
      expect(words.length > 30_000 || words === text).toBe(true);
      expect(last.text.includes("It is cut here: the whole answer is at `GET ")).toBe(
        length > 33_000,
      );
      expect(place.urlsIn(channel)[0]?.uses).toBeLessThanOrEqual(3);
      expect(api.breaches).toEqual([]);
    },
  );

  test("what a job made is named, with its size", async () => {
    const channel = api.world.openChannel();
    await place.user().command(channel, "/file", "");
    const answer = await place.seen(channel, ({ text }) => text.includes("Files: "));

    expect(answer.text).toContain("Files: `proof.bin` (20.0 KB)");
    expect(textOf(fieldsOf(api.world.message(answer.id)?.body)["text"])).toBe(
      "proof.bin has 20000 bytes",
    );
  });
});
