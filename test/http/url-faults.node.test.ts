import { expect, test } from "vitest";
import { urlFaultsOf } from "../../src/http/url-faults.ts";
import { OWN_HOST, URL_ROWS } from "../support/ssrf-urls.ts";

test.each(URL_ROWS)("a gateway that was asked by its own name says $verdict to $url", (row) => {
  const call = { request: new Request(`https://${OWN_HOST}/trigger/lab/echo`), env: {} };

  const faults = urlFaultsOf({ callback_url: row.url }, {}, call);

  expect(faults).toHaveLength(row.verdict === "block" ? 1 : 0);
});
