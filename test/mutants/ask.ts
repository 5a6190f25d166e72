import { mutantsIn } from "./mutant.ts";

export const ASK_MUTANTS = mutantsIn("ask", {
  "ask.ts": [
    [
      "a question is over after an hour",
      "ASK_MS_DEFAULT: DurationMs = hours(24)",
      "ASK_MS_DEFAULT: DurationMs = hours(1)",
    ],
  ],
  "ask-form.ts": [
    [
      "a question with a choice and other fields is shown as the choice alone",
      "others.length > 0 || (only",
      "(only",
    ],
    [
      "spaces are the number 0",
      'text.trim() === "" || !Number.isFinite(number)',
      "!Number.isFinite(number)",
    ],
    [
      "an infinite number is a number",
      'text.trim() === "" || !Number.isFinite(number)',
      'text.trim() === "" || Number.isNaN(number)',
    ],
    [
      "a number to choose is answered as text",
      'return typeof id === "number" ? { ...choice, value: id } : choice;',
      "return choice;",
    ],
    ["choosing 0 or false is answered as text", "?.value ?? text;", "?.value || text;"],
    [
      "a field is filled with what every object has",
      "Object.hasOwn(given, field.name) ? given[field.name] : null",
      "given[field.name]",
    ],
    [
      "a text of 200 characters is given more than a line",
      "maxLength > LINE_LENGTH_MAX",
      "maxLength >= LINE_LENGTH_MAX",
    ],
    [
      "what is empty is answered as empty text",
      'typed === undefined || typed === null || typed === ""',
      "typed === undefined || typed === null",
    ],
    ["a property that nothing fits is asked for", "if (schema === false) return [];", ""],
    [
      "a default of false is not shown",
      'typeof value === "number" || typeof value === "boolean"',
      'typeof value === "number"',
    ],
    ["people have to say yes in small letters", "text.trim().toLowerCase()", "text.trim()"],
    [
      "no field is required",
      "Array.isArray(required) && required.includes(name)",
      "Array.isArray(required) && required.includes(CHOICE)",
    ],
  ],
  "asked.ts": [
    ["a job asks once more than it may", "before >= ASKS_MAX", "before > ASKS_MAX"],
    ["a job asks after any number of attempts", " || step.past.length >= PAST_MAX", ""],
    [
      "a question may be answered after the job's end",
      "return earliest(after(now, timeoutMs), ...(endBy === null ? [] : [endBy]));",
      "return after(now, timeoutMs);",
    ],
    [
      "questions are numbered like attempts",
      "return names.filter((name) => name !== null).length;",
      "return names.length;",
    ],
    [
      "the end of a job that nobody answered does not name the question",
      "data: { reason: error.category, wait_id: id },",
      "data: { reason: error.category },",
    ],
    [
      "the attempt that asked leaves no trace",
      "recordedMove(withState(job, step, { state, ended }), step.plan.id, {",
      "recordedMove(withState(job, step, { state }), step.plan.id, {",
    ],
    [
      "a job that nobody answered might be tried again",
      "retryable: false,\n    attempt,",
      "retryable: true,\n    attempt,",
    ],
  ],
  "on-resume.ts": [
    ["the same answer of somebody else counts as theirs", "taken.by === by &&", ""],
    [
      "the same answer with its keys in another order is another one",
      "canonicalJson(taken.values) === canonicalJson(values)",
      "JSON.stringify(taken.values) === JSON.stringify(values)",
    ],
    ["another action with the same values is the same answer", "taken.action === action &&", ""],
    [
      "an answer that was not checked is taken",
      "const step = isChecked ? waiting.find(({ state }) => state.waitId === waitId) : undefined;",
      "const step = waiting.find(({ state }) => state.waitId === waitId);",
    ],
    [
      "an answer to an old question answers the new one",
      "waiting.find(({ state }) => state.waitId === waitId)",
      "waiting[0]",
    ],
    ["an answer is taken at the instant of the job's end", "now >= job.endBy", "now > job.endBy"],
    [
      "anybody may answer",
      'if (!mayAnswer(job, by)) return refuse({ code: "not_asked", status: statusOf(job) });',
      "",
    ],
    [
      "retries do not begin anew after an answer",
      "attemptsBefore: step.state.attempt,",
      "attemptsBefore: step.attemptsBefore,",
    ],
    [
      "the answer that cancelled a job is not remembered",
      "const noted = withStep(job, { ...step, answered });",
      "const noted = job;",
    ],
    [
      "whoever answers in a channel is told by the old way",
      "const told = seat === null ? job : withRefreshedSeat(job, seat);",
      "const told = job;",
    ],
    [
      "an attempt after an answer has the number of the one that asked",
      "const attempt = step.state.attempt + 1;",
      "const { attempt } = step.state;",
    ],
    [
      "an answer that came twice is refused the second time",
      "if (taken !== null && isSameAnswer(taken, command)) return ok({ job, effects: [] });",
      "",
    ],
    [
      "whoever answers too late is not told who has answered",
      "answered: taken });",
      "answered: null });",
    ],
  ],
  "options.ts": [
    [
      "two options with one id are offered",
      "known.length === given.length && ids.size === known.length ? known : []",
      "known.length === given.length ? known : []",
    ],
    [
      "options are offered without those that nobody can choose",
      "known.length === given.length && ids.size === known.length",
      "ids.size === known.length",
    ],
    [
      "an option without a name can be chosen",
      'typeof id === "string" && id !== ""',
      'typeof id === "string"',
    ],
    ["words of spaces are shown", 'value.trim() !== ""', 'value !== ""'],
  ],
  "read-ask.ts": [
    [
      "a question cannot be open for the longest time allowed",
      "value <= ASK_MS_MAX",
      "value < ASK_MS_MAX",
    ],
    [
      "a question with a timeout of 0 is over at once",
      "isNothing(value) || value === 0",
      "isNothing(value)",
    ],
    [
      "an answer need not be an object",
      'Array.isArray(type) ? type.includes("object") : type === "object"',
      "true",
    ],
    [
      "a question may be as large as it likes",
      "if (bytes <= ASK_BYTES_MAX) return ok(ask);",
      "return ok(ask);",
    ],
    ["a question that says accepted: false is none", "return value !== false && !(", "return !("],
    [
      "a question and an empty output do not contradict each other",
      '    case "text":\n    case "output":',
      '    case "text":',
    ],
    ["whoever answers by options need not choose one", 'required: ["choice"]', "required: []"],
    [
      "a question without a word on its end goes on by itself",
      'wait["on_timeout"] ?? "fail"',
      'wait["on_timeout"] ?? "decline"',
    ],
    [
      "a question for something else counts as one for input",
      'if (cause !== "input") return ok({ ...notYet(cause), logs });',
      "",
    ],
  ],
});
