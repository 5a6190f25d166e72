import { describe, expect, test } from "vitest";
import { aPlace, jobOf, openDiscord, type Place, seen, seenText, until } from "./discord-place.ts";
import { finished, useServer } from "./support.ts";

const COLOURS = {
  title: "Which colour?",
  options: [
    { id: "blue", label: "Blue" },
    { id: "red", label: "Red" },
  ],
};
const MANY = {
  title: "Which number?",
  options: Array.from({ length: 9 }, (_, at) => ({ id: `n${at}`, label: `Number ${at}` })),
};
const FIELDS = {
  type: "object",
  properties: {
    name: { type: "string", title: "Your name" },
    count: { type: "integer", minimum: 1 },
    isSure: { type: "boolean" },
    size: { enum: ["small", "large"] },
  },
  required: ["name", "count"],
};
const asking = (name: string, payload: object, more: object = {}) => ({
  name,
  description: "Asks",
  run: "lab/ask",
  payload,
  ...more,
});
const CONFIG = JSON.stringify({
  discord: {
    commands: [
      asking("colour", { view: COLOURS }),
      asking("open-colour", { view: COLOURS }, { answers: "anyone" }),
      asking("secret-colour", { view: COLOURS }, { ephemeral: true }),
      asking("number", { view: MANY }),
      asking("form", { view: { title: "Who are you?" }, schema: FIELDS }),
      asking("go-on", { view: { title: "Go on?" }, schema: { type: "object" } }),
    ],
  },
});

const OVER = "This has been answered already, or is not asked any more.";
const ROUNDS = 8;
const HTTP_WINS = { status: 202, choice: "blue", said: [OVER] };
const BUTTON_WINS = { status: 409, choice: "red", said: [] };
const discord = await openDiscord();

