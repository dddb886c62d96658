// `mimewright send --dry-run`: what would be sent, where to and to whom. Nothing goes out.
import { EXIT } from "./io.ts";
import { issueReport, plural } from "./issue-lines.ts";
import { isNoSend, type Job, type NoSend, packed } from "./job.ts";
import { paintOf, shown } from "./paint.ts";
import type { Parcel } from "./parcels.ts";

/** Tells the plan of every file. @returns the exit code */
export async function dryRun(job: Job): Promise<number> {
  const left: NoSend[] = [];
  for (const file of job.files) {
    const parcel = await packed(file, job);
    if (isNoSend(parcel)) left.push(parcel);
    else job.io.out(planOf(file, parcel, job));
  }
  if (left.some(({ status }) => status === "unreadable")) return EXIT.usage;
  return left.length === 0 ? EXIT.done : EXIT.failed;
}

function planOf(
  file: string,
  { envelope: { from, to }, bytes, issues }: Parcel,
  { service, perCall, io }: Job,
): string {
  const call = service.api === "v1" ? "SendRawEmail" : "SendEmail (v2)";
  const where = service.endpoint?.origin ?? `SES in ${service.region ?? "the region of the AWS profile"}`;
  const calls = plural(Math.ceil(to.length / perCall), "call");
  return [
    `${shown(file)}: not sent (dry run)`,
    `  ${call} to ${shown(where)}`,
    `  from ${from}`,
    ...to.map((address, index) => `  ${index === 0 ? "to  " : "    "} ${address}`),
    `  ${plural(bytes, "byte")}, ${plural(to.length, "recipient")}, ${calls}`,
    issues.length === 0 ? "" : issueReport(issues, paintOf(io, "out")),
  ].join("\n");
}
