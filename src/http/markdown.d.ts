declare module "*.md" {
  /** The page's text: wrangler's rule for Markdown. */
  const text: string;
  export default text;
}
