// The API reference: a page for each door, written into the folder of the documentation site.
import { MarkdownPageEvent } from "typedoc-plugin-markdown";

const doors = [
  ...[
    "index",
    "node",
    "html",
    "read",
    "charset",
    "ses",
    "bullmq",
    "outbox",
    "nodemailer",
    "mimetext",
    "local",
    "preflight",
  ],
];

/**
 * A page is called what its door is imported as.
 *
 * @param {import("typedoc-plugin-markdown").MarkdownApplication} app
 */
function titles(app) {
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    const door = page.filename.split(/[\\/]/).at(-1)?.replace(/\.md$/, "");
    if (door !== "index") page.contents = page.contents?.replace(/^# .*$/m, `# mimewright/${door}`);
  });
}

/** @type {Partial<import("typedoc").TypeDocOptions> & Record<string, unknown>} */
const config = {
  entryPoints: [...doors, "testing", "vitest"].map((door) => `src/${door}.ts`),
  tsconfig: "tsconfig.build.json",
  plugin: ["typedoc-plugin-markdown", titles],
  out: "docs/api",
  readme: "none",
  logLevel: "Warn",
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  excludeExternals: true,
  // A type that no door gives is shown by its name; a link that leads nowhere fails the build.
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatValidationWarningsAsErrors: true,
  sanitizeComments: true,
  outputFileStrategy: "modules",
  entryFileName: "index",
  entryModule: "index",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  tableColumnSettings: {
    hideModifiers: true,
    hideDefaults: true,
    hideOverrides: true,
    hideInherited: true,
    hideSources: true,
  },
};

export default config;
