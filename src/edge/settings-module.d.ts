declare module "*.settings" {
  /** The file's text: wrangler's rule for it. */
  const text: string;
  export default text;
}
