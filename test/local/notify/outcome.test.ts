// What becomes of mail to the mailbox simulator, and of the test virus.
import { describe, expect, it } from "vitest";
import { start } from "../support/helpers.ts";
import { call, getJson, mail, sendRaw } from "../support/mail.ts";

interface Detail {
  readonly outcomes: readonly { readonly recipient: string; readonly outcome: string }[];
}

async function outcomes(to: string): Promise<readonly string[]> {
  const { url } = await start();
  const id = await sendRaw(url, mail({ to }));
  const { outcomes: found } = await getJson<Detail>(`${url}/_local/messages/${id}`);
  return found.map(({ outcome }) => outcome);
}

const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].join("");

function withFile(content: string, encoding: string): string {
  return mail({
    head: 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n',
    text: `--b\nContent-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: ${encoding}\n\n${content}\n--b--`,
  });
}

async function statistics(url: string): Promise<string> {
  return (await call(url, { Action: "GetSendStatistics" })).replace(/<(\/?)(member|ResponseMetadata)>/g, "");
}

describe("mailbox simulator", () => {
  it("knows its addresses in any case and with any label", async () => {
    const addresses = ["success", "BOUNCE", "bounce+a.b+c", "ooto+x", "complaint", "suppressionlist+1", "nobody"];
    const to = addresses.map((local) => `${local}@Simulator.AmazonSES.com`).join(", ");
    expect(await outcomes(to)).toEqual([
      "delivered",
      "bounced",
      "bounced",
      "out-of-office",
      "complained",
      "suppressed",
      "delivered",
    ]);
  });

  it("does not take other addresses for its own", async () => {
    const to = "bounce@example.com, bounce@simulator.amazonses.com.example.org, xbounce@simulator.amazonses.com";
    expect(await outcomes(to)).toEqual(["delivered", "delivered", "delivered"]);
  });

  it("counts bounces and complaints in the statistics", async () => {
    const { url } = await start();
    const at = "simulator.amazonses.com";
    await sendRaw(url, mail({ to: `bounce@${at}, suppressionlist@${at}, complaint@${at}, success@${at}` }));
    const answer = await statistics(url);
    expect(answer).toContain("<DeliveryAttempts>4</DeliveryAttempts>");
    expect(answer).toContain("<Bounces>2</Bounces>");
    expect(answer).toContain("<Complaints>1</Complaints>");
    expect(answer).toContain("<Rejects>0</Rejects>");
  });

  it("answers out-of-office mail to where bounces go", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ to: "ooto@simulator.amazonses.com", head: "Return-Path: <bounces@example.com>\n" }));
    const [reply] = inbox.list({ kind: "auto-reply" });
    expect(reply).toMatchObject({ source: "ooto@simulator.amazonses.com", recipients: ["bounces@example.com"] });
    expect(reply?.parse().fields.find(({ name }) => name === "Auto-Submitted")?.value).toBe("auto-replied");
  });
});

describe("the EICAR test file", () => {
  it.each([
    ["base64", Buffer.from(EICAR).toString("base64")],
    ["7bit", EICAR],
    ["quoted-printable", EICAR.replace("=", "=3D")],
    ["base64", Buffer.from(`${EICAR}\r\n  \t`).toString("base64")],
  ])("is accepted and becomes a reject (%s)", async (encoding, content) => {
    const { url, inbox } = await start();
    const id = await sendRaw(url, withFile(content, encoding));
    expect(await statistics(url)).toContain("<Rejects>1</Rejects>");
    expect((await getJson<Detail>(`${url}/_local/messages/${id}`)).outcomes).toEqual([
      { recipient: "bob@example.org", outcome: "rejected" },
    ]);
    expect(inbox.notifications()).toEqual([]);
  });

  it("is not seen in a text that quotes it", async () => {
    const { url } = await start();
    await sendRaw(url, withFile(`The test file is ${EICAR}`, "7bit"));
    expect(await statistics(url)).toContain("<Rejects>0</Rejects>");
  });
});
