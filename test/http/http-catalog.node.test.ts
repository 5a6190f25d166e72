import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NO_SETTINGS, type Settings, settingsOf } from "../../src/core/plugin/settings.ts";
import { pluginCatalog } from "../../src/edge/plugin/plugin-catalog.ts";
import { PLAIN_MANIFEST, type PlainPlugin, startPlainPlugin } from "./plain-plugin.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const env = { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*", PLAIN_SECRET: SECRET };
const OTHER_MANIFEST = { ...PLAIN_MANIFEST, name: "other" };
const DEFAULTS = settingsOf(NO_SETTINGS, "plain");

let plugin: PlainPlugin;
let count = 0;
beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  plugin = await startPlainPlugin(SECRET);
  count += 1;
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await plugin.stop();
});

/** The catalog remembers per address: every test has one of its own, also when it gets a port again. */
function settings(
  plain: Partial<typeof DEFAULTS> = {},
  { url = `${plugin.url}/${count}`, name = "plain" } = {},
): Settings {
  const transport = { kind: "http", url, secret: "PLAIN_SECRET" } as const;
  return { ...NO_SETTINGS, plugins: { [name]: { ...DEFAULTS, transport, ...plain } } };
}

/** Moves the clock that the catalog reads; servers and timers keep to the real one. */
function later(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

const manifestCalls = () => plugin.seen.filter(({ url }) => url === `/${count}/manifest`).length;

describe("a plugin over HTTP", () => {
  test("is asked what it is, with a signature, and listed", async () => {
    const entries = await pluginCatalog(env, settings());

    expect(entries).toMatchObject([
      {
        isAvailable: true,
        name: "plain",
        transport: "http",
        binding: null,
        manifest: { name: "plain", version: "1.0.0", concurrency: null },
      },
    ]);
    expect(plugin.seen).toMatchObject([
      { method: "GET", url: `/${count}/manifest`, headers: { "webhook-id": expect.any(String) } },
    ]);
  });

  test.each([
    {
      what: "its URL is not allowed",
      given: () => ({ settings: settings({}, { url: "https://me:hunter2@plugin.example.com" }) }),
      reason: "Its URL is not allowed: Must not name a user or a password (userinfo)",
    },
    {
      what: "plain http is not allowed",
      given: () => ({ env: { PLAIN_SECRET: SECRET } }),
      reason: "Its URL is not allowed: Must begin with https:// (scheme)",
    },
    {
      what: "the variable of its secret is missing",
      given: () => ({ env: { HOLDLINE_ALLOW_HTTP: "127.0.0.1:*" } }),
      reason: "The variable PLAIN_SECRET with its secret is not set",
    },
    {
      what: "the variable of its secret holds none",
      given: () => ({ env: { ...env, PLAIN_SECRET: "whsec_hunter2" } }),
      reason: "The variable PLAIN_SECRET is no secret: it must be base64 after whsec_",
    },
    {
      what: "it knows another secret",
      given: () => ({ env: { ...env, PLAIN_SECRET: `whsec_${"A".repeat(32)}` } }),
      reason: "GET /manifest was answered with HTTP 401",
    },
    {
      what: "it is not there",
      given: () => ({ settings: settings({}, { url: "http://127.0.0.1:1" }) }),
      reason: "It could not be reached",
    },
    {
      what: "it calls itself something else",
      given: () => ({ settings: settings({}, { name: "other" }) }),
      reason: "It calls itself 'plain', and is set up as 'other'",
    },
  ])("is unavailable when $what", async ({ given, reason }) => {
    const how: { readonly env?: object; readonly settings?: Settings } = given();
    const entries = await pluginCatalog(how.env ?? env, how.settings ?? settings());

    expect(entries).toMatchObject([{ isAvailable: false, transport: "http", reason }]);
  });

  test.each([
    {
      manifest: "<h1>Hello</h1>",
      reason: "The manifest is not JSON in UTF-8 of at most 64 levels",
    },
    {
      manifest: { ...PLAIN_MANIFEST, description: "x".repeat(262_144) },
      reason: "The manifest is larger than 262144 bytes",
    },
    {
      manifest: { ...PLAIN_MANIFEST, protocol: 2 },
      reason: "The manifest is not valid: protocol: This gateway speaks protocol 1",
    },
  ])("is unavailable with the reason: $reason", async ({ manifest, reason }) => {
    plugin.setManifest(manifest);

    expect(await pluginCatalog(env, settings())).toMatchObject([{ isAvailable: false, reason }]);
  });

  test("that does not say what it is holds nobody up for longer than 2 s", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    plugin.setManifest(null);

    const asking = pluginCatalog(env, settings());
    await vi.waitUntil(() => manifestCalls() === 1);
    vi.advanceTimersByTime(2000);

    expect(await asking).toMatchObject([
      { isAvailable: false, reason: "No manifest within 2000 ms" },
    ]);
  });

  test("that hangs holds up nobody who wants another", async () => {
    plugin.setManifest(null);
    const bound = { ...env, PLUGIN_OTHER: { manifest: async () => OTHER_MANIFEST } };
    const asking = { background: () => {}, wanted: "other" };

    expect(await pluginCatalog(bound, settings(), asking)).toMatchObject([
      { isAvailable: true, name: "other" },
      { isAvailable: false, name: "plain" },
    ]);
    expect(manifestCalls()).toBe(0);
  });

  test("is asked again after 60 s, and not before", async () => {
    await pluginCatalog(env, settings());
    plugin.setManifest({ ...PLAIN_MANIFEST, version: "2.0.0" });

    later(59_000);
    const before = await pluginCatalog(env, settings());
    later(2000);
    const after = await pluginCatalog(env, settings());

    expect(before).toMatchObject([{ manifest: { version: "1.0.0" } }]);
    expect(after).toMatchObject([{ manifest: { version: "2.0.0" } }]);
    expect(manifestCalls()).toBe(2);
  });

  test("that goes down keeps its last good manifest, and is asked again every 5 s", async () => {
    await pluginCatalog(env, settings());
    plugin.setManifest("down");

    later(61_000);
    const down = await pluginCatalog(env, settings());
    later(4000);
    await pluginCatalog(env, settings());
    const calls = manifestCalls();
    plugin.setManifest({ ...PLAIN_MANIFEST, version: "2.0.0" });
    later(2000);
    const back = await pluginCatalog(env, settings());

    expect(down).toMatchObject([{ isAvailable: true, manifest: { version: "1.0.0" } }]);
    expect(calls).toBe(2);
    expect(back).toMatchObject([{ isAvailable: true, manifest: { version: "2.0.0" } }]);
  });

  test.each([
    { state: "good", manifest: PLAIN_MANIFEST },
    { state: "unavailable", manifest: "down" },
  ])("that was $state is asked again by one of many callers", async ({ manifest }) => {
    plugin.setManifest(manifest);
    await pluginCatalog(env, settings());
    later(61_000);

    await Promise.all(Array.from({ length: 20 }, () => pluginCatalog(env, settings())));

    expect(manifestCalls()).toBe(2);
  });

  test("does not take the name of a plugin that is bound", async () => {
    const bound = { ...env, PLUGIN_PLAIN: { manifest: async () => PLAIN_MANIFEST } };

    expect(await pluginCatalog(bound, settings())).toMatchObject([
      { isAvailable: true, transport: "binding", binding: "PLUGIN_PLAIN" },
      {
        isAvailable: false,
        transport: "http",
        reason: "The name 'plain' is taken by PLUGIN_PLAIN",
      },
    ]);
  });
});

