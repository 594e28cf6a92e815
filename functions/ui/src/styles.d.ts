/** Stylesheets are esbuild's business. */
declare module "*.css";
