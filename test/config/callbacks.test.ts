import { describe, expect, test } from "vitest";
import { readSettings } from "../../src/config/holdline.ts";
import {
  CALLBACK_EVENTS,
  DEFAULT_CALLBACK_EVENTS,
} from "../../src/core/callback/callback-events.ts";
import { DELIVERY_RETRY } from "../../src/core/callback/verdict.ts";
import { NO_SETTINGS } from "../../src/core/plugin/settings.ts";

/** The callbacks of a file, one line after the other. */
const callbacks = (...lines: readonly string[]) =>
  ["callbacks:", ...lines.map((line) => `  ${line}`)].join("\n");
const defaults = (...keys: readonly string[]) => callbacks(`defaults: { ${keys.join(", ")} }`);

function settingsIn(text: string) {
  const read = readSettings(text);
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  return read.value.callbacks;
}

function faultsIn(text: string) {
  const read = readSettings(text);
  return read.ok ? [] : read.reason;
}

const URL = "url: https://a.example.com/hook";

describe("callbacks that are set", () => {
  test.each([
    "callbacks:",
    "callbacks: {}",
    callbacks("defaults:", "secrets:", "legacy_headers:"),
    callbacks("defaults: {}", "secrets: {}", "legacy_headers: {}"),
    defaults(
      "url: ",
      "profile: ",
      "events: ",
      "secret: ",
      "max_attempts: ",
      "base_ms: ",
      "max_ms: ",
    ),
  ])("are the defaults where nothing is said: %j", (text) => {
    expect(settingsIn(text)).toEqual(NO_SETTINGS.callbacks);
  });

  test("keep all that is said", () => {
    const text = callbacks(
      "defaults:",
      `  ${URL}`,
      "  profile: states",
      "  events: [job.succeeded, job.dead]",
      "  secret: billing",
      "  max_attempts: 20",
      "  base_ms: 10",
      "  max_ms: 3600000",
      "secrets: { billing: BILLING_SECRET, other-2: OTHER }",
      "legacy_headers: { billing: X-Foreman-Signature, default: X-Signature }",
    );

    expect(settingsIn(text)).toEqual({
      default: {
        url: "https://a.example.com/hook",
        profile: "states",
        events: ["job.succeeded", "job.dead"],
        secret: "billing",
      },
      retry: { maxAttempts: 20, baseMs: 10, maxMs: 3_600_000 },
      secrets: { billing: "BILLING_SECRET", "other-2": "OTHER" },
      legacyHeaders: { billing: "X-Foreman-Signature", default: "X-Signature" },
    });
  });

  test.each([
    { keys: [], profile: "standard" },
    { keys: ["profile: standard"], profile: "standard" },
    { keys: ["profile: states"], profile: "states" },
  ] as const)("tell a receiver of the profile $profile what is usual", ({ keys, profile }) => {
    expect(settingsIn(defaults(URL, ...keys)).default).toEqual({
      url: "https://a.example.com/hook",
      profile,
      events: DEFAULT_CALLBACK_EVENTS[profile],
      secret: null,
    });
  });

  test("may name the gateway's own secret, which needs no entry", () => {
    expect(settingsIn(defaults(URL, "secret: default")).default).toMatchObject({ secret: null });
  });

  test.each([
    { keys: ["max_attempts: 3"], retry: { ...DELIVERY_RETRY, maxAttempts: 3 } },
    { keys: ["base_ms: 0"], retry: { ...DELIVERY_RETRY, baseMs: 0 } },
    { keys: ["base_ms: 3600000"], retry: { ...DELIVERY_RETRY, baseMs: 3_600_000 } },
    { keys: ["max_ms: 9000"], retry: { ...DELIVERY_RETRY, maxMs: 9000 } },
    { keys: ["max_ms: 100"], retry: { ...DELIVERY_RETRY, baseMs: 100, maxMs: 100 } },
    { keys: ["max_ms: 0"], retry: { ...DELIVERY_RETRY, baseMs: 0, maxMs: 0 } },
  ])("set of the retries what is said, never a first rest above the longest: $keys", (given) => {
    expect(settingsIn(defaults(...given.keys))).toMatchObject({
      default: null,
      retry: given.retry,
    });
  });
});

