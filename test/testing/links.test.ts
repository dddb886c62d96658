import { message } from "mimewright";
import { describe, expect, it } from "vitest";
import { expectLink, linksOf } from "../../src/testing/expect-parts.ts";

const url = "https://example.com/x";
const link = `<a href="${url}">x</a>`;

describe("a link of html, as a browser has it", () => {
  it.each([
    ["behind a style of svg that closes itself", `<svg><style/></svg>${link}`],
    ["in svg", `<svg><a xlink:href="${url}">`],
    ["of an image map", `<map><area href=${url}></map>`],
    ["in a noscript", `<noscript>${link}</noscript>`],
    ["with references in it", '<a href="https&colon;//example&period;com/x">'],
    ["with white space in it", '<a href=" https://exam\nple.com/x\t">'],
    ["with its href twice", `<a href="${url}" href="https://example.org">`],
    ["that is relative to the base", '<base href="https://example.com/"><a href="x">'],
    ["shown to all but old Outlook", `<!--[if !mso]><!-->${link}<!--<![endif]-->`],
  ])("is found %s", (_, html) => {
    expect(linksOf({ html })).toContain(url);
    const m = message({ from: "ann@example.com", to: "zoe@example.org", html });
    expect(expectLink(m, url).pass).toBe(true);
  });

  it.each([
    ["the text of an iframe", `<iframe>${link}</iframe>`],
    ["the text of a noembed", `<noembed>${link}</noembed>`],
    ["the text of an xmp", `<xmp>${link}</xmp>`],
    ["a template", `<template>${link}</template>`],
    ["a comment", `<!-- ${link} -->`],
    ["a comment for old Outlook alone", `<!--[if mso]>${link}<![endif]-->`],
    ["a link of another kind", `<link href="${url}">`],
  ])("is none in %s", (_, html) => {
    expect(linksOf({ html })).toEqual([]);
  });

  it("has named references of every character, as a path may", () => {
    expect(linksOf({ html: '<a href="https://example.com/gr&uuml;n?a=1&copy=2&amp;b=3">' })).toEqual([
      "https://example.com/grün?a=1&copy=2&b=3",
    ]);
  });
});
