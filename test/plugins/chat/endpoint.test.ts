import { describe, expect, test } from "vitest";
import { endpointOf, type Sources } from "../../../workers/chat/endpoint.ts";
import { ask, failureOf } from "./ask.ts";

const URL = "https://api.example.com/v1";
const SET = { CHAT_BASE_URL: URL, CHAT_MODEL: "tiny" };

const from = (sources: Partial<Sources>) =>
  endpointOf({ model: undefined, config: {}, variables: SET, ...sources });
const put = (name: string) => `\`wrangler secret put ${name} --config workers/chat/wrangler.toml\``;

describe("where to ask", () => {
  test("is what the variables say", () => {
    const variables = { ...SET, CHAT_API_KEY: " sk-1\n" };

    expect(from({ variables })).toEqual({
      url: `${URL}/chat/completions`,
      host: "api.example.com",
      model: "tiny",
      key: "sk-1",
    });
  });

  test.each([
    { baseUrl: `${URL}/`, url: `${URL}/chat/completions` },
    { baseUrl: "http://localhost:11434/v1", url: "http://localhost:11434/v1/chat/completions" },
    { baseUrl: "https://ai.example.com", url: "https://ai.example.com/chat/completions" },
    { baseUrl: `${URL}?version=2#top`, url: `${URL}/chat/completions?version=2` },
  ])("is $url for $baseUrl", ({ baseUrl, url }) => {
    expect(from({ variables: { ...SET, CHAT_BASE_URL: baseUrl } }).url).toBe(url);
  });

  test("is what holdline.yaml says before the variables, and for the model the payload before both", () => {
    const config = { base_url: "https://other.example.com", model: "small" };

    expect(from({ config })).toMatchObject({ host: "other.example.com", model: "small" });
    expect(from({ config, model: "large" })).toMatchObject({ model: "large", key: null });
  });

  test("is not what is empty", () => {
    const config = { base_url: "", model: " " };

    expect(from({ config, model: " " })).toMatchObject({ host: "api.example.com", model: "tiny" });
  });
});

describe("what is not set", () => {
  test.each([
    { what: "all", variables: {}, names: ["CHAT_BASE_URL", "CHAT_MODEL"] },
    { what: "the model", variables: { CHAT_BASE_URL: URL }, names: ["CHAT_MODEL"] },
    { what: "the base URL", variables: { CHAT_MODEL: "tiny" }, names: ["CHAT_BASE_URL"] },
    {
      what: "a URL of another kind",
      variables: { ...SET, CHAT_BASE_URL: "ftp://x" },
      names: ["CHAT_BASE_URL"],
    },
    {
      what: "a URL that is none",
      variables: { CHAT_BASE_URL: "api" },
      names: ["CHAT_BASE_URL", "CHAT_MODEL"],
    },
    {
      what: "a URL with a user",
      variables: { ...SET, CHAT_BASE_URL: "https://a:b@x.com" },
      names: ["CHAT_BASE_URL"],
    },
    {
      what: "a key that is none",
      variables: { ...SET, CHAT_API_KEY: "sk 1" },
      names: ["CHAT_API_KEY"],
    },
  ])("is named at once, with where to set it: $what", async ({ variables, names }) => {
    const failure = await failureOf(ask({ variables }).answer);

    expect(failure).toMatchObject({ code: "EX_CONFIG", retry: false });
    expect(failure.message).toContain(
      `Set ${names.join(" and ")}: locally in .dev.vars, deployed with ${names.map(put).join(" and ")}.`,
    );
    expect(failure.message).not.toContain("sk 1");
  });
});
