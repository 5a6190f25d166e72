import { version } from "../../package.json";

/** How Holdline names itself to those whom it calls. */
export const USER_AGENT = `holdline/${version}`;
