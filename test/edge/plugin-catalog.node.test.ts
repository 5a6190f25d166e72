import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NO_SETTINGS } from "../../src/core/plugin/settings.ts";
import { pluginCatalog } from "../../src/edge/plugin/plugin-catalog.ts";

const MANIFEST = {
  spec: "holdline.plugin",
  protocol: 1,
  name: "hello",
  version: "1.0.0",
  commands: { greet: { type: "read", timing: "short" } },
};

/** The catalog remembers per binding, so every test binds under names of its own. */
let count = 0;
function bind(...manifests: readonly (() => unknown)[]) {
  count += 1;
  const bindings = manifests.map((manifest, index) => [`PLUGIN_T${count}_${index}`, { manifest }]);
  return { OTHER: 1, ...Object.fromEntries(bindings) };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("pluginCatalog", () => {
  test("finds plugins by the prefix, and asks each once", async () => {
    const manifest = vi.fn(async () => MANIFEST);
    const env = bind(manifest);

    const first = await pluginCatalog(env, NO_SETTINGS);
    const second = await pluginCatalog(env, NO_SETTINGS);

    expect(first).toMatchObject([
      { isAvailable: true, name: "hello", binding: `PLUGIN_T${count}_0` },
    ]);
    expect(second).toEqual(first);
    expect(manifest).toHaveBeenCalledTimes(1);
  });

  test("a plugin is asked once by a crowd that comes first, and each is told", async () => {
    const manifest = vi.fn(
      () => new Promise((resolve) => setTimeout(() => resolve(MANIFEST), 500)),
    );
    const env = bind(manifest);

    const crowd = Promise.all(Array.from({ length: 50 }, () => pluginCatalog(env, NO_SETTINGS)));
    await vi.advanceTimersByTimeAsync(510);

    expect(await crowd).toEqual(
      Array.from({ length: 50 }, () => [expect.objectContaining({ isAvailable: true })]),
    );
    expect(manifest).toHaveBeenCalledTimes(1);
  });

  test("a plugin is asked by the next one when whoever asked first was cut off", async () => {
    // The work of a request that is cut off stops for good: neither an answer nor a timer comes.
    const manifest = vi.fn(async () => MANIFEST);
    manifest.mockImplementationOnce(() => {
      vi.clearAllTimers();
      return new Promise(() => {});
    });
    const env = bind(manifest);
    void pluginCatalog(env, NO_SETTINGS);

    const next = pluginCatalog(env, NO_SETTINGS);
    await vi.advanceTimersByTimeAsync(2000);

    expect(await next).toMatchObject([{ isAvailable: true }]);
    expect(manifest).toHaveBeenCalledTimes(2);
  });

  test("a faulty manifest makes that plugin unavailable, with every fault, and no other", async () => {
    const faulty = { ...MANIFEST, protocol: 2, nmae: "x", commands: { greet: { type: "both" } } };

    const entries = await pluginCatalog(
      bind(
        async () => faulty,
        async () => MANIFEST,
      ),
      NO_SETTINGS,
    );

    expect(entries).toMatchObject([
      { isAvailable: true, name: "hello" },
      {
        isAvailable: false,
        name: `t${count}-0`,
        reason:
          "The manifest is not valid: protocol: This gateway speaks protocol 1; " +
          'commands.greet.type: Invalid option: expected one of "read"|"write"; ' +
          'commands.greet.timing: Invalid option: expected one of "immediate"|"short"|"medium"|"long"|"ack"; ' +
          'nmae: Unknown key: did you mean "name"?',
      },
    ]);
  });

  test("a plugin that throws, or has no manifest, is unavailable with the reason", async () => {
    const env = bind(async () => {
      throw new Error("No such entrypoint\n    at secret (place)");
    });

    expect(await pluginCatalog(env, NO_SETTINGS)).toMatchObject([
      { isAvailable: false, reason: "The manifest could not be asked for: No such entrypoint" },
    ]);
  });

  test("a plugin that is late holds nobody up for longer than 2 s", async () => {
    const asking = pluginCatalog(
      bind(
        () => new Promise(() => {}),
        async () => MANIFEST,
      ),
      NO_SETTINGS,
    );

    await vi.advanceTimersByTimeAsync(2000);

    expect(await asking).toMatchObject([
      { isAvailable: true },
      { isAvailable: false, reason: "No manifest within 2000 ms" },
    ]);
  });

  test("a plugin that was unavailable is asked again after 5 s, and not before", async () => {
    const manifest = vi.fn().mockRejectedValueOnce(new Error("Down")).mockResolvedValue(MANIFEST);
    const env = bind(manifest);

    const before = await pluginCatalog(env, NO_SETTINGS);
    await vi.advanceTimersByTimeAsync(4999);
    await pluginCatalog(env, NO_SETTINGS);
    const calls = manifest.mock.calls.length;
    await vi.advanceTimersByTimeAsync(1);
    const after = await pluginCatalog(env, NO_SETTINGS);

    expect(before).toMatchObject([{ isAvailable: false }]);
    expect(calls).toBe(1);
    expect(after).toMatchObject([{ isAvailable: true }]);
  });

  test("a plugin that hangs when it is asked again holds up nobody", async () => {
    const never = new Promise<never>(() => {});
    const manifest = vi.fn().mockRejectedValueOnce(new Error("Down")).mockReturnValue(never);
    const env = bind(manifest, async () => MANIFEST);
    const work: Promise<unknown>[] = [];
    const asking = {
      background: (underway: Promise<unknown>) => void work.push(underway),
      wanted: null,
    };
    await pluginCatalog(env, NO_SETTINGS, asking);
    await vi.advanceTimersByTimeAsync(5000);

    // No timer moves: whoever waited for the one that hangs would wait for ever.
    const entries = await pluginCatalog(env, NO_SETTINGS, asking);

    expect(entries).toMatchObject([{ isAvailable: true }, { isAvailable: false }]);
    expect(work).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    await Promise.all(work);
    expect(await pluginCatalog(env, NO_SETTINGS, asking)).toMatchObject([
      { isAvailable: true },
      { isAvailable: false, reason: "No manifest within 2000 ms" },
    ]);
  });

  test("a plugin that is back is found by the one who asks next", async () => {
    const manifest = vi.fn().mockRejectedValueOnce(new Error("Down")).mockResolvedValue(MANIFEST);
    const env = bind(manifest);
    const work: Promise<unknown>[] = [];
    const asking = {
      background: (underway: Promise<unknown>) => void work.push(underway),
      wanted: null,
    };
    await pluginCatalog(env, NO_SETTINGS, asking);
    await vi.advanceTimersByTimeAsync(5000);

    const first = await pluginCatalog(env, NO_SETTINGS, asking);
    await Promise.all(work);
    const second = await pluginCatalog(env, NO_SETTINGS, asking);

    expect(first).toMatchObject([{ isAvailable: false }]);
    expect(second).toMatchObject([{ isAvailable: true }]);
  });

  test("whoever wants a plugin that was down is told how it is now", async () => {
    const manifest = vi.fn().mockRejectedValueOnce(new Error("Down")).mockResolvedValue(MANIFEST);
    const env = bind(manifest);
    const background = vi.fn();
    const wanted = `t${count}-0`;
    await pluginCatalog(env, NO_SETTINGS, { background, wanted });
    await vi.advanceTimersByTimeAsync(5000);

    const entries = await pluginCatalog(env, NO_SETTINGS, { background, wanted });

    expect(entries).toMatchObject([{ isAvailable: true }]);
    expect(background).not.toHaveBeenCalled();
  });

  test("of two plugins with one name the first binding keeps it", async () => {
    const entries = await pluginCatalog(
      bind(
        async () => MANIFEST,
        async () => MANIFEST,
      ),
      NO_SETTINGS,
    );

    expect(entries).toMatchObject([
      { isAvailable: true, name: "hello", binding: `PLUGIN_T${count}_0` },
      {
        isAvailable: false,
        name: "hello",
        reason: `The name 'hello' is taken by PLUGIN_T${count}_0`,
      },
    ]);
  });
});
