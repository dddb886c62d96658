// The rooms of the library. A floor imports the floors before it and nothing else.
const FLOORS = [
  "issues",
  "options",
  "given",
  "mail/octets",
  "mail/headers",
  "mail/read",
  "mail/message",
  "mail/render",
  "mail/limits",
];
// Rooms above the floors, each with the other rooms of this table that it imports.
const ROOMS = {
  "mail/node": [],
  "mail/input": [],
  "mail/html": [],
  "mail/charset": [],
  "deliver/core": [],
  "deliver/ses": ["deliver/core"],
  "deliver/smtp": ["deliver/core"],
  "deliver/outbox": ["deliver/core"],
  "deliver/queue": ["deliver/core", "deliver/ses"],
  "deliver/nodemailer": ["deliver/core", "deliver/ses"],
  "deliver/mimetext": [],
  testing: ["mail/html"],
  "testing/preflight": ["mail/html", "testing"],
  "testing/vitest": ["testing", "testing/preflight", "local"],
  local: ["mail/charset", "mail/html", "testing/preflight"],
};
const EDGES = Object.keys(ROOMS);
ROOMS.cli = EDGES;

// A room is a folder or a file; a room inside another one is not part of it.
const inside = (room) => Object.keys(ROOMS).filter((other) => other.startsWith(`${room}/`));
const paths = (rooms) => `^src/(${rooms.join("|")})(/|\\.ts$)`;
const of = (room) => ({ path: paths([room]), pathNot: paths([...inside(room), "none"]) });

const upwards = FLOORS.map((floor, index) => ({
  name: `floor-${floor.replace("/", "-")}`,
  comment: `${floor} imports lower floors only`,
  severity: "error",
  from: of(floor),
  to: { path: "^src/", pathNot: paths(FLOORS.slice(0, index + 1)) },
}));

const between = Object.entries(ROOMS).map(([room, others]) => ({
  name: `room-${room.replace("/", "-")}`,
  comment: `${room} imports floors${others.length > 0 ? ` and ${others.join(", ")}` : ""}, no other room`,
  severity: "error",
  from: of(room),
  to: {
    path: paths(Object.keys(ROOMS).filter((other) => other !== room && !others.includes(other))),
    pathNot: paths([...others.filter((other) => other.includes("/")), ...(room.includes("/") ? [room] : []), "none"]),
  },
}));

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
      name: "no-circular",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-is-portable",
      comment: "floors run on every runtime: no module of Node's own",
      severity: "error",
      from: { path: paths(FLOORS) },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "core-dependencies",
      comment: "the core needs the table of content types and nothing else",
      severity: "error",
      from: { path: paths(FLOORS) },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-optional"], pathNot: "node_modules/mime/" },
    },
    {
      name: "one-reader-of-html",
      comment: "html is read by src/mail/html alone",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/mail/html/reader\\.ts$" },
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

// For the test of the architecture page; no option of dependency-cruiser, which refuses what it does not know.
Object.defineProperty(module.exports, "layout", { value: { floors: FLOORS, rooms: ROOMS } });
