/** Files that wrangler bundles as texts: see wrangler.jsonc. */

declare module "*.html" {
  const text: string;
  export default text;
}

declare module "*.css" {
  const text: string;
  export default text;
}
