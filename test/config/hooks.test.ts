import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";

/** One hook of a file, a key a line. */
const hook = (...keys: readonly string[]) =>
  ["hooks:", "  orders:", ...keys.map((key) => `    ${key}`)].join("\n");

const BASE = ["profile: github", "secret: ORDERS_SECRET", "run: lab/echo"];
const GENERIC = ["profile: generic", "header: X-Sign", "secret: ORDERS_SECRET", "run: lab/echo"];

function hooksIn(text: string) {
  const read = readSettings(text);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  return read.value.hooks;
}

function faultsIn(text: string) {
  const read = readSettings(text);
  return read.ok ? [] : read.reason;
}

const DEFAULTS = {
  profile: "github",
  secret: "ORDERS_SECRET",
  header: null,
  idHeader: null,
  run: { plugin: "lab", command: "echo", payload: null },
  event: null,
  waitMs: 0,
  takesGet: false,
  bytesMax: 1_048_576,
};

describe("hooks that are set", () => {
  test.each(["hooks:", "hooks: {}"])("may be none: %j", (text) => {
    expect(hooksIn(text)).toEqual({});
  });

  test.each([
    { keys: [] },
    { keys: ["header:", "id_header:", "payload:", "event:", "wait:", "get:", "max_bytes:"] },
    { keys: ["wait: false", "get: false"] },
    { keys: ["wait: 0"] },
  ])("are as usual where nothing else is said: $keys", ({ keys }) => {
    expect(hooksIn(hook(...BASE, ...keys))).toEqual({ orders: DEFAULTS });
  });

  test("keep all that is said", () => {
    const text = hook(
      "profile: generic",
      "secret: ORDERS_SECRET",
      "header: X-Sign",
      "id_header: X-Id",
      "run: my-plugin/do_it",
      'payload: { text: "{body.text} {headers.x-id} {query.a} {hook}", "{key}": [1] }',
      'event: "order.{body.type}"',
      "wait: 2.5",
      "get: true",
      "max_bytes: 1",
    );

    expect(hooksIn(text)).toEqual({
      orders: {
        profile: "generic",
        secret: "ORDERS_SECRET",
        header: "x-sign",
        idHeader: "x-id",
        run: {
          plugin: "my-plugin",
          command: "do_it",
          payload: { text: "{body.text} {headers.x-id} {query.a} {hook}", "{key}": [1] },
        },
        event: "order.{body.type}",
        waitMs: 2500,
        takesGet: true,
        bytesMax: 1,
      },
    });
  });

  test.each([
    { wait: "true", waitMs: 30_000 },
    { wait: "300", waitMs: 300_000 },
    { wait: "1", waitMs: 1000 },
  ])("hold their sender for wait: $wait", ({ wait, waitMs }) => {
    expect(hooksIn(hook(...BASE, `wait: ${wait}`))["orders"]).toMatchObject({ waitMs });
  });

  test("are as many as there are names", () => {
    const two = `hooks:\n  a: { ${BASE.join(", ")} }\n  b-2: { ${GENERIC.join(", ")} }`;

    expect(Object.keys(hooksIn(two))).toEqual(["a", "b-2"]);
  });
});

describe("a hook's settings are refused", () => {
  test("all that is wrong at once, with path and line", () => {
    const text = `hooks:
  orders:
    profile: gitlab
    secret: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    run: digest
    payload: [1]
    event: ""
    wait: 301
    get: yes
    max_bytes: 1048577
    hedder: X
  Orders: { profile: generic, secret: A, run: a/b/c }
  last:
`;

    expect(faultsIn(text)).toEqual([
      {
        path: "hooks.orders.profile",
        message: 'Invalid option: expected one of "github"|"stripe"|"standard"|"generic"',
        line: 3,
      },
      {
        path: "hooks.orders.secret",
        message:
          "Must not be a secret: put it into a variable (.dev.vars, wrangler secret put) and give its name",
        line: 4,
      },
      {
        path: "hooks.orders.run",
        message: "Must be plugin/command: pipelines cannot be started from here yet",
        line: 5,
      },
      { path: "hooks.orders.payload", message: "Must be a map of keys and values", line: 6 },
      {
        path: "hooks.orders.event",
        message: "Too small: expected string to have >=1 characters",
        line: 7,
      },
      {
        path: "hooks.orders.wait",
        message: "Must be true, false or seconds from 0 to 300",
        line: 8,
      },
      {
        path: "hooks.orders.get",
        message: "Invalid input: expected boolean, received string",
        line: 9,
      },
      {
        path: "hooks.orders.max_bytes",
        message: "Too big: expected number to be <=1048576",
        line: 10,
      },
      { path: "hooks.orders.hedder", message: 'Unknown key: did you mean "header"?', line: 11 },
      {
        path: "hooks.Orders",
        message: "Must be lower-case words joined by dashes",
        line: 12,
      },
      {
        path: "hooks.last",
        message: "Invalid input: expected object, received null",
        line: 13,
      },
    ]);
    expect(JSON.stringify(faultsIn(text))).not.toContain("MfKQ9r8");
  });

  test.each([
    { keys: [...BASE, "header: X-Sign"], path: "header", why: "Is for the profile generic only" },
    {
      keys: [...BASE, "id_header: X-Id"],
      path: "id_header",
      why: "Is for the profile generic only",
    },
    {
      keys: GENERIC.filter((key) => !key.startsWith("header")),
      path: "header",
      why: "Is required for the profile generic",
    },
    {
      keys: [...BASE, "get: true"],
      path: "get",
      why: "Needs wait: a browser is answered with the result",
    },
    {
      keys: [...BASE, "get: true", "wait: false"],
      path: "get",
      why: "Needs wait: a browser is answered with the result",
    },
    {
      keys: [...BASE, "get: true", "wait: 0"],
      path: "get",
      why: "Needs wait: a browser is answered with the result",
    },
    {
      keys: [...BASE, 'payload: { a: ["{bdy.x}"] }'],
      path: "payload",
      why: 'Has {bdy.x}, but places begin with body, headers, query, hook: did you mean "body"?',
    },
    {
      keys: [...BASE, 'event: "x.{options.y}"'],
      path: "event",
      why: "Has {options.y}, but places begin with body, headers, query, hook",
    },
    {
      keys: [...GENERIC.slice(0, 1), 'header: "X Sign"', ...GENERIC.slice(2)],
      path: "header",
      why: "Must be the name of a header, such as X-Signature",
    },
    {
      keys: [...BASE.slice(0, 2), "run: a/b/c"],
      path: "run",
      why: "Must be plugin/command, such as chat/complete",
    },
    {
      keys: [...BASE, "wait: -1"],
      path: "wait",
      why: "Must be true, false or seconds from 0 to 300",
    },
    {
      keys: [...BASE, "max_bytes: 0"],
      path: "max_bytes",
      why: "Too small: expected number to be >=1",
    },
  ])("where keys do not fit: $path: $why", ({ keys, path, why }) => {
    expect(faultsIn(hook(...keys))).toMatchObject([{ path: `hooks.orders.${path}`, message: why }]);
  });

  test.each(["profile", "secret", "run"])("without %s", (missing) => {
    const keys = BASE.filter((key) => !key.startsWith(missing));

    expect(faultsIn(hook(...keys))).toMatchObject([{ path: `hooks.orders.${missing}` }]);
  });

  test.each(["hooks: 5", "hooks: []"])("where they are no map: %s", (text) => {
    expect(faultsIn(text)).toMatchObject([{ path: "hooks", line: 1 }]);
  });
});
