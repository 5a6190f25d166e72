import { describe, expect, test } from "vitest";
import { type Fields, fieldsOf, listOf, textOf } from "../../scripts/simulators/json.ts";
import type { SeenMessage } from "../../scripts/simulators/screen.ts";
import { type Doing, USER, until, useSlackPlace } from "./slack-place.ts";

const CHOICES = `view: { title: "Which colour?", text: "Of <the> *walls*", options: [{ id: blue, label: Blue }, { id: red, label: Red }] }`;
const MANY = Array.from(
  { length: 12 },
  (_, index) => `{ id: n${index}, label: "Number ${index}" }`,
);
const FORM = `schema:
          type: object
          required: [name, size]
          properties:
            name: { type: string, minLength: 2, title: Name }
            size: { enum: [1, 2, 3], title: Size }
            age: { type: integer, title: Age }
            sure: { type: boolean, title: Sure }`;

const CONFIG = `
slack:
  commands:
    /ask: { run: lab/ask, payload: { ${CHOICES} }, response: in_channel }
    /any: { run: lab/ask, payload: { ${CHOICES} }, response: in_channel, answers: anyone }
    /alone: { run: lab/ask, payload: { ${CHOICES} } }
    /many: { run: lab/ask, payload: { view: { title: Many, options: [${MANY.join(", ")}] } } }
    /goon: { run: lab/ask, payload: { view: { title: "Shall it go on?" }, schema: { type: object } } }
    /form:
      run: lab/ask
      response: in_channel
      payload:
        view: { title: "Fill it in" }
        ${FORM}
`;

const SOMEBODY_ELSE = "U0000000002";
const ROUNDS = 6;

