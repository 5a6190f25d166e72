import { describe, expect, test } from "vitest";
import { interactionBody } from "../../scripts/simulators/discord/interaction-body.ts";
import { OWNER, openDiscord, postSigned } from "./discord-place.ts";
import { useServer, useTally } from "./support.ts";

const suggesting = (name: string, run: string, payload?: object) => ({
  name,
  description: "Suggests",
  options: [
    {
      name: "word",
      type: "string",
      description: "What to say",
      autocomplete: { run, ...(payload === undefined ? {} : { payload }) },
    },
    { name: "other", type: "string", description: "What else" },
  ],
  run: "lab/echo",
});

const MANY = Array.from({ length: 40 }, (_, at) => `${"long ".repeat(30)}${at}`);
const CONFIG = JSON.stringify({
  discord: {
    commands: [
      suggesting("plain", "lab/now", { choices: ["{text}", "{text}s", 7] }),
      suggesting("named", "lab/now", {
        choices: [{ name: "{option} by {user.name}", value: "{options.other}" }],
      }),
      suggesting("deep down here", "lab/now", { choices: ["{command}"] }),
      suggesting("many", "lab/now", {
        choices: [...MANY.map((name, value) => ({ name, value })), "x".repeat(101), "", {}, null],
      }),
      suggesting("nothing", "lab/now", { choices: "none" }),
      suggesting("raw", "lab/now"),
      suggesting("suggested", "tally/suggest", {}),
      suggesting("failing", "tally/suggest", { fails: true }),
      suggesting("slow", "tally/suggest", { ms: 60_000 }),
      suggesting("not-immediate", "lab/echo", { choices: ["late"] }),
      suggesting("missing", "nowhere/none"),
    ],
  },
});

const discord = await openDiscord();
const plugins = useTally();
const server = useServer(discord.variables, null, { config: CONFIG, plugins });

/** Somebody has typed so far in the option. */
async function typing(name: string, word: string, option = "word") {
  const [command = "", ...inner] = name.split(" ");
  const given: readonly object[] = [
    { name: option, type: 3, value: word, focused: true },
    { name: option === "word" ? "other" : "word", type: 3, value: "elsewhere" },
  ];
  const options = inner.reduceRight<readonly object[]>(
    (inside, one, depth) => [
      { name: one, type: depth === inner.length - 1 ? 1 : 2, options: inside },
    ],
    given,
  );
  const about = { type: 4, userId: OWNER, isUserInstalled: false, sourceId: null };
  const channelId = discord.api.world.openChannel();
  const interaction = discord.api.world.begin({ ...about, channelId });
  const data = { id: "1090000000000000020", name: command, type: 1, options };
  const body = JSON.stringify(interactionBody(interaction, { fileBytesMax: 1, data }));
  const startedAt = Date.now();
  const answer = await postSigned(discord, server, body);
  expect([answer.status, answer.body["type"]]).toEqual([200, 8]);
  const { choices } = answer.body["data"] as { readonly choices: readonly object[] };
  return { choices, ms: Date.now() - startedAt };
}

describe("whoever types", () => {
  test("is shown what an immediate command suggests: texts and numbers", async () => {
    expect((await typing("plain", "cat")).choices).toEqual([
      { name: "cat", value: "cat" },
      { name: "cats", value: "cats" },
      { name: "7", value: 7 },
    ]);
  });

  test("is shown names for values, which may come from the other options", async () => {
    expect((await typing("named", "cat")).choices).toEqual([
      { name: "word by Mina", value: "elsewhere" },
    ]);
  });

  test("is shown them below groups and sub-commands", async () => {
    expect((await typing("deep down here", "")).choices).toEqual([
      { name: "deep down here", value: "deep down here" },
    ]);
  });

  test("is shown as many as Discord takes, with names as long as it takes", async () => {
    const { choices } = await typing("many", "");

    expect(choices).toHaveLength(25);
    for (const { name } of choices as readonly { readonly name: string }[]) {
      expect(name).toHaveLength(100);
    }
  });

  test.each(["nothing", "raw", "failing", "slow", "not-immediate", "missing", "unknown"])(
    "is shown nothing, and soon, where there is nothing to show: %s",
    async (name) => {
      const { choices, ms } = await typing(name, "cat");

      expect(choices).toEqual([]);
      expect((await typing("suggested", "")).choices).toEqual([{ name: "word", value: "word" }]);
      expect(ms).toBeLessThan(2800);
    },
  );

  test("is shown nothing for an option that suggests nothing", async () => {
    expect((await typing("plain", "cat", "other")).choices).toEqual([]);
  });

  test("has started nothing", () => {
    expect(discord.calls).toEqual([]);
  });
});