describe("a callback's settings are refused", () => {
  test("all that is wrong at once, with path and line", () => {
    const text = `callbacks:
  defaults:
    url: 5
    profil: states
    events: [job.succeeded, job.suceeded]
    secret: billing
    max_attempts: 21
    base_ms: -1
    max_ms: 3600001
  secret: { a: A }
  secrets:
    default: MY_SECRET
    other: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
    "no name": NAME
  legacy_headers:
    other: webhook-signature
    missing: X-Signature
    default: "X Signature"
`;

    expect(faultsIn(text)).toEqual([
      {
        path: "callbacks.defaults.url",
        message: "Invalid input: expected string, received number",
        line: 3,
      },
      {
        path: "callbacks.defaults.profil",
        message: 'Unknown key: did you mean "profile"?',
        line: 4,
      },
      {
        path: "callbacks.defaults.events[1]",
        message: `Must be one of ${CALLBACK_EVENTS.standard.join(", ")}`,
        line: 5,
      },
      {
        path: "callbacks.defaults.secret",
        message: "Must be one of callbacks.secrets",
        line: 6,
      },
      {
        path: "callbacks.defaults.max_attempts",
        message: "Too big: expected number to be <=20",
        line: 7,
      },
      {
        path: "callbacks.defaults.base_ms",
        message: "Too small: expected number to be >=0",
        line: 8,
      },
      {
        path: "callbacks.defaults.max_ms",
        message: "Too big: expected number to be <=3600000",
        line: 9,
      },
      { path: "callbacks.secret", message: 'Unknown key: did you mean "secrets"?', line: 10 },
      {
        path: "callbacks.secrets.default",
        message: "Is CALLBACK_SECRET by itself",
        line: 12,
      },
      expect.objectContaining({ path: "callbacks.secrets.other", line: 13 }),
      { path: "callbacks.secrets.no name", message: "Must be letters, digits, - and _", line: 14 },
      {
        path: "callbacks.legacy_headers.other",
        message: "Is a header that has another meaning",
        line: 16,
      },
      {
        path: "callbacks.legacy_headers.missing",
        message: "Must be one of callbacks.secrets, or default",
        line: 17,
      },
      {
        path: "callbacks.legacy_headers.default",
        message: "Must be the name of a header, such as X-Signature",
        line: 18,
      },
    ]);
    expect(JSON.stringify(faultsIn(text))).not.toContain("MfKQ9r8");
  });

  test.each([
    { given: "base_ms: 3600001", key: "base_ms" },
    { given: "base_ms: 20, max_ms: 10", key: "base_ms" },
    { given: "base_ms: 1.5", key: "base_ms" },
    { given: "max_attempts: 0", key: "max_attempts" },
    { given: "events: []", key: "events" },
    { given: "events: job.dead", key: "events" },
    { given: "events: [5]", key: "events[0]" },
    { given: "profile: state", key: "profile" },
    { given: "secret: constructor", key: "secret" },
    { given: "secret: a b", key: "secret" },
    { given: "events: [artifact.created], profile: states", key: "events[0]" },
    { given: "events: [job.progress]", key: "events[0]" },
    { given: "events: [callback.delivered]", key: "events[0]" },
  ])("once for each place: $given", ({ given, key }) => {
    const path = `callbacks.defaults.${key}`;

    const text = defaults(`url: https://hooks.example.com/, ${given}`);

    expect(faultsIn(text).map((fault) => fault.path)).toEqual([path]);
  });

  test.each([
    { url: "ftp://hooks.example.com/", rule: "scheme" },
    { url: "https://10.0.0.1/", rule: "address" },
    { url: "https://localhost/", rule: "local_name" },
    { url: "nonsense", rule: "scheme" },
  ])("where a URL can never be called: $url", ({ url, rule }) => {
    const [fault, ...others] = faultsIn(defaults(`url: ${url}`));

    expect(others).toEqual([]);
    expect(fault?.message).toContain(`(${rule})`);
  });

  test("where words say nothing without a URL", () => {
    const text = defaults("profile: states, events: [job.dead], secret: default");

    expect(faultsIn(text).map(({ path, message }) => [path, message])).toEqual(
      ["profile", "events", "secret"].map((key) => [
        `callbacks.defaults.${key}`,
        "Means nothing without url",
      ]),
    );
  });

  test("no URL on plain http: where that may lead is the business of a variable", () => {
    expect(faultsIn(defaults("url: http://127.0.0.1:9000/hook"))).toEqual([]);
  });

  test("once for a name that is none", () => {
    const text = callbacks('legacy_headers: { "no name": X-Signature }');

    expect(faultsIn(text)).toEqual([
      {
        path: "callbacks.legacy_headers.no name",
        message: "Must be letters, digits, - and _",
        line: 2,
      },
    ]);
  });

  test("in what holds between keys, also where another key is no value at all", () => {
    const text = callbacks(
      "defaults: { base_ms: 20, max_ms: 10 }",
      "secrets: 5",
      "legacy_headers: []",
    );

    expect(faultsIn(text)).toMatchObject([
      { path: "callbacks.defaults.base_ms", message: "Must not be above max_ms", line: 2 },
      { path: "callbacks.secrets", line: 3 },
      { path: "callbacks.legacy_headers", line: 4 },
    ]);
    expect(faultsIn("callbacks: 5")).toMatchObject([{ path: "callbacks", line: 1 }]);
  });

  test.each([
    ...["webhook-id", "Webhook-Custom", "content-type", "CF-Ray", "Host", "connection"],
    ...["transfer-encoding", "Idempotency-Key", "1-Header", "X_Signature", "", "x".repeat(65)],
  ])("with a header that cannot be added: %j", (name) => {
    expect(faultsIn(callbacks(`legacy_headers: { default: "${name}" }`))).toMatchObject([
      { path: "callbacks.legacy_headers.default", line: 2 },
    ]);
  });

  test.each(["X-Signature", "x-hub-signature-256", "Hostname", "x".repeat(64)])(
    "but not with one that can: %s",
    (name) => {
      expect(faultsIn(callbacks(`legacy_headers: { default: "${name}" }`))).toEqual([]);
    },
  );
});
