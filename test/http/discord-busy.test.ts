import { expect, test } from "vitest";
import { aPlace, openDiscord, postSigned, seenText, until } from "./discord-place.ts";
import { useServer } from "./support.ts";

const CONFIG = `
discord:
  commands:
    - name: echo
      description: Echoes
      options: [{ name: text, type: string, description: What to say }]
      run: lab/echo
      payload: { text: "{options.text}" }
`;

const discord = await openDiscord();
const variables = { ...discord.variables, HOLDLINE_WAITERS_MAX: "1", QUEUE_RUNNER: "object" };
const server = useServer(variables, null, { config: CONFIG });

test("where nobody else may hold the line, an answer is promised at once, and comes", async () => {
  const holding = server.trigger("lab/sleep?wait=20", { payload: { ms: 4000 } });
  const isFull = async () =>
    (await server.trigger("lab/echo?wait=1", {})).body["code"] === "overloaded";
  await until(isFull);
  const place = aPlace(discord, server);
  const { end, ms } = await place.types("echo", { text: "hello" });

  expect(end).toMatchObject({ kind: "taken", type: 5 });
  expect(ms).toBeLessThan(1500);
  await seenText(place.screen, "hello");
  const ping = { type: 1, application_id: variables.DISCORD_APPLICATION_ID };
  expect((await postSigned(discord, server, JSON.stringify(ping))).body).toEqual({ type: 1 });
  await holding;
});
