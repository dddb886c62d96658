// The process's own streams as commands see them: a reader who leaves early is no fault of anybody.
import { addAbortSignal, type Readable, type Writable } from "node:stream";
import { OutputClosedError } from "./io.ts";

/** A stream to write to. */
export interface Sink {
  /** Writes text; what nobody reads any more is dropped. */
  readonly say: (text: string) => void;
  /** Writes octets, and waits until they are taken. @throws OutputClosedError */
  readonly pour: (bytes: Uint8Array) => Promise<void>;
}

/**
 * A sink over a stream.
 *
 * @param onFault - called for what is a fault: a full disk, a device that is gone
 */
export function sinkOf(stream: Writable, onFault: (error: Error) => void): Sink {
  let isOpen = true;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (!isOpen) return;
    isOpen = false;
    // `mimewright … | head -1`: the command goes on to its end, and its exit code says how that was.
    if (!isClosed(error)) onFault(error);
  });
  return {
    say(text) {
      if (isOpen) stream.write(text);
    },
    pour(bytes) {
      if (!isOpen) return Promise.reject(new OutputClosedError("nobody reads"));
      return new Promise((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(new OutputClosedError(error.message)) : resolve()));
      });
    },
  };
}

// EPIPE is what a pipe says, ERR_STREAM_DESTROYED what Node says to writes after it.
function isClosed({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || code === "EOF";
}

/** The octets of a stream, until it ends or the signal is aborted. */
export async function* octetsOf(stream: Readable, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  addAbortSignal(signal, stream);
  for await (const chunk of stream) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