describe.each(["object", "consumer"] as const)("a question in Slack, run by the %s", (runner) => {
  const place = useSlackPlace({ config: CONFIG, variables: { QUEUE_RUNNER: runner } });
  const { api, server, messages } = place;

  /** Types the command, and is asked. */
  async function asked(command: string) {
    const channel = api.world.openChannel();
    await place.user().command(channel, command, "");
    const question = await place.seen(channel, ({ text }) => !text.startsWith("Working"));
    const control = place
      .blocks(question)
      .filter(({ type }) => type === "actions")
      .flatMap(({ elements }) => listOf(elements).map(fieldsOf));
    const jobId = (
      JSON.parse(textOf(control[0]?.["value"]) || textOf(control[0]?.["action_id"])) as {
        readonly j: string;
      }
    ).j;
    return { channel, question, control, jobId };
  }

  const labelOf = ({ text }: Fields) => textOf(fieldsOf(text)["text"]);
  const pressOf = (control: readonly Fields[], label: string): Doing => {
    const button = control.find((each) => labelOf(each) === label);
    return {
      action: { type: "button", action_id: button?.["action_id"], value: button?.["value"] },
    };
  };
  const statusOf = async (jobId: string) => (await server.get(`/jobs/${jobId}`)).body["status"];
  const resume = (jobId: string, choice: string) =>
    server.call(`/jobs/${jobId}/resume`, {
      method: "POST",
      body: JSON.stringify({ wait_id: "w1", action: "accept", values: { choice } }),
    });
  /** What one person alone was told. */
  const told = (channel: string, asking: SeenMessage) =>
    messages(channel).filter(({ id, isEphemeral }) => id !== asking.id && isEphemeral);
  const shown = (channel: string) => api.screen(channel).moments.map(({ text }) => text);

  test("is asked at once, and a press brings what comes of it into its place", async () => {
    const { channel, question, control } = await asked("/ask");
    expect(question).toMatchObject({ isEphemeral: false });
    expect(question.text).toMatch(/^\*Which colour\?\*\nOf <the> \*walls\*\n/);
    expect(question.text).toContain(`Only <@${USER}> can answer.`);
    expect(question.buttons.map(({ label }) => label)).toEqual(["Blue", "Red"]);

    const pressed = await place.does(question, pressOf(control, "Red"));

    expect([pressed.status, pressed.text]).toEqual([200, ""]);
    const answer = await place.seen(channel, ({ text }) => text.startsWith('{"choice":"red"}'));
    expect(messages(channel)).toEqual([answer]);
    expect(answer).toMatchObject({ id: question.id, buttons: [] });
    expect(api.breaches).toEqual([]);
  });

  test("that only one person sees is answered where they see it", async () => {
    const { channel, question, control } = await asked("/alone");
    expect(question.isEphemeral).toBe(true);

    await place.does(question, pressOf(control, "Blue"));

    const answer = await place.seen(channel, ({ text }) => text.startsWith('{"choice":"blue"}'));
    expect(answer).toMatchObject({ isEphemeral: true, buttons: [] });
  });

  test("with many choices is a list to choose from", async () => {
    const { channel, question, control } = await asked("/many");
    const [list] = control;
    const options = listOf(list?.["options"]).map(fieldsOf);
    expect([list?.["type"], options.length]).toEqual(["static_select", 12]);

    await place.does(question, {
      action: {
        type: "static_select",
        action_id: list?.["action_id"],
        selected_option: options[7],
      },
    });

    await place.seen(channel, ({ text }) => text.startsWith('{"choice":"n7"}'));
  });

  test("with nothing to choose goes on, or not", async () => {
    const [goesOn, stops] = [await asked("/goon"), await asked("/goon")];

    await place.does(goesOn.question, pressOf(goesOn.control, "Continue"));
    await place.does(stops.question, pressOf(stops.control, "Decline"));

    await place.seen(goesOn.channel, ({ text }) => text.startsWith("{}"));
    const refused = await place.seen(stops.channel, ({ text }) => text.startsWith("*It failed.*"));
    expect(refused.text).toContain("Whoever was asked declined");
  });

  describe("with fields", () => {
    const fields = ({ name = "", size = "2", age = "", isSure = false }) => ({
      "field.name": { text: { type: "plain_text_input", value: name } },
      "field.size": { choice: { type: "static_select", selected_option: { value: size } } },
      "field.age": { number: { type: "number_input", value: age || null } },
      "field.sure": {
        checked: { type: "checkboxes", selected_options: isSure ? [{ value: "true" }] : [] },
      },
    });

    test("takes what stands in them, each as what it is asked for", async () => {
      const { channel, question, control, jobId } = await asked("/form");
      const inputs = place.blocks(question).filter(({ type }) => type === "input");
      expect(inputs.map(({ block_id }) => block_id)).toEqual(Object.keys(fields({})));

      const values = fields({ name: "Ann <3", age: "7", isSure: true });
      await place.does(question, { ...pressOf(control, "Submit"), values });

      await place.seen(channel, ({ text }) => text.startsWith('{"name"'));
      expect((await server.get(`/jobs/${jobId}`)).body).toMatchObject({
        result: { output: { name: "Ann <3", size: 2, age: 7, sure: true } },
      });
    });

    test("stays where something does not fit, and names the field to whoever filled it in", async () => {
      const { channel, question, control, jobId } = await asked("/form");
      const values = fields({ name: "A", age: "7.5" });
      await place.does(question, { ...pressOf(control, "Submit"), values });

      const word = await until(() => told(channel, question)[0]);

      expect(word.text).toMatch(/^That cannot be done as you wrote it:/);
      expect(word.text).toMatch(/• name: /);
      expect(word.text).toMatch(/• age: /);
      expect(await statusOf(jobId)).toBe("waiting");
      expect(messages(channel)[0]?.buttons).toHaveLength(2);
      const right = fields({ name: "Ann" });
      await place.does(question, { ...pressOf(control, "Submit"), values: right });
      await place.seen(channel, ({ text }) => text.startsWith('{"name":"Ann"'));
    });
  });

  test("is not answered by somebody else, who alone is told so", async () => {
    const { channel, question, control, jobId } = await asked("/ask");
    await place.does(question, { ...pressOf(control, "Red"), userId: SOMEBODY_ELSE });

    const word = await until(() => told(channel, question)[0]);

    expect(word.text).toBe("Only whoever started this can answer it.");
    expect(await statusOf(jobId)).toBe("waiting");
    expect(messages(channel)[0]?.buttons).toHaveLength(2);
  });

  test("that anyone may answer is answered by somebody else", async () => {
    const { channel, question, control } = await asked("/any");
    expect(question.text).not.toContain("can answer");

    await place.does(question, { ...pressOf(control, "Red"), userId: SOMEBODY_ELSE });

    await place.seen(channel, ({ text }) => text.startsWith('{"choice":"red"}'));
    expect(shown(channel)).toContainEqual(expect.stringContaining(`✅ Red — <@${SOMEBODY_ELSE}>`));
  });

  test("that was answered over HTTP cannot be answered any more, and shows what came of it", async () => {
    const { channel, question, control, jobId } = await asked("/ask");

    await resume(jobId, "blue");
    const answer = await place.seen(channel, ({ text }) => text.startsWith('{"choice":"blue"}'));
    expect(answer).toMatchObject({ id: question.id, buttons: [] });

    await place.does(question, pressOf(control, "Red"));
    const word = await until(() => told(channel, question)[0]);
    expect(word.text).toBe("This has been answered already, or is not asked any more.");
    expect(messages(channel)[0]).toEqual(answer);
  });

  test(`is answered once by a press and over HTTP at once, ${ROUNDS} times`, async () => {
    const rounds = await Promise.all(
      Array.from({ length: ROUNDS }, async () => {
        const { channel, question, control, jobId } = await asked("/ask");
        const [, resumed] = await Promise.all([
          place.does(question, pressOf(control, "Red")),
          resume(jobId, "blue"),
        ]);
        const answer = await place.seen(channel, ({ text }) => text.startsWith('{"choice"'));
        const isPressed = answer.text.startsWith('{"choice":"red"}');
        if (!isPressed) await until(() => told(channel, question)[0]);
        return {
          isOne: isPressed === (resumed.status === 409),
          words: told(channel, question).length === (isPressed ? 0 : 1),
          buttons: answer.buttons,
        };
      }),
    );

    expect(rounds).toEqual(Array(ROUNDS).fill({ isOne: true, words: true, buttons: [] }));
  });

  test("presses of what is nobody's question do nothing", async () => {
    const { channel, question } = await asked("/ask");
    const actions = [
      { type: "button", action_id: "theirs", value: "not ours" },
      { type: "button", action_id: "a", value: '{"j":"no-job","w":"w1","v":"accept"}' },
      { type: "button", action_id: "link", url: "https://example.com" },
    ];

    const answers = await Promise.all(actions.map((action) => place.does(question, { action })));

    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(3).fill([200, ""]));
    const word = await until(() => told(channel, question)[0]);
    expect(word.text).toBe("This is so long ago that nobody remembers the question.");
    expect(told(channel, question)).toHaveLength(1);
  });
});
