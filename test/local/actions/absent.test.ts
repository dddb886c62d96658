// What the service has and this endpoint lacks is told from what the service never had; with the SDK's own tables.
import * as v1 from "@aws-sdk/client-ses";
import { CreateTemplateCommand, SESClient } from "@aws-sdk/client-ses";
import * as v2 from "@aws-sdk/client-sesv2";
import { CreateEmailIdentityCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { describe, expect, it } from "vitest";
import { KNOWN_ACTIONS, KNOWN_OPERATIONS, operationOf } from "../../../src/local/protocol/operations.ts";
import { errorOf, handle, start } from "../support/helpers.ts";

const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };

function commandsOf(sdk: object): readonly string[] {
  return Object.keys(sdk)
    .filter((name) => /^[A-Z].*Command$/.test(name))
    .map((name) => name.slice(0, -"Command".length));
}

/** Method and path of every operation, out of the SDK's schemas. */
function routesOf(sdk: object): readonly (readonly [method: string, path: string, name: string])[] {
  return Object.values(sdk).flatMap((value: unknown) => {
    if (!Array.isArray(value) || value[0] !== 9) return [];
    const [method, path] = value[3].http;
    return [[String(method), String(path), String(value[2])] as const];
  });
}

describe("actions of API v1 that are absent here", () => {
  it("are known by the names that the SDK has commands for", () => {
    expect([...KNOWN_ACTIONS].sort()).toEqual([...commandsOf(v1)].sort());
    expect(KNOWN_ACTIONS.size).toBe(71);
  });

  it("answer InvalidAction that says who lacks them, and what there is", async () => {
    const ses = await start();
    const answers = new Map<string, string>();
    for (const action of KNOWN_ACTIONS) answers.set(action, errorOf(await handle(ses, { Action: action })));
    const absent = [...answers].filter(([, answer]) => answer.includes("does not implement"));
    expect(absent).toHaveLength(71 - 18);
    expect(answers.get("CreateTemplate")).toMatch(
      /^400 InvalidAction: mimewright does not implement the action CreateTemplate of Amazon SES\. It implements DeleteIdentity, .*, VerifyEmailIdentity\.$/,
    );
    expect([...answers.values()].filter((answer) => answer.includes("Could not find operation"))).toEqual([]);
  });

  it("reach callers of the SDK as such", async () => {
    const client = new SESClient({ endpoint: (await start()).url, region: "us-east-1", credentials, maxAttempts: 1 });
    const Template = { TemplateName: "t", SubjectPart: "s" };
    await expect(client.send(new CreateTemplateCommand({ Template }))).rejects.toMatchObject({
      name: "InvalidAction",
      message: expect.stringContaining("mimewright does not implement the action CreateTemplate"),
    });
    client.destroy();
  });
});

describe("operations of API v2 that are absent here", () => {
  it("are known by the methods and paths that the SDK sends", () => {
    const routes = routesOf(v2);
    expect(routes).toHaveLength(commandsOf(v2).length);
    for (const [method, path, name] of routes) {
      expect(operationOf(method, path.replaceAll(/\{[A-Za-z]+\}/g, "a%40b")), `${method} ${path}`).toBe(name);
    }
    expect(KNOWN_OPERATIONS.size).toBe(routes.length);
  });

  it.each([
    ["GET", "/v2/email/identities", "ListEmailIdentities"],
    ["GET", "/v2/email/configuration-sets", "ListConfigurationSets"],
    ["GET", "/v2/email/contact-lists/l/contacts", "ListContacts"],
    ["GET", "/v2/email/import-jobs", "ListImportJobs"],
    ["GET", "/v2/email/insights/id/", "GetMessageInsights"],
    ["PUT", "/v1/email/identities/example.com/dkim/signing", "PutEmailIdentityDkimSigningAttributes"],
    ["PATCH", "/v2/email/identities", undefined],
    ["GET", "/v1/email/identities", undefined],
    ["GET", "/v2/email/identities//policies", undefined],
    ["GET", "/v2/email", undefined],
  ])("of older clients too: %s %s is %s", (method, path, name) => {
    expect(operationOf(method, path)).toBe(name);
  });

  it("answer 404 NotImplementedException, and what v2 never had UnknownOperationException", async () => {
    const { url } = await start();
    const ask = async (method: string, path: string) => {
      const response = await fetch(url + path, { method });
      const { message }: { message: string } = await response.json();
      return [response.status, response.headers.get("x-amzn-errortype"), message] as const;
    };
    expect(await ask("DELETE", "/v2/email/templates/welcome")).toEqual([
      404,
      "NotImplementedException",
      "mimewright does not implement DeleteEmailTemplate of Amazon SES API v2. It implements SendEmail and GetAccount.",
    ]);
    const [status, type] = await ask("PUT", "/v1/email/identities/a.example/dkim/signing");
    expect([status, type]).toEqual([404, "NotImplementedException"]);
    const never = await ask("DELETE", "/v2/email/account");
    expect(never.slice(0, 2)).toEqual([404, "UnknownOperationException"]);
    expect(never[2]).toContain("There is no operation DELETE /v2/email/account in API v2");
  });

  it("reach callers of the SDK as such", async () => {
    const client = new SESv2Client({ endpoint: (await start()).url, region: "us-east-1", credentials, maxAttempts: 1 });
    await expect(client.send(new CreateEmailIdentityCommand({ EmailIdentity: "a.example" }))).rejects.toMatchObject({
      name: "NotImplementedException",
      message: expect.stringContaining("mimewright does not implement CreateEmailIdentity"),
    });
    client.destroy();
  });
});
