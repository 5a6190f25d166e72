import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { summarize } from "../../../workers/text/summarize.ts";

const MESSAGE = (
  JSON.parse(readFileSync("test/data/cleveland-1887.json", "utf8")) as { payload: { text: string } }
).payload.text;

const ALL = { sentences: 5, charactersMax: 100_000 };

describe("a real article of 5,300 words", () => {
  const summary = summarize(MESSAGE, ALL);

  test("is told in five of its own sentences, in their order", () => {
    expect(summary.sentences).toHaveLength(5);
    expect(summary.sentences.every(({ text }) => MESSAGE.includes(text))).toBe(true);
    const places = summary.sentences.map(({ text }) => MESSAGE.indexOf(text));
    expect(places).toEqual(places.toSorted((left, right) => left - right));
    expect(summary.text).toBe(summary.sentences.map(({ text }) => text).join(" "));
  });

  test("is told by what it is about: the surplus, the taxes, the tariff", () => {
    expect(summary.text).toMatch(/largely exceeds the sum necessary to meet the expenses/);
    expect(summary.text).toMatch(/tariff/);
    expect(summary.text).toMatch(/reduc/);
  });

  test("is counted as it is", () => {
    expect(summary).toMatchObject({ language: "en", sentencesIn: 123, isCut: false });
    expect(summary.wordsIn).toBeGreaterThan(5000);
  });

  test("can be told shorter, by sentences or by characters", () => {
    const one = summarize(MESSAGE, { sentences: 1, charactersMax: 100_000 });
    const short = summarize(MESSAGE, { sentences: 5, charactersMax: 400 });

    expect(one.sentences).toHaveLength(1);
    expect(short.text.length).toBeLessThanOrEqual(400);
    expect(short.sentences.length).toBeGreaterThan(0);
  });
});

describe("other languages and scripts", () => {
  test.each([
    {
      language: "de",
      text: "Die Stadt plant einen neuen Park am Fluss. Der Park soll den Bürgern Erholung bieten. Herr Dr. Klein lobte z. B. die alten Bäume. Gestern regnete es. Der neue Park am Fluss kostet die Stadt vier Millionen Euro.",
      about: "Park",
    },
    {
      language: "fr",
      text: "La ville prévoit un nouveau parc près de la rivière. Le parc offrira du repos aux habitants. M. Klein a salué les vieux arbres. Hier, il a plu. Le nouveau parc près de la rivière coûtera quatre millions à la ville.",
      about: "parc",
    },
    {
      language: "ru",
      text: "Город планирует новый парк у реки. Парк даст жителям отдых. Господин Клейн похвалил старые деревья. Вчера был дождь. Новый парк у реки будет стоить городу четыре миллиона, и он уже в плане.",
      about: "парк",
    },
    {
      language: null,
      text: "市政府计划在河边建一座新公园。公园将为市民提供休息的地方。克莱因先生称赞了那些老树。昨天下雨了。河边的新公园将花费市政府四百万。",
      about: "公园",
    },
    {
      language: null,
      text: "市は川のそばに新しい公園を計画しています。公園は市民に憩いの場を提供します。クライン氏は古い木々を称賛しました。昨日は雨でした。川のそばの新しい公園には四百万かかります。",
      about: "公園",
    },
    {
      language: null,
      text: "تخطط المدينة لإنشاء حديقة جديدة قرب النهر. ستوفر الحديقة الراحة للسكان. هل سيكون ذلك كافيا؟ هطل المطر أمس. ستكلف الحديقة الجديدة قرب النهر المدينة أربعة ملايين.",
      about: "الحديقة",
    },
    {
      language: null,
      text: "नगर नदी के किनारे एक नया पार्क बनाने की योजना बना रहा है। पार्क नागरिकों को आराम देगा। कल बारिश हुई थी। नदी के किनारे नया पार्क नगर को चालीस लाख का पड़ेगा।",
      about: "पार्क",
    },
  ])("are told in their own sentences: $about", ({ language, text, about }) => {
    const summary = summarize(text, { sentences: 2, charactersMax: 100_000 });

    expect(summary.sentences).toHaveLength(2);
    expect(summary.language).toBe(language);
    expect(summary.text).toContain(about);
    expect(summary.sentences.every((sentence) => text.includes(sentence.text))).toBe(true);
    expect(summary.sentencesIn).toBeGreaterThanOrEqual(4);
  });

  test("without end marks are cut where they breathe", () => {
    const thai = "เมืองวางแผนสร้างสวนสาธารณะแห่งใหม่ใกล้แม่น้ำ สวนจะให้ประชาชนได้พักผ่อน ".repeat(12);

    const summary = summarize(thai, { sentences: 1, charactersMax: 100_000 });

    expect(summary.sentencesIn).toBeGreaterThan(1);
    expect(summary.text.length).toBeLessThan(thai.length / 2);
  });
});

describe("a text that is not much of one", () => {
  test.each([
    {
      what: "one sentence",
      text: "Nothing happened today.",
      sentences: ["Nothing happened today."],
    },
    { what: "words without an end", text: "milk eggs bread", sentences: ["milk eggs bread"] },
    { what: "nothing but space", text: " \n\t ", sentences: [] },
    { what: "marks alone", text: "…!?", sentences: ["…!?"] },
  ])("is told as it is: $what", ({ text, sentences }) => {
    expect(summarize(text, ALL).sentences.map((sentence) => sentence.text)).toEqual(sentences);
  });

  test("whose best sentence is too long is cut, and says so", () => {
    const text = "The committee on public works has decided to build a bridge over the river.";

    const summary = summarize(text, { sentences: 3, charactersMax: 40 });

    expect(summary.text).toBe("The committee on public works has…");
    expect(summary.isCut).toBe(true);
  });

  test("never breaks it, whatever it is, and never makes it say more than asked", () => {
    const anyText = fc.oneof(
      fc.string({ unit: "binary", maxLength: 400 }),
      fc
        .array(
          fc.constantFrom("word", "Dr.", "A.", ".", "\n", "\n\n", "- item", "。", "ไทย", "?"),
          {
            maxLength: 200,
            size: "max",
          },
        )
        .map((parts) => parts.join(" ")),
    );
    fc.assert(
      fc.property(
        anyText,
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 20, max: 300 }),
        (text, sentences, charactersMax) => {
          const summary = summarize(text, { sentences, charactersMax });

          expect(summary.sentences.length).toBeLessThanOrEqual(sentences);
          expect(summary.text.length).toBeLessThanOrEqual(charactersMax);
          expect(summary.text === "").toBe(text.trim() === "");
        },
      ),
    );
  });

  test("of 140,000 different words is no trap", () => {
    const text = `${Array.from({ length: 140_000 }, (_, index) => `w${index}`).join(" ")}.`;

    expect(summarize(text, ALL).wordsIn).toBe(140_000);
  });
});
