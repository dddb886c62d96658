// What an action of the Query protocol is: a name, and what it does with the parameters of a request.
import type { Account } from "../model/account.ts";
import type { LocalState } from "../model/state.ts";
import { given, type Parameters } from "../protocol/query.ts";
import { memberName, required, validation } from "../protocol/validation.ts";
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

/** Gives the content of the Result element; undefined for the two actions whose answer has none. */
export type Run = (call: Call) => Promise<Xml | undefined> | Xml | undefined;

/** Actions by name. */
export type Actions = Readonly<Record<string, Run>>;

/** The texts of parameters that an action cannot do without. @throws SesError ValidationError with every missing one */
export function requiredParameters({ parameters }: Call, ...names: readonly string[]): readonly string[] {
  const found = validation();
  const texts = names.map((name) => required(found, given(parameters, name), memberName(name)));
  found.done();
  return texts;
}

/** The text of the one parameter that an action cannot do without. @throws SesError ValidationError */
export function requiredParameter(call: Call, name: string): string {
  return requiredParameters(call, name).join();
}
