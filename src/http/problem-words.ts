import { PROBLEMS, type Problem } from "./problem.ts";

/** A person in a channel reads no list of a hundred faults. */
const FAULTS_MAX = 5;

/**
 * Why something was not done, for a person who typed a command: no code, no HTTP. The faults of what
 * they typed are named; what only whoever runs the gateway can mend says so.
 */
export function problemWords({ code, detail, errors }: Problem): string {
  switch (code) {
    case "invalid_request":
      return ["That cannot be done as you wrote it:", ...(errors ?? []).map(faultWords)]
        .slice(0, FAULTS_MAX + 1)
        .join("\n");
    case "breaker_open":
      return "This has failed again and again, and rests for a while. Try again later.";
    case "overloaded":
    case "too_many_waiters":
      return "There is too much to do at the moment: nothing was started. Try again in a minute.";
    case "plugin_unavailable":
      return "What does this is not there at the moment. Try again in a minute.";
    case "unknown_plugin":
    case "unknown_command":
      return "This command is not set up here: whoever runs this has to look at `run` in holdline.yaml.";
    default:
      return `${PROBLEMS[code].title}. ${detail}`;
  }
}

function faultWords({ path, message }: NonNullable<Problem["errors"]>[number]): string {
  return `• ${path.replace(/^payload\./, "")}: ${message}`;
}
