import { describe, expect, test } from "vitest";
import { deliveredTo, jobIn, useSlackPlace } from "./slack-place.ts";

const CONFIG = `
slack:
  commands:
    /sleep: { run: lab/sleep, payload: { ms: 2600, text: "{text}" }, response: in_channel }
    /whisper: { run: lab/sleep, payload: { ms: 2600, text: "{text}" } }
    /work: { run: lab/work, payload: { ms: 7000, steps: 14, text: "{text}" }, response: in_channel }
    /fails: { run: lab/flaky, payload: { failures: 99, retry_after_ms: 900 }, response: in_channel }
`;

const FAILING = ["error", "cut_before"] as const;

/** The promises about answers that come later, whoever runs the attempts. */
export function lateSuite(runner: "object" | "consumer"): void {
  describe.concurrent(`an answer that takes longer, run by the ${runner}`, () => {
    const place = useSlackPlace({ config: CONFIG, variables: { QUEUE_RUNNER: runner } });
    const { api } = place;

    async function typed(command: string, text: string) {
      const channel = api.world.openChannel();
      const { end } = await place.user().command(channel, command, text);
      const shown = api.screen(channel).moments.map((moment) => moment.text);
      return { channel, end, ack: shown[0] ?? "" };
    }

    test.each([
      { command: "/sleep", isEphemeral: false },
      { command: "/whisper", isEphemeral: true },
    ])("takes the place of what was said in time: $command", async ({ command, isEphemeral }) => {
      const { channel, end, ack } = await typed(command, "slept well");
      const answer = await place.seen(channel, ({ text }) => text.startsWith("slept well"));

      expect(end).toEqual({ kind: "taken" });
      expect(ack).toMatch(/^Working on it…\nJob `[0-9a-f]{64}`$/);
      expect(place.messages(channel)).toEqual([answer]);
      expect(answer).toMatchObject({ isEphemeral, by: "answer" });
      expect(jobIn(answer)).toBe(jobIn({ text: ack }));
      expect(place.urlsIn(channel).map(({ uses }) => uses)).toEqual([1]);
      expect(await deliveredTo(place, jobIn(answer))).toMatchObject([
        { event: "job.succeeded", state: "delivered", attempts: 1, last_status: 200 },
      ]);
    });

    test("is preceded by one word of how far it is, and leaves the other uses alone", async () => {
      const { channel } = await typed("/work", "worked");
      const answer = await place.seen(channel, ({ text }) => text.startsWith("worked"));

      const shown = api.screen(channel).moments.map(({ text }) => text.split("\n")[0]);
      expect(shown).toEqual([
        "Working on it…",
        expect.stringMatching(/^step \d+ of 14 \(\d+ %\)$/),
        "worked",
      ]);
      expect(place.messages(channel)).toEqual([answer]);
      expect(place.urlsIn(channel).map(({ uses }) => uses)).toEqual([2]);
    });

    test("says in the same place that it came to nothing", async () => {
      const { channel } = await typed("/fails", "");
      const answer = await place.seen(channel, ({ text }) => text.includes("is not tried again"));

      expect(place.messages(channel)).toEqual([answer]);
    });
  });

  describe(`an answer that meets trouble on its way, run by the ${runner}`, () => {
    const place = useSlackPlace({ config: CONFIG, variables: { QUEUE_RUNNER: runner } });
    const { api, faults } = place;

    test("is said again, in the same place, and no oftener than five times in all", async () => {
      const channel = api.world.openChannel();
      faults.push("error", "cut_before", "cut_after", "error");
      await place.user().command(channel, "/sleep", "through trouble");
      const answer = await place.seen(channel, ({ text }) => text.startsWith("through trouble"));
      const [row] = await deliveredTo(place, jobIn(answer));

      expect(row).toMatchObject({ state: "delivered", attempts: 5 });
      expect(place.messages(channel)).toEqual([answer]);
      // Two of the calls were taken: the others were broken before they were read.
      expect(place.urlsIn(channel).map(({ uses }) => uses)).toEqual([2]);
      expect(api.breaches).toEqual([]);
    });

    test("is said by the bot once five calls were in vain", async () => {
      const channel = api.world.openChannel();
      faults.push(...Array.from({ length: 5 }, (_, index) => FAILING[index % 2] ?? "error"));
      await place.user().command(channel, "/sleep", "by the bot");
      const answer = await place.seen(channel, ({ text }) => text.startsWith("by the bot"));
      const [row] = await deliveredTo(place, jobIn(answer));

      expect(answer.by).toBe("bot");
      expect(row).toMatchObject({ state: "delivered", attempts: 6 });
      expect(place.urlsIn(channel).map(({ uses }) => uses)).toEqual([0]);
      expect(api.breaches).toEqual([]);
    });

    test("is said once by the bot where nobody heard that it has", async () => {
      const channel = api.world.openChannel();
      const typed = place.user().command(channel, "/sleep", "said and not heard");
      const [url] = place.urlsIn(channel);
      if (url !== undefined) url.uses = api.world.options.usesMax;
      faults.push("none", "cut_after");
      await typed;
      const answer = await place.seen(channel, ({ text }) => text.startsWith("said and not heard"));
      const [row] = await deliveredTo(place, jobIn(answer));

      expect(row).toMatchObject({ state: "delivered", attempts: 3 });
      expect(place.messages(channel).filter(({ by }) => by === "bot")).toEqual([answer]);
      expect(api.calls.slice(-2).map(({ path }) => path)).toEqual([
        "/api/chat.postMessage",
        "/api/conversations.history",
      ]);
    });

    test("is said again by the bot where it may not look whether it has", async () => {
      const refuse = place.refuses("conversations.history", "missing_scope");
      const channel = api.world.openChannel();
      const typed = place.user().command(channel, "/sleep", "not to be seen");
      const [url] = place.urlsIn(channel);
      if (url !== undefined) url.uses = api.world.options.usesMax;
      faults.push("none", "cut_before");
      await typed;
      const answer = await place.seen(channel, ({ text }) => text.startsWith("not to be seen"));
      const [row] = await deliveredTo(place, jobIn(answer));
      refuse.stop();

      expect(row).toMatchObject({ state: "delivered", attempts: 4 });
      expect(place.messages(channel).filter(({ by }) => by === "bot")).toEqual([answer]);
    });

    test.each([
      { command: "/sleep", isEphemeral: false },
      { command: "/whisper", isEphemeral: true },
    ])("is said by the bot where Slack has closed the way: $command", async (each) => {
      const channel = api.world.openChannel();
      const typed = place.user().command(channel, each.command, "beyond the url");
      const [url] = place.urlsIn(channel);
      if (url !== undefined) url.uses = api.world.options.usesMax;
      await typed;
      const answer = await place.seen(channel, ({ text }) => text.startsWith("beyond the url"));
      const [row] = await deliveredTo(place, jobIn(answer));

      expect(answer).toMatchObject({ by: "bot", isEphemeral: each.isEphemeral });
      expect(row).toMatchObject({ state: "delivered", attempts: 2 });
      const broken = api.breaches.filter((breach) => breach.place === channel);
      expect(broken.map(({ rule }) => rule)).toEqual(["used_too_often"]);
    });
  });
}
