import { describe, expect, test } from "vitest";
import { readEnvironment } from "../../src/config/environment.ts";
import { ConfigFault } from "../../src/config/fault.ts";

const NO_CHANNELS = {
  discord: {
    publicKeys: [],
    applicationId: null,
    botToken: null,
    apiBase: "https://discord.com/api/v10",
  },
  slack: { signingSecrets: [], botToken: null, apiBase: "https://slack.com/api" },
};

describe("readEnvironment", () => {
  test("is shut and deployed unless told otherwise", () => {
    expect(readEnvironment({})).toEqual({
      anonymous: null,
      queueRunner: "consumer",
      waiters: { perToken: null, inAll: 5000 },
      triggersMax: 5000,
      objectsMax: null,
      allowHttp: [],
      ...NO_CHANNELS,
    });
  });

  test("takes what it knows, and leaves the other bindings alone", () => {
    const env = { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object", JOBS: {}, PLUGIN_X: 1 };

    expect(readEnvironment(env)).toEqual({
      anonymous: "admin",
      queueRunner: "object",
      waiters: { perToken: null, inAll: 5000 },
      triggersMax: 5000,
      objectsMax: null,
      allowHttp: [],
      ...NO_CHANNELS,
    });
  });

  test("reads the same environment once", () => {
    const env = { QUEUE_RUNNER: "object" };

    expect(readEnvironment(env)).toBe(readEnvironment(env));
  });

  test("names every fault at once", () => {
    const read = () => readEnvironment({ HOLDLINE_ANONYMOUS: "yes", QUEUE_RUNNER: "queue" });

    expect(read).toThrow(ConfigFault);
    expect(read).toThrow(
      'Cannot use the environment: HOLDLINE_ANONYMOUS: Invalid input: expected "admin"; ' +
        'QUEUE_RUNNER: Invalid option: expected one of "consumer"|"object"',
    );
  });

  test("reads the hosts that plain http may go to", () => {
    const env = { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*, LOCALHOST:9000,[::1]:80," };

    expect(readEnvironment(env).allowHttp).toEqual([
      { host: "127.0.0.1", port: null },
      { host: "localhost", port: 9000 },
      { host: "[::1]", port: 80 },
    ]);
    expect(() => readEnvironment({ HOLDLINE_ALLOW_HTTP: "localhost" })).toThrow(
      'HOLDLINE_ALLOW_HTTP: Must be host:port, with a port from 1 to 65535 or *: current value is "localhost"',
    );
  });

  test("reads how many may wait, and says which number it cannot take", () => {
    const env = { HOLDLINE_WAITERS_PER_TOKEN: "3", HOLDLINE_WAITERS_MAX: "20" };

    expect(readEnvironment(env).waiters).toEqual({ perToken: 3, inAll: 20 });
    expect(() => readEnvironment({ HOLDLINE_WAITERS_MAX: "many" })).toThrow(
      "HOLDLINE_WAITERS_MAX: Must be a number from 1 to 30000",
    );
    expect(() => readEnvironment({ HOLDLINE_WAITERS_MAX: "0" })).toThrow("HOLDLINE_WAITERS_MAX");
  });

  test("reads which hosts may be called on plain http, as a URL would spell them", () => {
    const env = { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*, LocalHost.:9000 ,[0:0::1]:80,bücher.test:1," };

    expect(readEnvironment(env).allowHttp).toEqual([
      { host: "127.0.0.1", port: null },
      { host: "localhost", port: 9000 },
      { host: "[::1]", port: 80 },
      { host: "xn--bcher-kva.test", port: 1 },
    ]);
  });

  test.each([
    "localhost",
    "localhost:",
    "localhost:0",
    "localhost:65536",
    "localhost:http",
    "*:80",
    ":80",
    "::1:80",
    "[::1:80",
    "[zz]:80",
    "a b:80",
    "user@host:80",
    "http://host:80",
    "host:80/path",
    "256.256.256.256:80",
  ])("says that it cannot take %s for a host and a port", (entry) => {
    const read = () => readEnvironment({ HOLDLINE_ALLOW_HTTP: `a:1,${entry},b:*` });

    expect(read).toThrow(
      "Cannot use the environment: HOLDLINE_ALLOW_HTTP: Must be host:port, with a port from 1 to " +
        `65535 or *: current value is "${entry}"`,
    );
  });

  test("reads what channels need, with two keys while one is being changed", () => {
    const [old, fresh] = ["ab".repeat(32), "CD".repeat(32)];
    const env = {
      DISCORD_PUBLIC_KEY: `${fresh}, ${old}`,
      DISCORD_APPLICATION_ID: "1090000000000000001",
      DISCORD_BOT_TOKEN: "",
      DISCORD_API_BASE: "http://127.0.0.1:9000/api/",
      SLACK_SIGNING_SECRET: "8f742231b10e8888abcd99yyyzzz85a5",
      SLACK_BOT_TOKEN: "xoxb-1",
    };

    const { discord, slack } = readEnvironment(env);

    expect(discord).toEqual({
      publicKeys: [fresh, old],
      applicationId: "1090000000000000001",
      botToken: null,
      apiBase: "http://127.0.0.1:9000/api",
    });
    expect(slack).toMatchObject({
      signingSecrets: ["8f742231b10e8888abcd99yyyzzz85a5"],
      botToken: "xoxb-1",
    });
  });

  test.each([
    ["DISCORD_PUBLIC_KEY", "abc", "Must be 64 hexadecimal digits"],
    ["DISCORD_PUBLIC_KEY", Array(3).fill("ab".repeat(32)).join(), "Must be at most two"],
    ["DISCORD_APPLICATION_ID", "my-app", "Must be an id of digits"],
    ["DISCORD_BOT_TOKEN", "a b", "Must be a token, without blanks"],
    ["DISCORD_API_BASE", "discord.com", "Must be a URL, without a query"],
    ["SLACK_SIGNING_SECRET", "short", "Must be the signing secret"],
  ])("says what is wrong with %s, and nothing of it", (name, value, why) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(why);
    expect(() => readEnvironment({ [name]: value })).not.toThrow(value);
  });
});
