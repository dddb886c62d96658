// What an action of the Query protocol is: a name, and what it does with the parameters of a request.
import type { Account } from "../model/account.ts";
import type { LocalState } from "../model/state.ts";
import { given, type Parameters } from "../protocol/query.ts";
import { required, validation } from "../protocol/validation.ts";
import type { Xml } from "../protocol/xml.ts";

/** One request, authenticated and let through the throttle. */
export interface Call {
  readonly state: LocalState;
  readonly account: Account;
  readonly parameters: Parameters;
  readonly accessKeyId: string | undefined;
  /** What links in mails of the endpoint itself begin with. */
  readonly origin: string;
}

/** One action of the API. */
export interface Action {
  readonly name: string;
  /** `second`: one call a second, as the reference says; `recipients`: the sending rate applies instead. */
  readonly throttle: "second" | "recipients";
  /** `identities`: the state is made durable before the answer. Sending sees to that itself. */
  readonly changes: "nothing" | "identities" | "messages";
  /** Gives the content of the Result element; undefined for the two actions whose answer has none. */
  run(call: Call): Promise<Xml | undefined> | Xml | undefined;
}

/** The text of the one parameter that an action cannot do without. @throws SesError ValidationError */
export function requiredParameter(parameters: Parameters, name: string): string {
  const found = validation();
  const value = required(found, given(parameters, name), `${name.charAt(0).toLowerCase()}${name.slice(1)}`);
  found.done();
  return value;
}
