/** Imports go down this list only. A folder may use the folders after it, never those before. */
const LAYERS = ["workers", "src/sdk", "src/http", "src/edge", "src/channels", "src/config", "src/core", "src/lang"];
const above = (layer) => LAYERS.slice(0, LAYERS.indexOf(layer));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphan",
      severity: "error",
      from: { orphan: true, path: "^(src|workers)/", pathNot: "\\.d\\.ts$" },
      to: {},
    },
    {
      name: "no-unresolved",
      severity: "error",
      from: {},
      // Made by the build: see ADR 0018.
      to: { couldNotResolve: true, pathNot: "^cloudflare:|\\.settings$" },
    },
    ...LAYERS.map((layer) => ({
      name: `down-only:${layer}`,
      severity: "error",
      from: { path: `^${layer}/` },
      to: { path: above(layer).map((upper) => `^${upper}/`) },
    })).filter(({ to }) => to.path.length > 0),
    {
      name: "core-needs-nothing",
      comment: "The functional core and lang use no package at all.",
      severity: "error",
      from: { path: "^src/(core|lang)/" },
      to: { pathNot: "^src/(core|lang)/" },
    },
    {
      name: "sdk-knows-the-protocol-only",
      comment: "A plugin shares the protocol with the gateway, and nothing of how the gateway works.",
      severity: "error",
      from: { path: "^src/sdk/" },
      to: { path: "^src/(http|edge|channels|config)/" },
    },
    {
      name: "plugins-know-the-sdk-only",
      severity: "error",
      from: { path: "^workers/", pathNot: "^workers/gateway/" },
      to: { path: "^(src/(http|edge|channels|config)/|workers/gateway/)" },
    },
    ...["discord", "slack", "inbound"].map((channel) => ({
      name: `${channel}-knows-no-other-channel`,
      severity: "error",
      from: { path: `^src/channels/${channel}/` },
      to: { path: `^src/channels/(?!${channel}/)[a-z]+/` },
    })),
    {
      name: "cloudflare-only-at-the-edge",
      severity: "error",
      from: { pathNot: "^(src/edge|src/sdk|workers|test)/" },
      to: { path: "^cloudflare:" },
    },
    {
      name: "hono-only-in-http",
      severity: "error",
      from: { path: "^src/(edge|channels|config|core|lang|sdk)/" },
      to: { path: "node_modules/hono/" },
    },
    {
      name: "no-test-code-in-production",
      severity: "error",
      from: { path: "^(src|workers)/" },
      to: { path: "^(test|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    // TypeScript 7 alone makes dependency-cruiser read nothing, and call that clean.
    parser: "swc",
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["workerd", "import", "types"],
      extensions: [".ts", ".js"],
    },
  },
};
