// The script of the inbox page as text. The build compiles client/ and puts it here, so that it goes wherever the
// endpoint goes: into a bundle too. It is loaded when a browser asks for it.

/** One ES module; empty in the sources. */
export const CLIENT_SCRIPT: string = "";
