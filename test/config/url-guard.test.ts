import { describe, expect, test } from "vitest";
import { judgeUrl, type UrlPolicy, urlFault } from "../../src/config/url-guard.ts";
import { OWN_HOST, URL_ROWS } from "../support/ssrf-urls.ts";

const policy: UrlPolicy = { ownHosts: [OWN_HOST], allowHttp: [] };

/** What `npm start` allows. */
const local: UrlPolicy = {
  ownHosts: ["127.0.0.1:8787"],
  allowHttp: [
    { host: "127.0.0.1", port: null },
    { host: "localhost", port: 9000 },
    { host: "::1", port: 80 },
  ],
};

function verdict(url: string, by: UrlPolicy = policy): string {
  const judged = judgeUrl(url, by);
  return judged.ok ? `allow ${judged.value.href}` : judged.reason;
}

describe("judgeUrl", () => {
  test("reads a list with both verdicts", () => {
    const count = (wanted: string) => URL_ROWS.filter((row) => row.verdict === wanted).length;

    expect([count("block"), count("allow")]).toEqual([101, 11]);
  });

  test.each(URL_ROWS)("says $verdict to $url: $why", ({ url, verdict: wanted }) => {
    expect(judgeUrl(url, policy).ok).toBe(wanted === "allow");
  });

  test.each(URL_ROWS.filter((row) => row.verdict === "block"))(
    "says block to $url where plain http to this machine is allowed",
    ({ url }) => {
      expect(judgeUrl(url, { ...local, ownHosts: [OWN_HOST] }).ok).toBe(false);
    },
  );

  test.each([
    ["https://hooks.example.com/\u0000", "text"],
    ["https://hooks.exa\tmple.com/", "text"],
    [" https://hooks.example.com/", "text"],
    ["https://hooks.example.com/\u2028", "text"],
    [`https://hooks.example.com/${"a".repeat(2023)}`, "text"],
    ["", "scheme"],
    ["hooks.example.com", "scheme"],
    ["http://hooks.example.com/", "scheme"],
    ["https:/hooks.example.com/", "scheme"],
    ["https://me:secret@hooks.example.com/", "userinfo"],
    ["https:////me:secret@hooks.example.com/", "syntax"],
    ["https:///hooks.example.com/", "syntax"],
    ["https://\\hooks.example.com/", "syntax"],
    ["https://exa mple.com/", "syntax"],
    ["https://hooks.example.com:8080/", "port"],
    ["https://2130706433/", "address"],
    ["https://[::1]/", "address"],
    ["https://hooks/", "host"],
    ["https://hooks_1.example.com/", "host"],
    ["https://-hooks.example.com/", "host"],
    ["https://hooks.example.com../", "host"],
    [`https://${"a".repeat(64)}.example.com/`, "host"],
    [`https://${"a.".repeat(126)}com/`, "host"],
    ["https://localhost/", "local_name"],
    ["https://router.HOME/", "local_name"],
    ["https://metadata.goog./", "local_name"],
    ["https://10.0.0.1.nip.io/", "wildcard_dns"],
    ["https://1u.ms/", "wildcard_dns"],
    [`https://${OWN_HOST}:8443/`, "own_host"],
  ])("names the rule that %j breaks: %s", (url, rule) => {
    expect(verdict(url)).toBe(rule);
  });

  test.each([
    ["https://hooks.example.com\\path", "https://hooks.example.com/path"],
    ["https://nip.io.example.com/", "https://nip.io.example.com/"],
    [`https://sub.${OWN_HOST}/`, `https://sub.${OWN_HOST}/`],
    ["https://hooks.example.com/a@b?c@d", "https://hooks.example.com/a@b?c@d"],
    [
      `https://hooks.example.com/${"a".repeat(2022)}`,
      `https://hooks.example.com/${"a".repeat(2022)}`,
    ],
  ])("lets %j through", (url, href) => {
    expect(verdict(url)).toBe(`allow ${href}`);
  });

  test.each([
    ["http://127.0.0.1:9001/hook", "allow http://127.0.0.1:9001/hook"],
    ["HTTP://LOCALHOST.:9000/", "allow http://localhost.:9000/"],
    ["http://[::1]/", "allow http://[::1]/"],
    ["http://localhost:9001/", "scheme"],
    ["http://[::1]:8080/", "scheme"],
    ["http://10.0.0.1:9000/", "scheme"],
    ["http://127.0.0.1.nip.io:9000/", "scheme"],
    ["http://me@127.0.0.1:9001/", "userinfo"],
    ["http:127.0.0.1:9001/", "scheme"],
    ["http:///127.0.0.1:9001/", "syntax"],
    ["http://127.0.0.1:8787/jobs", "own_host"],
    ["https://127.0.0.1:9001/", "port"],
    ["https://127.0.0.1/", "address"],
    ["https://localhost/", "local_name"],
  ])("where plain http to some hosts is allowed, says to %j: %s", (url, wanted) => {
    expect(verdict(url, local)).toBe(wanted);
  });
});

test("a refusal in words names the rule, and nothing of the URL", () => {
  const judged = judgeUrl("https://me:hunter2@hooks.example.com/?token=abc", policy);

  expect(judged).toEqual({ ok: false, reason: "userinfo" });
  expect(urlFault("userinfo")).toBe("Must not name a user or a password (userinfo)");
});
