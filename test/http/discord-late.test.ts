import { describe, expect, test } from "vitest";
import { aPlace, BOT, openDiscord, seen, seenText, textsOf, until } from "./discord-place.ts";
import { useServer } from "./support.ts";

/**
 * Fifteen minutes of Discord's, in so many seconds: what has 18 s there for its word has 400 ms here, and
 * has to be said in them also where the machine is busy.
 */
const LIFE_MS = 20_000;
const OUTLASTING_MS = LIFE_MS + 2000;
const TIMEOUT_MS = 60_000;
const MS = "{ name: ms, type: integer, description: How long }";
/** What is said in private says by whom it was run: both say it to the same person. */
const config = (runner: string) => `
discord:
  token_life: ${LIFE_MS / 1000}s
  commands:
    - { name: sleep, description: Sleeps, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}", text: "@everyone awake" } }
    - { name: secret, description: Sleeps, ephemeral: true, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}", text: "awake by ${runner}" } }
    - { name: ask, description: Asks, run: lab/ask, payload: { view: { title: "Go on?", options: [{ id: "yes", label: "Yes" }] } } }
`;

const discord = await openDiscord({ tokenLifeMs: LIFE_MS });

describe.each(["object", "consumer"] as const)(
  "a job that outlives its token, by the %s",
  // Each waits for its own token to end.
  { concurrent: true, timeout: TIMEOUT_MS },
  (runner) => {
    const settings = { ...discord.variables, QUEUE_RUNNER: runner };
    const alone = useServer(settings, null, { config: config(runner) });
    const withBot = useServer({ ...settings, ...BOT }, null, { config: config(runner) });

    test("says in time that a new message will come, and then it does", async () => {
      const place = aPlace(discord, withBot);
      await place.types("sleep", { ms: OUTLASTING_MS });
      const late = await seenText(place.screen, "⏳");
      expect(late.text).toMatch(/The answer will come as a new message in this channel\.\n-# job /);
      const answer = await seen(place.screen, ({ by }) => by === "bot");

      expect(answer.text).toBe("<@1090000000000000003> @everyone awake");
      expect(answer.pings).toEqual(["user"]);
      expect(place.screen.messages.map(({ id }) => id)).toEqual([late.id, answer.id]);
      expect(place.breaches()).toEqual([]);
    });

    test("says what only they may see as a direct message", async () => {
      const place = aPlace(discord, withBot);
      await place.types("secret", { ms: OUTLASTING_MS });
      const late = await seenText(place.screen, "⏳");
      expect([late.text, late.isEphemeral]).toEqual([
        expect.stringContaining("The answer will come as a direct message to you."),
        true,
      ]);
      const answer = `awake by ${runner}`;
      const said = () =>
        discord.calls.find(
          ({ path, json, status }) =>
            path.endsWith("/messages") && json["content"] === answer && status === 200,
        );
      await until(() => said() !== undefined);

      expect(said()?.path).not.toContain(place.channelId);
      expect(textsOf(place.screen)).not.toContain(answer);
      expect(place.breaches()).toEqual([]);
    });

    test("without a bot names the job, whose answer is kept, and calls in vain no more", async () => {
      const place = aPlace(discord, alone);
      await place.types("sleep", { ms: OUTLASTING_MS });
      const { text } = await seenText(place.screen, "⏳");
      const [jobId] = /[0-9a-f]{64}/.exec(text) ?? [];
      const result = await alone.get(`/jobs/${jobId}/result?wait=20`);
      expect(result).toMatchObject({ status: 200, body: { result: { text: "@everyone awake" } } });
      let row: Record<string, unknown> | undefined;
      await until(async () => {
        const { body } = await alone.get(`/jobs/${jobId}/deliveries`);
        [row] = body["deliveries"] as Record<string, unknown>[];
        return row?.["state"] !== "pending";
      });

      expect(row).toMatchObject({ state: "failed", last_status: null, last_error: "expired" });
      expect(place.calls().map(({ status }) => status)).toEqual([200]);
    });

    test("asks as long as nobody answers, and answers by the token of the press", async () => {
      const place = aPlace(discord, alone);
      const { interaction } = await place.types("ask");
      const question = await seen(place.screen, ({ buttons }) => buttons.length > 0);
      await until(() => Date.now() > interaction.createdAt + LIFE_MS);
      await place.presses(question, "Yes");
      await seenText(place.screen, '{"choice":"yes"}');

      expect(place.screen.messages).toMatchObject([{ id: question.id, buttons: [] }]);
      // Whoever is asked has all the time there is: no word that the token would soon be over.
      expect(textsOf(place.screen).some((text) => text.includes("⏳"))).toBe(false);
      expect(place.breaches()).toEqual([]);
    });
  },
);
