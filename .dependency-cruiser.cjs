// The floors of the library: imports go down only. A folder's floor is its place in FLOORS.
const FLOORS = ["issues", "encoding", "headers", "given", "read", "message", "mime", "limits"];
const EDGES = [
  "node",
  "html",
  "charset",
  "deliver",
  "bullmq",
  "nodemailer",
  "mimetext",
  "testing",
  "testing/preflight",
  "testing/vitest",
  "local",
  "outbox",
  "cli",
];
// Edge to edge, only these.
const BRIDGES = {
  local: ["charset", "html", "testing/preflight"],
  bullmq: ["deliver"],
  nodemailer: ["deliver"],
  testing: ["html"],
  "testing/preflight": ["html", "testing"],
  "testing/vitest": ["testing", "testing/preflight", "local"],
  outbox: ["deliver"],
  cli: EDGES,
};

const folder = (names) => `^src/(${names.join("|")})(/|\\.ts$)`;

const upwards = FLOORS.map((floor, index) => ({
  name: `floor-${floor}`,
  comment: `${floor} imports lower floors only`,
  severity: "error",
  // `src/read.ts` is a door, and the room has its name.
  from: { path: folder([floor]), pathNot: "^src/read\\.ts$" },
  to: { path: "^src/", pathNot: folder(FLOORS.slice(0, index + 1)) },
}));

// An edge may be a file, and may lie within another edge.
const isInner = (edge) => edge.includes("/");

const between = EDGES.map((edge) => {
  const allowed = [edge, ...(BRIDGES[edge] ?? [])];
  return {
    name: `edge-${edge.replace("/", "-")}`,
    comment: `${edge} imports floors${BRIDGES[edge] ? ` and ${BRIDGES[edge].join(", ")}` : ""}, no other edge`,
    severity: "error",
    from: {
      path: isInner(edge) ? folder([edge]) : `^src/${edge}/`,
      pathNot: folder(EDGES.filter((other) => other.startsWith(`${edge}/`))),
    },
    to: {
      path: folder(EDGES.filter((other) => !allowed.includes(other))),
      pathNot: folder(allowed.filter(isInner)),
    },
  };
});

// The rooms of the embedded endpoint, lowest first. Files of src/local itself put them together.
const LOCAL = [
  "model",
  "storage",
  "protocol",
  "http",
  "auth",
  "inbox",
  "account",
  "notify",
  "sending",
  "actions",
  "pages",
];
const insideLocal = LOCAL.map((room, index) => ({
  name: `local-${room}`,
  comment: `${room} of the endpoint imports lower rooms of it only`,
  severity: "error",
  from: { path: `^src/local/${room}/` },
  to: { path: "^src/local/", pathNot: `^src/local/(${LOCAL.slice(0, index + 1).join("|")})/` },
}));

module.exports = {
  forbidden: [
    ...upwards,
    ...between,
    ...insideLocal,
    {
      name: "any-transport",
      comment: "the sender knows no service: a transport stands above it",
      severity: "error",
      from: { path: "^src/deliver/core/" },
      to: { path: "^src/deliver/", pathNot: "^src/deliver/core/" },
    },
    {
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-is-portable",
      comment: "floors run on every runtime: no module of Node's own",
      severity: "error",
      from: { path: folder(FLOORS) },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-dependencies",
      comment: "the core needs the table of content types and nothing else",
      severity: "error",
      from: { path: folder(FLOORS) },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional"], pathNot: "node_modules/mime/" },
    },
    {
      name: "one-reader-of-html",
      comment: "html is read by src/html alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/html/reader\\.ts$" },
      to: { path: "node_modules/parse5/" },
    },
    {
      name: "doors-are-for-users",
      comment: "nothing inside imports through a door; charset is imported for what it registers",
      severity: "error",
      from: { path: "^src/[^/]+/", pathNot: "^src/cli/" },
      to: { path: "^src/[^/]+\\.ts$", pathNot: "^src/(issues|given|charset)\\.ts$" },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "default"],
    },
    doNotFollow: { path: "node_modules" },
  },
};