describe.each(["object", "consumer"] as const)(
  "a question in Discord, told by the %s",
  (runner) => {
    const variables = { ...discord.variables, QUEUE_RUNNER: runner };
    const server = useServer(variables, null, { config: CONFIG });

    /** A place with a question in it. */
    async function asked(name: string) {
      const place = aPlace(discord, server);
      await place.types(name);
      const question = await seen(place.screen, ({ buttons }) => buttons.length > 0);
      return { place, question, ...jobOf(question) };
    }
    const resume = (jobId: string, body: object) =>
      server.call(`/jobs/${jobId}/resume`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const words = ({ screen }: Place) =>
      screen.messages.filter(({ isEphemeral }) => isEphemeral).map(({ text }) => text);
    const answerOf = async (jobId: string) => (await finished(server, jobId))["result"];

    test("has a button for each choice; the press is the answer, in the question's place", async () => {
      const { place, question, jobId } = await asked("colour");
      expect(question.text).toMatch(/^\*\*Which colour\?\*\*/);
      expect(question.buttons.map(({ label }) => label)).toEqual(["Blue", "Red"]);

      const { end } = await place.presses(question, "Red");

      expect(end).toMatchObject({ kind: "taken", type: 7 });
      expect(await answerOf(jobId)).toMatchObject({ output: { choice: "red" } });
      await seenText(place.screen, '{"choice":"red"}');
      expect(place.screen.messages).toMatchObject([{ id: question.id, buttons: [] }]);
      const { body } = await server.get(`/jobs/${jobId}/events`);
      expect(JSON.stringify(body)).toContain("discord:1090000000000000003");
      expect(place.breaches()).toEqual([]);
    });

    test("with many choices has a list", async () => {
      const place = aPlace(discord, server);
      await place.types("number");
      const [question] = place.screen.messages;
      const [row] = (discord.api.world.message(question?.id ?? "")?.components ?? []) as readonly {
        readonly components: readonly {
          readonly custom_id: string;
          readonly options: readonly object[];
        }[];
      }[];
      const [list] = row?.components ?? [];
      expect(list?.options).toHaveLength(9);

      await place.user.choose(place.channelId, question?.id ?? "", {
        customId: list?.custom_id ?? "",
        values: ["n7"],
      });

      await seenText(place.screen, '{"choice":"n7"}');
      expect(place.screen.messages).toHaveLength(1);
    });

    test("with fields opens a form, says what is wrong in it, and takes it when it is right", async () => {
      const { place, question, jobId } = await asked("form");
      const { end } = await place.presses(question, "Answer");
      const form = end.kind === "taken" ? end.form : null;
      expect(form?.title).toBe("Who are you?");
      expect(form?.fields.map(({ label, isRequired }) => [label, isRequired])).toEqual([
        ["Your name", true],
        ["count", true],
        ["isSure", false],
        ["size", false],
      ]);
      if (form === null) throw new Error("No form");

      const given = { name: "Mina", isSure: "true", size: "large" };
      await place.user.submit(place.channelId, form, { ...given, count: "none" });
      expect(words(place)).toEqual([expect.stringMatching(/^That cannot be done .*\n• count: /)]);
      expect((await server.get(`/jobs/${jobId}`)).body["status"]).toBe("waiting");
      await place.user.submit(place.channelId, form, { ...given, count: "3" });

      expect(await answerOf(jobId)).toMatchObject({
        output: { name: "Mina", count: 3, isSure: true, size: "large" },
      });
      await seenText(place.screen, /"count":3/);
      expect(place.screen.message(question.id)?.buttons).toEqual([]);
    });

    test("with nothing to fill in goes on, or is declined", async () => {
      const one = await asked("go-on");
      expect(one.question.buttons.map(({ label }) => label)).toEqual(["Continue", "Decline"]);
      await one.place.presses(one.question, "Continue");
      const other = await asked("go-on");
      await other.place.presses(other.question, "Decline");

      expect(await finished(server, one.jobId)).toMatchObject({ status: "succeeded" });
      expect(await finished(server, other.jobId)).toMatchObject({
        status: "failed",
        error: { code: "declined" },
      });
      await seenText(other.place.screen, "Whoever was asked declined");
    });

    test("is for who started it: anybody else is told so, and it stays", async () => {
      const { place, question, jobId } = await asked("colour");
      await place.others(question, "Blue");

      expect(words(place)).toEqual(["Only whoever started this can answer it."]);
      expect(place.screen.message(question.id)).toMatchObject({ buttons: question.buttons });
      await place.presses(question, "Red");
      expect(await answerOf(jobId)).toMatchObject({ output: { choice: "red" } });
    });

    test("is for anyone where its command says so", async () => {
      const { place, question, jobId } = await asked("open-colour");
      await place.others(question, "Blue");

      expect(await answerOf(jobId)).toMatchObject({ output: { choice: "blue" } });
      await seenText(place.screen, '{"choice":"blue"}');
    });

    test("stays between them where nobody else may see it", async () => {
      const { place, question } = await asked("secret-colour");
      await place.presses(question, "Blue");
      await seenText(place.screen, '{"choice":"blue"}');

      expect(place.screen.messages.map(({ isEphemeral }) => isEphemeral)).toEqual([true]);
    });

    test("answered over HTTP loses its buttons, and shows the result", async () => {
      const { place, question, jobId, waitId } = await asked("colour");
      const answer = { wait_id: waitId, action: "accept", values: { choice: "blue" } };
      expect((await resume(jobId, answer)).status).toBe(202);
      await seenText(place.screen, '{"choice":"blue"}');

      expect(place.screen.messages).toMatchObject([{ id: question.id, buttons: [] }]);
      // Somebody has the old buttons on their screen still.
      await place.presses(question, "Red").catch(() => null);
      await until(() => words(place).length > 0);
      expect(words(place)).toEqual([OVER]);
      expect(await answerOf(jobId)).toMatchObject({ output: { choice: "blue" } });
    });

    test("pressed twice at once is answered once, and twice in a row says that it is over", async () => {
      const { place, question, jobId } = await asked("colour");
      await Promise.all([place.presses(question, "Red"), place.presses(question, "Red")]);
      await place.presses(question, "Blue");

      expect(await answerOf(jobId)).toMatchObject({ output: { choice: "red" } });
      // The second press of the first two may be taken for the first one, come twice.
      expect(new Set(words(place))).toEqual(new Set([OVER]));
      expect(place.screen.message(question.id)?.text).toBe('{"choice":"red"}');
      const { body } = await server.get(`/jobs/${jobId}/events`);
      expect(JSON.stringify(body).match(/"job\.resumed"/g)).toHaveLength(1);
    });

    test("of a job that was cancelled is over", async () => {
      const { place, question, jobId } = await asked("colour");
      await server.call(`/jobs/${jobId}/cancel`, { method: "POST" });
      await seenText(place.screen, "Cancelled");
      await place.presses(question, "Red");

      expect(words(place)).toEqual([OVER]);
      expect(place.screen.message(question.id)?.buttons).toEqual([]);
    });

    test.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
      "answered in both ways at once has one winner, whose answer it is: round %i",
      async (round) => {
        const { place, question, jobId, waitId } = await asked("colour");
        const answer = { wait_id: waitId, action: "accept", values: { choice: "blue" } };
        const press = () => place.presses(question, "Red");
        const early = round % 2 === 0 ? press() : null;
        const [resumed, pressed] = await Promise.all([resume(jobId, answer), early ?? press()]);
        const isHttp = resumed.status === 202;
        const { status, choice, said } = isHttp ? HTTP_WINS : BUTTON_WINS;

        expect([resumed.status, pressed.end.kind, words(place)]).toEqual([status, "taken", said]);
        expect(await answerOf(jobId)).toMatchObject({ output: { choice } });
        await seenText(place.screen, `{"choice":"${choice}"}`);
        expect(place.screen.message(question.id)?.buttons).toEqual([]);
      },
    );
  },
);
