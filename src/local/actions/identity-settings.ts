// The actions that change settings of an identity: DKIM signing, feedback forwarding, notification topics.
import {
  dkimStatusAt,
  domainIdentity,
  ensureIdentity,
  forwardingEnabled,
  identityName,
  ownedIdentity,
} from "../account/identities.ts";
import { refreshDomains } from "../account/verification.ts";
import { NOTIFICATION_TYPES } from "../model/account.ts";
import { invalidValue } from "../protocol/errors.ts";
import { booleanOf, given } from "../protocol/query.ts";
import { memberName, oneOf, required, validation } from "../protocol/validation.ts";
import { type Actions, type Call, requiredParameters } from "./action.ts";

const ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?$/;

export const identitySettings: Actions = {
  async SetIdentityDkimEnabled(call) {
    const [name, on] = readSwitch(call, "DkimEnabled");
    if (on) await checkDomain(call, name);
    ownedIdentity(call.state, call.account, name).dkimEnabled = on;
    return "";
  },
  SetIdentityFeedbackForwardingEnabled(call) {
    const [name, on] = readSwitch(call, "ForwardingEnabled");
    const identity = ownedIdentity(call.state, call.account, name);
    if (!on && !(identity.topics.has("Bounce") && identity.topics.has("Complaint"))) {
      throw invalidValue(
        `Identity ${name} must have an SNS topic set for both Bounce and Complaint before feedback forwarding is disabled.`,
      );
    }
    identity.forwardingEnabled = on;
    return "";
  },
  SetIdentityNotificationTopic({ state, account, parameters }) {
    const found = validation();
    const name = required(found, given(parameters, "Identity"), "identity");
    const asked = given(parameters, "NotificationType");
    required(found, asked, "notificationType");
    const type = oneOf(found, asked, "notificationType", NOTIFICATION_TYPES);
    found.done();
    // Left out it clears; an empty text is a topic that does not exist.
    const topic = parameters.get("SnsTopic");
    if (topic !== undefined && !ARN.test(topic)) throw invalidValue(`SNS topic ${topic.slice(0, 300)} is invalid.`);
    const identity = ownedIdentity(state, account, name);
    if (type === undefined) return "";
    if (topic === undefined) identity.topics.delete(type);
    else identity.topics.set(type, topic);
    // Without both topics feedback would be lost: mail takes over again.
    identity.forwardingEnabled = forwardingEnabled(identity);
    return "";
  },
};

/** An identity, and what a setting of it is to be. */
function readSwitch(call: Call, setting: string): readonly [identity: string, on: boolean] {
  const [identity = "", on = ""] = requiredParameters(call, "Identity", setting);
  return [identity, booleanOf(on, memberName(setting))];
}

async function checkDomain({ state, account }: Call, name: string): Promise<void> {
  await refreshDomains(state, account, [name]);
  const domainName = identityName(name.slice(name.lastIndexOf("@") + 1));
  if (state.settings.anySender) ensureIdentity(state, account, domainName).dkimStatus = "Success";
  const domain = domainIdentity(account, name);
  if (domain !== undefined && dkimStatusAt(domain, state.now()) === "Success") return;
  throw invalidValue(`Domain ${domainName} is not verified for DKIM signing.`);
}
