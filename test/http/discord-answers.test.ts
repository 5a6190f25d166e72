import { describe, expect, test } from "vitest";
import {
  acknowledge,
  aPlace,
  openDiscord,
  postSigned,
  seen,
  seenText,
  shownJob,
  textsOf,
  unsentCommand,
  until,
} from "./discord-place.ts";
import { useServer, useTally } from "./support.ts";

const TEXT = "{ name: text, type: string, description: What to say }";
const MS = "{ name: ms, type: integer, description: How long }";
const CONFIG = `
plugins:
  lab: { retry: { max_attempts: 2, base_ms: 20 }, breaker: { threshold: 3, scope: all } }
discord:
  commands:
    - { name: echo, description: Echoes, options: [${TEXT}], run: lab/echo, payload: { text: "{options.text}" } }
    - { name: sleep, description: Sleeps, options: [${MS}, ${TEXT}], run: lab/sleep, payload: { ms: "{options.ms}", text: "{options.text}" } }
    - { name: secret, description: Sleeps, ephemeral: true, options: [${MS}], run: lab/sleep, payload: { ms: "{options.ms}" } }
    - { name: whisper, description: Echoes, ephemeral: true, options: [${TEXT}], run: lab/echo, payload: { text: "{options.text}" } }
    - { name: ping-users, description: Echoes, mentions: users, options: [${TEXT}], run: lab/echo, payload: { text: "{options.text}" } }
    - { name: refused, description: Fails, run: lab/flaky, payload: { failures: 9, retry: false } }
    - { name: hopeless, description: Fails, run: lab/flaky, payload: { failures: 9, retry_after_ms: 3000 } }
    - { name: flaky, description: Fails once, run: lab/flaky, payload: { failures: 1, retry_after_ms: 2500 } }
    - { name: wrong, description: Has no ms, run: lab/sleep, payload: { ms: soon } }
    - { name: missing, description: Is not there, run: nowhere/none }
    - { name: gone, description: Is not there, run: lab/none }
    - { name: broken, description: Throws, run: lab/throw, payload: { message: no more } }
    - { name: show, description: Shows its job, options: [${MS}], run: tally/show, payload: { ms: "{options.ms}" } }
    - { name: Say it again, type: message, run: lab/echo, payload: { text: "{target.user.name}: {target.text}" } }
    - { name: work, description: Works, options: [${MS}, ${TEXT}], run: lab/work, payload: { ms: "{options.ms}", steps: 40, text: "{options.text}" } }
`;

const MINUTE_MS = 60_000;
const discord = await openDiscord();
const plugins = useTally();

