// What `send` is asked to do, and each of its files made ready, or the reason told why it cannot be.
import { MessageError } from "../issues.ts";
import type { Service } from "./client.ts";
import { type Io, TroubleError } from "./io.ts";
import { issueReport } from "./issue-lines.ts";
import { loadMail } from "./load.ts";
import { paintOf, shown } from "./paint.ts";
import { type Parcel, parcelOf, type Terms } from "./parcels.ts";

/** What a command line asks for. */
export interface Job {
  readonly files: readonly string[];
  readonly service: Service;
  readonly terms: Terms;
  /** Recipients that one call takes. */
  readonly perCall: number;
  readonly io: Io;
}

/** A file that never was a send: its mail has errors, or it could not be read. */
export interface NoSend {
  readonly status: "refused" | "unreadable";
}

/** True for a file that never was a send. */
export function isNoSend(outcome: object): outcome is NoSend {
  return "status" in outcome && (outcome.status === "refused" || outcome.status === "unreadable");
}

/** Reads and checks a file, and tells what is wrong. @throws InterruptedError */
export async function packed(file: string, { terms, io }: Job): Promise<Parcel | NoSend> {
  try {
    const parcel = parcelOf(await loadMail(file, io), terms);
    if (parcel.note !== undefined) io.err(`${shown(file)}: ${parcel.note}\n`);
    return parcel;
  } catch (error) {
    if (error instanceof MessageError) return refused(file, error, io);
    if (!(error instanceof TroubleError)) throw error;
    const isNamed = error.message.startsWith(`${file}: `);
    io.err(`mimewright send: ${shown(isNamed ? error.message : `${file}: ${error.message}`)}\n`);
    return { status: "unreadable" };
  }
}

/** Tells why a mail is not sent. */
export function refused(file: string, { issues }: MessageError, io: Io): NoSend {
  io.err(`${shown(file)}: not sent\n${issueReport(issues, paintOf(io, "err"))}`);
  return { status: "refused" };
}
