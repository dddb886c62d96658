import { describe, expect, it } from "vitest";
import { callFieldNames, callFields } from "../../src/deliver/core/call-fields.ts";
import { readSesParameters } from "../../src/deliver/nodemailer/ses-parameters.ts";

const tags = [{ Name: "campaign", Value: "spring" }];
const VALUES = { text: "a", tags, list: { ContactListName: "news", TopicName: "weekly" } };
const READ = { text: "a", tags: { campaign: "spring" }, list: { contactList: "news", topic: "weekly" } };

describe("parameters of a mail", () => {
  const names = callFieldNames.flatMap((field) => {
    const { v1, v2, form } = callFields[field];
    return [v1, v2].flatMap((name) => (name === undefined ? [] : [[name, form, field] as const]));
  });

  it.each(names)("are those of the table of call fields: %s", (name, form) => {
    expect(Object.values(readSesParameters({ [name]: VALUES[form] }))).toContainEqual(READ[form]);
  });

  it("set the field that has the name in v1, and that alone", () => {
    for (const [name, form, field] of names) {
      if (callFields[field].v1 !== name) continue;
      expect(readSesParameters({ [name]: VALUES[form] })).toEqual({ [field]: READ[form] });
    }
  });

  it("of v2 stand for the field that v1 does not have, or for all, and give way to a name of v1", () => {
    const [both, own] = ["arn:aws:ses:a", "arn:aws:ses:b"];
    expect(readSesParameters({ FromEmailAddressIdentityArn: both, FromArn: own })).toEqual({
      sourceArn: both,
      fromArn: own,
    });
    expect(readSesParameters({ FeedbackForwardingEmailAddressIdentityArn: both })).toEqual({
      feedbackForwardingArn: both,
    });
  });

  it("take the tags of both names together", () => {
    const more = [{ Name: "b", Value: "2" }];
    expect(readSesParameters({ Tags: tags, EmailTags: more })).toEqual({ tags: { campaign: "spring", b: "2" } });
    expect(() => readSesParameters({ Tags: tags, EmailTags: tags })).toThrow("has two values");
  });
});

describe("tags of a mail", () => {
  it("are a list of { Name, Value }: one issue says so of an object of names and values", () => {
    for (const wrong of [{ campaign: "spring" }, "spring"]) {
      const read = () => readSesParameters({ Tags: wrong });
      expect(read).toThrow(/^input\.option at ses\.Tags: expected a list of tags: \[\{ Name, Value \}\]; got an? \w+$/);
    }
  });
});