describe("what is set for a plugin", () => {
  const needy = { ...PLAIN_MANIFEST, config_keys: { required: ["tone", "size"] } };

  test.each(["http", "binding"] as const)("must hold the keys that it requires: %s", async (by) => {
    plugin.setManifest(needy);
    const bound = { ...env, [`PLUGIN_NEEDY_${by}`]: { manifest: async () => needy } };
    const ask = (config: { readonly [key: string]: string }) =>
      by === "http"
        ? pluginCatalog(env, settings({ config }))
        : pluginCatalog(bound, settings({ config, transport: { kind: "binding" } }));

    expect(await ask({ tone: "warm" })).toMatchObject([
      { isAvailable: false, reason: "Its configuration lacks 'size': set plugins.plain.config" },
    ]);
    expect(await ask({})).toMatchObject([
      { reason: "Its configuration lacks 'tone', 'size': set plugins.plain.config" },
    ]);
    expect(await ask({ tone: "warm", size: "1" })).toMatchObject([{ isAvailable: true }]);
  });

  test("decides how many attempts it makes at once, over its manifest", async () => {
    plugin.setManifest({ ...PLAIN_MANIFEST, concurrency: 3 });

    const own = await pluginCatalog(env, settings());
    const set = await pluginCatalog(env, settings({ concurrency: 1 }));

    expect(own).toMatchObject([{ manifest: { concurrency: 3 } }]);
    expect(set).toMatchObject([{ manifest: { concurrency: 1 } }]);
  });
});
