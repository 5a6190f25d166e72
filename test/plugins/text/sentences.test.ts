import { describe, expect, test } from "vitest";
import { paragraphs, splitSentences } from "../../../workers/text/sentences.ts";

describe("splitSentences", () => {
  test.each([
    { text: "One. Two! Three? Four…", sentences: ["One.", "Two!", "Three?", "Four…"] },
    {
      text: "Dr. A. Smith met Mrs. Jones in the U.S. Capitol. They talked.",
      sentences: ["Dr. A. Smith met Mrs. Jones in the U.S. Capitol.", "They talked."],
    },
    {
      text: "It costs 3.5 million, e.g. for the roof. No. 5 is next.",
      sentences: ["It costs 3.5 million, e.g. for the roof.", "No. 5 is next."],
    },
    { text: '"Is it?" he asked. "Yes."', sentences: ['"Is it?" he asked.', '"Yes."'] },
    { text: "A line\nthat is wrapped. Next.", sentences: ["A line that is wrapped.", "Next."] },
    { text: "A Heading\n\nThe text.", sentences: ["A Heading", "The text."] },
    { text: "- one\n- two", sentences: ["- one", "- two"] },
    { text: "今天天气很好。我们去公园吧！", sentences: ["今天天气很好。", "我们去公园吧！"] },
    { text: "Windows\r\nlines.\r\n\r\nEnd.", sentences: ["Windows lines.", "End."] },
    { text: "", sentences: [] },
  ])("finds in $text: $sentences", ({ text, sentences }) => {
    expect(splitSentences(text)).toEqual(sentences);
  });
});

describe("paragraphs", () => {
  test("are what stands between blank lines", () => {
    expect(paragraphs("One\ntwo.\n\n\nThree.\n \nFour.")).toEqual(["One two.", "Three.", "Four."]);
  });
});
