import { expect, test } from "vitest";
import { httpDate } from "../../src/lang/http-date.ts";
import { rfc3339 } from "../../src/lang/time.ts";

test.each([
  "Sun, 06 Nov 1994 08:49:37 GMT",
  "Sunday, 06-Nov-94 08:49:37 GMT",
  "Sun Nov  6 08:49:37 1994",
])("'%s' is an instant", (text) => {
  const at = httpDate(text);

  expect(at === null ? null : rfc3339(at)).toBe("1994-11-06T08:49:37.000Z");
});

test.each([
  "",
  "tomorrow",
  "1994-11-06T08:49:37Z",
  "Sun, 06 Nov 1994 08:49:37 CET",
  "Sun, 06 Nov 1994 08:49:37",
  "Sun, 46 Nov 1994 08:49:37 GMT",
  "Sun, 06 Abc 1994 08:49:37 GMT",
])("'%s' is none", (text) => {
  expect(httpDate(text)).toBeNull();
});