/** The same promises wherever the deliveries are made (design, section 4). */
describe.each(["object", "consumer"] as const)("answers in Discord, given by the %s", (runner) => {
  const variables = { ...discord.variables, QUEUE_RUNNER: runner };
  const server = useServer(variables, null, { config: CONFIG, plugins });

  test("a job that is fast is answered at once, without a call", async () => {
    const place = aPlace(discord, server);
    const { end } = await place.types("echo", { text: "hello" });

    expect(end).toMatchObject({ kind: "taken", type: 4 });
    expect(place.screen.messages.map(({ text, isEphemeral }) => [text, isEphemeral])).toEqual([
      ["hello", false],
    ]);
    expect(place.calls()).toEqual([]);
  });

  test("a command in the menu of a message gets the message", async () => {
    const place = aPlace(discord, server);
    const { interaction, body } = unsentCommand(discord, place.channelId, { name: "Say it again" });
    const author = { id: "1090000000000000005", username: "noor", global_name: "Noor" };
    const resolved = { messages: { 77: { id: "77", content: "hello", author } } };
    const data = { id: "1", name: "Say it again", type: 3, target_id: "77", resolved };
    const used = JSON.stringify({ ...JSON.parse(body), data });
    await acknowledge(discord, interaction, await postSigned(discord, server, used));

    expect(place.screen.messages.map(({ text }) => text)).toEqual(["Noor: hello"]);
  });

  test("a job that is slow is answered in time that an answer comes, and then it does", async () => {
    const place = aPlace(discord, server);
    const { end, ms } = await place.types("sleep", { ms: 4000, text: "awake" });

    expect(end).toMatchObject({ kind: "taken", type: 5 });
    expect(ms).toBeLessThan(3000);
    expect(place.screen.messages.map(({ isThinking }) => isThinking)).toEqual([true]);
    const { text } = await seenText(place.screen, /./);
    expect([text, place.screen.messages.length]).toEqual(["awake", 1]);
    expect(place.calls().map(({ method, path }) => [method, path.split("/").at(-1)])).toEqual([
      ["PATCH", "@original"],
    ]);
    expect(place.breaches()).toEqual([]);
  });

  test("what only who typed it may see stays theirs, fast or slow", async () => {
    const place = aPlace(discord, server);
    await place.types("secret", { ms: 3000 });
    await place.types("whisper", { text: "psst" });
    await seenText(place.screen, "slept 3000 ms");

    expect(place.screen.messages.map(({ isEphemeral }) => isEphemeral)).toEqual([true, true]);
  });

  test("every message says whom it may ping: nobody, unless its command says users", async () => {
    const place = aPlace(discord, server);
    const text = "@everyone <@1090000000000000003> <@&1>";
    const quiet = unsentCommand(discord, place.channelId, { name: "echo", options: { text } });
    const loud = unsentCommand(discord, place.channelId, { name: "ping-users", options: { text } });

    expect((await postSigned(discord, server, quiet.body)).body["data"]).toMatchObject({
      content: text,
      allowed_mentions: { parse: [] },
    });
    expect((await postSigned(discord, server, loud.body)).body["data"]).toMatchObject({
      allowed_mentions: { parse: ["users"] },
    });
    await place.types("sleep", { ms: 2500, text });
    await seenText(place.screen, "@everyone");
    expect(place.calls().map(({ json }) => json["allowed_mentions"])).toEqual([{ parse: [] }]);
    expect(place.screen.messages.flatMap(({ pings }) => pings)).toEqual([]);
  });

  test("what it does not know, or is not set up for, is said to who typed it alone", async () => {
    const place = aPlace(discord, server);
    await place.types("nothing");
    await place.types("missing");
    await place.types("gone");
    await place.types("wrong");

    const notSetUp =
      "This command is not set up here: whoever runs this has to look at `run` in holdline.yaml.";
    expect(place.screen.messages.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^There is no command nothing any more\. .*npm run discord:register/),
      notSetUp,
      notSetUp,
      expect.stringMatching(/^That cannot be done as you wrote it:\n• ms: .*number/),
    ]);
    expect(place.screen.messages.every(({ isEphemeral }) => isEphemeral)).toBe(true);
  });

  test("what fails says why, and by which name it can be asked for", async () => {
    const place = aPlace(discord, server);
    await place.types("refused");
    await place.types("hopeless");
    const late = await seenText(place.screen, "after 2 attempts");

    const job = /\n-# job [0-9a-f]{64}$/;
    const [refused] = place.screen.messages;
    expect(refused?.text).toMatch(/^❌ \*\*That did not work\*\*\.\nAttempt 1 fails, as asked/);
    expect(refused?.text).toMatch(job);
    expect(late.text).toMatch(/You can try again later\./);
    expect(late.text).toMatch(job);
  });

  test("a retry is none of their business: the answer comes when it is there", async () => {
    const place = aPlace(discord, server);
    await place.types("flaky");
    await seenText(place.screen, "attempt 2");

    expect(textsOf(place.screen).at(-1)).toBe("attempt 2");
  });

  test("a command that rests after failing again and again says so", async () => {
    const place = aPlace(discord, server);
    const isOpen = () =>
      place.screen.messages.some(({ text }) => text.startsWith("This has failed again and again"));
    await until(async () => {
      await place.types("broken");
      return isOpen();
    });

    expect(place.screen.messages.at(-1)).toMatchObject({ isEphemeral: true });
    expect(place.screen.messages.length).toBeGreaterThanOrEqual(4);
    await server.call("/plugins/lab/throw/breaker/reset", { method: "POST" });
  });

  test("how far it is, is shown every two seconds at most, and then the answer", async () => {
    const place = aPlace(discord, server);
    await place.types("work", { ms: 7000, text: "worked" });
    await seenText(place.screen, "worked");

    const calls = place.calls();
    const progress = calls.slice(0, -1);
    expect(progress.length).toBeGreaterThanOrEqual(1);
    for (const { json } of progress) expect(json["content"]).toMatch(/^⏳ \d+ % — step \d+ of 40$/);
    for (const [index, { at }] of progress.entries()) {
      const before = progress[index - 1]?.at ?? 0;
      expect(at - before).toBeGreaterThanOrEqual(1950);
    }
    expect(calls.at(-1)?.json["content"]).toBe("worked");
  });

  test("a job that is cancelled while they wait says so in its place", async () => {
    const place = aPlace(discord, server);
    await place.types("show", { ms: MINUTE_MS });
    const jobId = await shownJob(place.screen);
    const body = JSON.stringify({ reason: "enough" });
    await server.call(`/jobs/${jobId}/cancel`, { method: "POST", body });
    const message = await seen(place.screen, ({ text }) => text.includes("Cancelled"));

    expect(message.text).toMatch(/^🚫 \*\*Cancelled\*\*\.\nenough\n-# job [0-9a-f]{64}$/);
    expect(place.screen.messages).toHaveLength(1);
  });

  test.each(["echo", "sleep"])(
    "the same interaction twice, and at once, is one job and one answer: %s",
    async (name) => {
      const place = aPlace(discord, server);
      const options = { text: "once", ...(name === "sleep" ? { ms: 3000 } : {}) };
      const { interaction, body } = unsentCommand(discord, place.channelId, { name, options });
      const atOnce = await Promise.all([1, 2, 3].map(() => postSigned(discord, server, body)));
      for (const { status, body: same } of atOnce) {
        expect([status, same]).toEqual([200, atOnce[0]?.body]);
      }
      await acknowledge(discord, interaction, atOnce[0] as (typeof atOnce)[number]);
      await seenText(place.screen, "once");
      const later = await postSigned(discord, server, body);

      expect(later.body).toEqual(atOnce[0]?.body);
      expect(textsOf(place.screen).filter((text) => text === "once")).toHaveLength(1);
      expect(place.calls()).toHaveLength(name === "sleep" ? 1 : 0);
    },
  );
});
