import { mutantsIn } from "./mutant.ts";

export const PLUGIN_MUTANTS = mutantsIn("plugin", {
  "http-answer.ts": [
    [
      "a redirect is read like a success",
      "status >= 200 && status <= 299",
      "status >= 200 && status <= 399",
    ],
    [
      "a plugin that has too many requests is given up",
      "asksForRest(status) || status < 400 || status > 499",
      "status < 400 || status > 499",
    ],
    [
      "a request that the plugin refused is tried again if the body says so",
      "const retryable = byStatus.retryable && own.retryable;",
      "const { retryable } = own;",
    ],
    [
      "a body that says not to try again is overruled by the status",
      "const retryable = byStatus.retryable && own.retryable;",
      "const { retryable } = byStatus;",
    ],
    [
      "the rest in the header wins over that in the body",
      "own.retryAfterMs ?? byStatus.retryAfterMs",
      "byStatus.retryAfterMs ?? own.retryAfterMs",
    ],
    [
      "words that break the protocol cannot forbid a retry",
      "return { ...byStatus, retryable };",
      "return byStatus;",
    ],
    [
      "a plugin that is unavailable is not asked when to come back",
      "return status === 429 || status === 503;",
      "return status === 429;",
    ],
    ["an error page is kept whole", "return utf8Prefix(text, EXCERPT_BYTES_MAX);", "return text;"],
    [
      "an answer that is not UTF-8 is read",
      'return body.kind === "readable" ? readResponse(body.text)',
      'return body.kind !== "too_large" ? readResponse(body.text)',
    ],
    [
      "what was wrong with the header is not logged",
      "logs: [...own.logs, ...byStatus.logs],",
      "logs: own.logs,",
    ],
  ],
  "manifest.ts": [
    [
      "a long command may run as long as a call, and others for a day",
      'timing === "long" ? LONG_MS_MAX : CALL_MS_MAX',
      'timing === "long" ? CALL_MS_MAX : LONG_MS_MAX',
    ],
    [
      "short commands go through the queue",
      'return timing === "immediate" || timing === "short" ? "direct" : "queue";',
      'return timing === "immediate" ? "direct" : "queue";',
    ],
    [
      "a command named constructor has a function for its timeout",
      "Object.hasOwn(TIMEOUT_MS_OF, command) ? TIMEOUT_MS_OF[command] : undefined",
      "TIMEOUT_MS_OF[command]",
    ],
    [
      "whoever waits for a medium command waits as for a short one",
      "medium: seconds(120),",
      "medium: seconds(30),",
    ],
    [
      "an immediate command is given two minutes",
      'if (timing === "immediate") return IMMEDIATE_MS_MAX;\n  const byName',
      "const byName",
    ],
  ],
  "outcome.ts": [
    [
      "a plugin that answers with an error was never at work",
      'outcome.kind !== "failure" || WORDS.includes(outcome.reason)',
      'outcome.kind !== "failure"',
    ],
    [
      "a failure without a word is not tried again",
      "retryable: true,\n    retryAfterMs: null,",
      "retryable: false,\n    retryAfterMs: null,",
    ],
  ],
  "plugin-settings.ts": [["a breaker opens after five failures", "threshold: 3,", "threshold: 5,"]],
  "response.ts": [
    [
      "an answer of 1 MiB is too large",
      "if (bytes > RESPONSE_BYTES_MAX) {",
      "if (bytes >= RESPONSE_BYTES_MAX) {",
    ],
    [
      "an answer may be nested one level less than it may",
      "jsonDepth(text) > JSON_DEPTH_MAX",
      "jsonDepth(text) >= JSON_DEPTH_MAX",
    ],
    [
      "a plugin of another protocol is called again and again",
      "return refuse({ ...fault(message, text), retryable: false });",
      "return refuse(fault(message, text));",
    ],
    ["a number beyond all numbers is taken", "if (hasInfinity(value)) return", "if (false) return"],
    [
      "an answer that grows beyond the limit when it is written is taken",
      "const written = utf8Length(JSON.stringify(value));",
      "const written = bytes;",
    ],
    [
      "an answer with only one of text and output is a fault",
      "if (isNothing(words) && isNothing(output)) {",
      "if (isNothing(words) || isNothing(output)) {",
    ],
    [
      "accepted work may bring its output at once",
      '["text", "output", "state_updates", "artifacts"].find(',
      '["text", "state_updates", "artifacts"].find(',
    ],
    [
      "replacing the state by an empty one changes nothing",
      "return ok(!replace && isEmpty(updates) ? null : { updates, replace });",
      "return ok(isEmpty(updates) ? null : { updates, replace });",
    ],
    [
      "replacing the state without updates changes nothing",
      "if (isNothing(updates)) return ok(replace ? { updates: {}, replace } : null);",
      "if (isNothing(updates)) return ok(null);",
    ],
    [
      "a plugin whose settings are wrong is called again",
      "retryable: retry !== false && !isConfig,\n    retryAfterMs",
      "retryable: retry !== false,\n    retryAfterMs",
    ],
    [
      "a broken error that forbids a retry is tried again",
      "return { ...fault(broken, text), retryable: retry !== false && !isConfig, logs };",
      "return { ...fault(broken, text), logs };",
    ],
    [
      "a plugin is not told that it asked for too long a rest",
      "return { retryAfterMs: RETRY_AFTER_MS_MAX, logs: [warning(message)] };",
      "return { retryAfterMs: RETRY_AFTER_MS_MAX, logs: [] };",
    ],
    [
      "a rest of 0 ms stands in place of the backoff",
      "retryAfterMs: asked > 0 ? durationMs(asked) : null",
      "retryAfterMs: durationMs(asked)",
    ],
    ["log lines are measured without what they are stored in", " + LOG_LINE_BYTES;", ";"],
    [
      "log lines keep whatever else a plugin puts into them",
      "    .map(({ level, message }) => ({ level, message }));",
      "    .map((line) => line);",
    ],
    ["a code may be as long as it likes", ".slice(0, CODE_LENGTH_MAX)", ""],
    [
      "events that cannot be taken are dropped without a word",
      'const LATER_PARTS = ["events"];',
      "const LATER_PARTS: string[] = [];",
    ],
    [
      "a plugin that asks for a retry with wrong settings is a plugin error",
      'if (isConfig) return "ex_config";',
      "",
    ],
    [
      "log lines that were left out are not counted",
      "const tooMany = lines.length - kept.length;",
      "const tooMany = 0;",
    ],
    [
      "a negative rest is taken",
      'if (typeof rest !== "number" || rest < 0) {',
      'if (typeof rest !== "number") {',
    ],
    [
      "artifacts that come with the answer are dropped",
      "artifacts: artifacts.value,",
      "artifacts: [],",
    ],
  ],
  "retry-after.ts": [
    [
      "a header may ask for a rest of a year",
      "if (restMs > RETRY_AFTER_MS_MAX) {",
      "if (restMs === Number.POSITIVE_INFINITY) {",
    ],
    ["a date that lies ahead asks for no rest", "between(now, at)", "between(at, now)"],
    [
      "a header with a space in front is ignored",
      "restOf(value.trim(), now)",
      "restOf(value, now)",
    ],
    [
      "a header of 0 seconds stands in place of the backoff",
      "return { retryAfterMs: restMs > 0 ? restMs : null, logs: [] };",
      "return { retryAfterMs: restMs, logs: [] };",
    ],
    [
      "seconds are read as milliseconds",
      "return seconds(Number(text));",
      "return Number(text) as DurationMs;",
    ],
  ],
  "schema-check.ts": [
    [
      "a schema of no type at all is right",
      "value.length > 0 && value.every(isType)",
      "value.every(isType)",
    ],
    [
      "one name among the required properties is enough",
      'value.every((item) => typeof item === "string")',
      'value.some((item) => typeof item === "string")',
    ],
    ["a reference may lead out of the schema", '|| !value.startsWith("#")', ""],
    [
      "a reference to ~1 is read as one to a slash",
      '.replaceAll("~1", "/").replaceAll("~0", "~")',
      '.replaceAll("~0", "~").replaceAll("~1", "/")',
    ],
    [
      "a list of no schemas is right",
      "!Array.isArray(value) || value.length === 0",
      "!Array.isArray(value)",
    ],
    [
      "a length of 0 is wrong",
      "Number.isInteger(value) && Number(value) >= 0",
      "Number.isInteger(value) && Number(value) > 0",
    ],
    [
      "a pattern is checked by other rules than it is used by",
      'new RegExp(value, "u") instanceof RegExp',
      "new RegExp(value) instanceof RegExp",
    ],
    ["schemas of further properties are not checked", "additionalProperties: schemaRule,", ""],
    [
      "a keyword that every object has is a rule",
      "Object.hasOwn(RULES, keyword) ? RULES[keyword] : undefined",
      "RULES[keyword]",
    ],
    [
      "only the first schema of a list is checked",
      "flatMap((schema, index) =>",
      "slice(0, 1).flatMap((schema, index) =>",
    ],
  ],
  "settings.ts": [
    [
      "a plugin named constructor has a function for its settings",
      "Object.hasOwn(plugins, plugin) ? plugins[plugin] : undefined",
      "plugins[plugin]",
    ],
  ],
  "side-call.ts": [
    [
      "a plugin is never done to 100 percent",
      "value >= 0 && value <= 100",
      "value >= 0 && value < 100",
    ],
    [
      "a message of progress is measured in characters",
      "utf8Length(value) <= PROGRESS_MESSAGE_BYTES_MAX",
      "value.length <= PROGRESS_MESSAGE_BYTES_MAX",
    ],
    [
      "progress needs both a percentage and a message",
      "percent === null && message === null",
      "percent === null || message === null",
    ],
    [
      "a word that progress does not know is dropped",
      "if (unknown !== undefined) {",
      "if (unknown === null) {",
    ],
    [
      "a piece of text of 64 KiB is too long",
      "utf8Length(value) <= OUTPUT_BYTES_MAX",
      "utf8Length(value) < OUTPUT_BYTES_MAX",
    ],
  ],
});
