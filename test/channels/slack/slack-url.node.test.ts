import { describe, expect, test } from "vitest";
import {
  isResponseUrl,
  isUploadUrl,
  simulatorOrigins,
} from "../../../src/channels/slack/slack-url.ts";

const SIMULATOR = "http://127.0.0.1:4000";

describe("a response_url", () => {
  test.each([
    "https://hooks.slack.com/commands/T0001/1234/5678",
    "https://hooks.slack.com/actions/T0001/1234/5678",
    "https://HOOKS.slack.com:443/commands/1",
    "https://hooks.slack-gov.com/commands/1",
    `${SIMULATOR}/commands/1`,
  ])("may be called: %s", (url) => {
    expect(isResponseUrl(url, [SIMULATOR])).toBe(true);
  });

  test.each([
    "http://hooks.slack.com/commands/1",
    "https://hooks.slack.com:8443/commands/1",
    "https://user@hooks.slack.com/commands/1",
    "https://:password@hooks.slack.com/commands/1",
    "https://hooks.slack.com.example.com/commands/1",
    "https://example.com/https://hooks.slack.com/",
    "https://evil-hooks.slack.com/commands/1",
    "https://slack.com/commands/1",
    "https://127.0.0.1:4000/commands/1",
    "http://127.0.0.1:4001/commands/1",
    "http://user@127.0.0.1:4000/commands/1",
    "data:text/plain,hello",
    "hooks.slack.com/commands/1",
    "",
  ])("may not be called: %s", (url) => {
    expect(isResponseUrl(url, [SIMULATOR])).toBe(false);
  });
});

describe("a place for a file", () => {
  test.each([
    "https://files.slack.com/upload/v1/ABC",
    "https://slack.com/upload",
    "https://files.slack-gov.com/upload",
    `${SIMULATOR}/upload`,
  ])("may be sent to: %s", (url) => {
    expect(isUploadUrl(url, [SIMULATOR])).toBe(true);
  });

  test.each([
    "http://files.slack.com/upload",
    "https://files.notslack.com/upload",
    "https://slack.com.example.com/upload",
    "https://files.slack.com:8080/upload",
  ])("may not be sent to: %s", (url) => {
    expect(isUploadUrl(url, [SIMULATOR])).toBe(false);
  });
});

test.each([
  { base: "https://slack.com/api", origins: [] },
  { base: "https://slack-gov.com/api", origins: [] },
  { base: "https://eu.slack.com/api", origins: [] },
  { base: "http://127.0.0.1:4000/api", origins: [SIMULATOR] },
  { base: "nonsense", origins: [] },
])("a simulator is where the API is not Slack's own: $base", ({ base, origins }) => {
  expect(simulatorOrigins(base)).toEqual(origins);
});
