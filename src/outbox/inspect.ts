// An outbox as somebody else sees it: for commands and dashboards beside the process that owns it.
import { oneOf, readOptionsOf, shapeOf } from "../given.ts";
import { accessTo, type OutboxAccess } from "./access.ts";
import type { Connection } from "./connection.ts";
import { type DriverName, driverNames, loadDriver } from "./driver.ts";
import { OutboxError } from "./error.ts";
import { filesOf, look } from "./files.ts";
import { openingError } from "./opening-error.ts";
import { pathOfFile } from "./options.ts";
import { connect } from "./schema.ts";

/** Options of `inspectOutbox`. */
export interface InspectOptions {
  readonly path: string;
  /** The first that is there when absent. */
  readonly driver?: DriverName;
}

/** An outbox without a sender. */
export interface OutboxInspector extends OutboxAccess {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const INSPECT = shapeOf<InspectOptions>({ path: pathOfFile, driver: oneOf(...driverNames) }, { required: ["path"] });

/**
 * Opens an outbox to look at it, whether or not a process owns it. A file that is damaged is opened as far as SQLite
 * can: reading what is unreadable rejects, the rest comes.
 *
 * @throws OutboxError `outbox.record` when there is no outbox; `outbox.damaged`, `outbox.foreign`, `outbox.version`,
 * `outbox.driver`, `outbox.write`; OptionError for options that cannot be used
 * @example
 * const inspector = await inspectOutbox({ path: "mail.outbox" });
 * console.log(await inspector.counts());
 * await inspector.close();
 */
export async function inspectOutbox(options: InspectOptions): Promise<OutboxInspector> {
  const { path = "", driver } = readOptionsOf(options, INSPECT);
  const loaded = await loadDriver(driver);
  try {
    const files = filesOf(path);
    if (look(files) === "absent") throw new OutboxError("outbox.record", "there is no outbox of this name");
    return inspectorOver(connect(files, loaded));
  } catch (error) {
    throw openingError(error);
  }
}

function inspectorOver(db: Connection): OutboxInspector {
  let open = true;
  const close = async () => {
    open = false;
    db.close();
  };
  const access = accessTo(() => {
    if (!open) throw new OutboxError("outbox.closed", "the outbox is closed");
    return db;
  }, Date.now);
  return { ...access, close, [Symbol.asyncDispose]: close };
}
