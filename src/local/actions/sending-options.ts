// Parameters that both sending actions of today's service take beyond the reference.
import { given, indices, type Parameters } from "../protocol/query.ts";
import type { SendingOptions } from "../sending/submit.ts";

/** Tags, configuration set and ARNs, as far as they are given. */
export function sendingOptions(parameters: Parameters): SendingOptions {
  const numbers = new Set([
    ...indices(parameters, "Tags.member.", ".Name"),
    ...indices(parameters, "Tags.member.", ".Value"),
  ]);
  const tags = [...numbers].map((number) => ({
    name: parameters.get(`Tags.member.${number}.Name`) ?? "",
    value: parameters.get(`Tags.member.${number}.Value`) ?? "",
  }));
  return {
    tags,
    configurationSet: given(parameters, "ConfigurationSetName"),
    sourceArn: given(parameters, "SourceArn"),
    returnPathArn: given(parameters, "ReturnPathArn"),
  };
}
