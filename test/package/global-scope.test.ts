// What edge runtimes forbid while a module loads: random values, the clock read for keeps, requests.
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("loading a door that runs on edge runtimes", () => {
  it.each([
    ["mimewright", () => import("mimewright")],
    ["mimewright/html", () => import("mimewright/html")],
    ["mimewright/read", () => import("mimewright/read")],
    ["mimewright/ses", () => import("mimewright/ses")],
    ["mimewright/nodemailer", () => import("mimewright/nodemailer")],
    ["mimewright/mimetext", () => import("mimewright/mimetext")],
    ["mimewright/preflight", () => import("mimewright/preflight")],
  ])("%s asks for no random values and no request", async (_, load) => {
    vi.resetModules();
    const asked = [
      vi.spyOn(crypto, "getRandomValues"),
      vi.spyOn(crypto, "randomUUID"),
      vi.spyOn(Math, "random"),
      vi.spyOn(globalThis, "fetch"),
    ];
    expect(Object.keys(await load()).length).toBeGreaterThan(0);
    for (const spy of asked) expect(spy).not.toHaveBeenCalled();
  });
});
