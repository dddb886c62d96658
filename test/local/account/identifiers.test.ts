// Identifiers in the service's forms, held against ones that the service gave out.
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { dkimTokens, messageId, messageIdHost, uuid, verificationToken } from "../../../src/local/model/ids.ts";

describe("message ids", () => {
  it("carry the time as those of the service do", () => {
    // 0108017f71202927-… was taken at that time; 01010161b06c7f94-… is one of us-west-2.
    const id = messageId("us-east-1", Date.parse("2022-03-10T00:00:07.463Z"), randomBytes);
    expect(id.slice(4, 16)).toBe("017f71202927");
    expect(messageId("us-west-2", 0x0161b06c7f94, randomBytes).slice(0, 17)).toBe("01010161b06c7f94-");
  });

  it.each([
    ["us-east-1", "0100", "email.amazonses.com"],
    ["us-west-2", "0101", "us-west-2.amazonses.com"],
    ["eu-west-1", "0102", "eu-west-1.amazonses.com"],
    ["ap-northeast-1", "0106", "ap-northeast-1.amazonses.com"],
    ["eu-central-1", "0107", "eu-central-1.amazonses.com"],
    ["ap-southeast-2", "0108", "ap-southeast-2.amazonses.com"],
    ["ap-south-1", "0109", "ap-south-1.amazonses.com"],
    ["eu-west-2", "010b", "eu-west-2.amazonses.com"],
    ["ca-central-1", "010d", "ca-central-1.amazonses.com"],
    ["ap-southeast-1", "010e", "ap-southeast-1.amazonses.com"],
    ["us-east-2", "010f", "us-east-2.amazonses.com"],
  ])("of %s begin with %s, and the Message-ID ends with @%s", (region, prefix, host) => {
    expect(messageId(region, 0, randomBytes).slice(0, 4)).toBe(prefix);
    expect(messageIdHost(region)).toBe(host);
  });

  it("of other regions begin with digits that no region is known to have", () => {
    expect(messageId("sa-east-1", 0, randomBytes).slice(0, 4)).toBe("01ff");
  });

  it("have the domain of their region", () => {
    expect([messageIdHost("us-east-1"), messageIdHost("eu-west-1")]).toEqual([
      "email.amazonses.com",
      "eu-west-1.amazonses.com",
    ]);
  });
});

describe("uuids", () => {
  it("are of version 4 and follow the given randomness", () => {
    expect(uuid((size) => new Uint8Array(size))).toBe("00000000-0000-4000-8000-000000000000");
    expect(uuid((size) => new Uint8Array(size).fill(0xff))).toBe("ffffffff-ffff-4fff-bfff-ffffffffffff");
  });
});

describe("tokens", () => {
  it("depend on region and domain alone", () => {
    expect(verificationToken("us-east-1", "a.example")).toBe(verificationToken("us-east-1", "a.example"));
    const all = [
      ...dkimTokens("us-east-1", "a.example"),
      ...dkimTokens("us-east-1", "b.example"),
      ...dkimTokens("eu-west-1", "a.example"),
    ];
    expect(new Set(all).size).toBe(9);
  });
});
