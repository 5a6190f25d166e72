import { describe } from "vitest";
import { answersSuite } from "./answers-suite.ts";
import { useServer } from "./support.ts";

describe.concurrent("with queued attempts run by the consumer, as deployed", () => {
  answersSuite(useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "consumer" }));
});
