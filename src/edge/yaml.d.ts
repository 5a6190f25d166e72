declare module "*.yaml" {
  /** The file's text: wrangler's rule for YAML. */
  const text: string;
  export default text;
}
