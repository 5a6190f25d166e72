import { expect, test } from "vitest";
import { messageOf } from "../../src/lang/message-of.ts";

test.each([
  { cause: new TypeError("No such entrypoint"), message: "No such entrypoint" },
  { cause: "down", message: "down" },
  { cause: null, message: "null" },
  { cause: undefined, message: "undefined" },
])("what was thrown is told in words: $message", ({ cause, message }) => {
  expect(messageOf(cause)).toBe(message);
});
