import { expect, test } from "vitest";
import {
  deferredReply,
  deferredUpdateReply,
  messageReply,
  modalReply,
  pong,
  suggestReply,
  textReply,
  updateReply,
} from "../../../src/channels/discord/reply.ts";

test.each([
  { name: "a ping", reply: pong(), wanted: { type: 1 } },
  {
    name: "a message",
    reply: messageReply({ content: "a" }, false),
    wanted: { type: 4, data: { content: "a" } },
  },
  {
    name: "a message for one person",
    reply: messageReply({ content: "a" }, true),
    wanted: { type: 4, data: { content: "a", flags: 64 } },
  },
  {
    name: "a line",
    reply: textReply("@everyone", true),
    wanted: { type: 4, data: { content: "@everyone", allowed_mentions: { parse: [] }, flags: 64 } },
  },
  { name: "later", reply: deferredReply(false), wanted: { type: 5, data: {} } },
  {
    name: "later, for one person",
    reply: deferredReply(true),
    wanted: { type: 5, data: { flags: 64 } },
  },
  { name: "an edit later", reply: deferredUpdateReply(), wanted: { type: 6 } },
  {
    name: "an edit",
    reply: updateReply({ content: "a" }),
    wanted: { type: 7, data: { content: "a" } },
  },
  { name: "a form", reply: modalReply({ title: "a" }), wanted: { type: 9, data: { title: "a" } } },
])("the answer of $name has Discord's type", ({ reply, wanted }) => {
  expect(reply).toEqual(wanted);
});

test("suggestions are at most 25; names are cut, values are not", () => {
  const given = [
    { name: "n".repeat(101), value: "v".repeat(100) },
    { name: "too long", value: "v".repeat(101) },
    { name: " ", value: "blank" },
    { name: "number", value: 5 },
    ...Array.from({ length: 30 }, (_, index) => ({ name: `n${index}`, value: `v${index}` })),
  ];
  const { type, data } = suggestReply(given);

  expect(type).toBe(8);
  expect(data.choices).toHaveLength(25);
  expect(data.choices.slice(0, 3)).toEqual([
    { name: `${"n".repeat(99)}…`, value: "v".repeat(100) },
    { name: "number", value: 5 },
    { name: "n0", value: "v0" },
  ]);
});
