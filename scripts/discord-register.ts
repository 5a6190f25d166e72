/**
 * `npm run discord:register [-- --guild ID | --global] [--apply]`: shows how the commands that Discord has
 * differ from those in `holdline.yaml`, and with `--apply` makes them the same. Discord replaces all of
 * them at once: what the settings do not have is removed. A guild has its commands at once, which is for
 * trying out; everywhere else they come when they are used.
 */
import { parseArgs } from "node:util";
import { ConfigFault } from "../src/config/fault.ts";
import {
  applyCommands,
  changeLines,
  isNothing,
  plannedChanges,
  RegistrationFault,
} from "./register/registration.ts";
import { registrationOf, wantedCommands } from "./register/variables.ts";

const { values } = parseArgs({
  options: {
    guild: { type: "string" },
    global: { type: "boolean", default: false },
    apply: { type: "boolean", default: false },
  },
});

try {
  await register();
} catch (cause) {
  if (!(cause instanceof RegistrationFault || cause instanceof ConfigFault)) throw cause;
  console.error(cause.message);
  process.exitCode = 1;
}

async function register(): Promise<void> {
  if (values.guild !== undefined && values.global) {
    throw new RegistrationFault("Give --guild or --global, and not both");
  }
  if (values.apply && values.guild === undefined && !values.global) {
    throw new RegistrationFault("Say where: --apply needs --guild ID, or --global");
  }
  const registration = registrationOf(process.env, values.guild ?? null);
  const wanted = wantedCommands(process.env);
  const where = values.guild === undefined ? "everywhere" : `in guild ${values.guild}`;
  const changes = await plannedChanges(registration, wanted);
  if (isNothing(changes)) {
    console.log(`Discord has what the settings say ${where}: nothing to do.`);
    return;
  }
  console.log(`What registering changes ${where}:`);
  for (const line of changeLines(changes)) console.log(line);
  if (!values.apply) {
    console.log("Nothing was changed. --apply does it.");
    return;
  }
  const count = await applyCommands(registration, wanted);
  console.log(`Done: commands that Discord has ${where}: ${count}.`);
}
