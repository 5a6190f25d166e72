import { describe, expect, test } from "vitest";
import { variablesOf } from "../../scripts/local/variables.ts";

const PLUGINS = ["chat", "chat-room", "text"];

const VARIABLES = {
  HOLDLINE_ANONYMOUS: "admin",
  CHATTY: "gateway's",
  CHAT_API_KEY: "secret",
  CHAT_ROOM_SIZE: "7",
  FILM_SECRET: "of a plugin over HTTP",
};

describe("the variables of a local server", () => {
  test.each([
    { worker: "chat", has: ["CHAT_API_KEY"] },
    { worker: "chat-room", has: ["CHAT_ROOM_SIZE"] },
    { worker: "text", has: [] },
    { worker: "gateway", has: ["HOLDLINE_ANONYMOUS", "CHATTY", "FILM_SECRET"] },
  ])("are the plugin's whose name they begin with, else the gateway's: $worker", (each) => {
    expect(Object.keys(variablesOf(each.worker, PLUGINS, VARIABLES))).toEqual(each.has);
  });

  test("keep their values", () => {
    expect(variablesOf("chat", PLUGINS, VARIABLES)).toEqual({ CHAT_API_KEY: "secret" });
  });
});
