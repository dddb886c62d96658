// Where a relative folder starts.
import { files } from "mimewright/node";
import { describe, expect, it } from "vitest";

describe("a relative folder", () => {
  it("starts at the working directory", async () => {
    expect((await files("fixtures/files")).map(({ filename }) => filename)).toContain("invoice.pdf");
  });

  it("starts at the root when there is one", async () => {
    expect((await files("files", { root: "fixtures" })).map(({ filename }) => filename)).toContain("invoice.pdf");
  });
});
