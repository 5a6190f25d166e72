import { version } from "../../package.json";

export const VERSION: string = version;

/** How Holdline names itself to those whom it calls. */
export const USER_AGENT = `holdline/${version}`;
