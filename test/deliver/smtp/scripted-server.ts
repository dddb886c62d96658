// An SMTP server that says what a test writes down, and ends the connection where it is told to.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";

/** A reply, or what happens to the connection in its place. */
export type Act = string | "reset" | "close" | "silence";

export interface Script {
  readonly greeting?: Act;
  readonly ehlo?: Act;
  readonly starttls?: Act;
  readonly auth?: Act;
  readonly mail?: Act;
  readonly rcpt?: (address: string) => Act;
  readonly data?: Act;
  /** Once some of the content is there. */
  readonly inContent?: Act;
  /** After the final dot. */
  readonly content?: Act;
  /** The message counts as taken even when the reply to it does not come. */
  readonly takesSilently?: boolean;
}

export interface Taken {
  readonly from: string;
  readonly mailParameters: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface ScriptedServer extends AsyncDisposable {
  readonly port: number;
  readonly taken: readonly Taken[];
  readonly commands: readonly string[];
  /** Connections that were ended once the content had begun. */
  readonly lostInContent: () => number;
}

/** @param script - or one for each connection, by its number from 0 */
export async function scriptedServer(script: Script | ((connection: number) => Script) = {}): Promise<ScriptedServer> {
  const taken: Taken[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let lost = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    serve(socket, typeof script === "function" ? script(connections++) : script, taken, commands, () => lost++);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    ...{ port, taken, commands, lostInContent: () => lost },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

function serve(socket: Socket, script: Script, taken: Taken[], commands: string[], onLost: () => void): void {
  let buffered = "";
  let envelope = { from: "", mailParameters: "", to: [] as string[] };
  let inData = false;
  const act = (what: Act) => {
    if (what === "reset") socket.resetAndDestroy();
    else if (what === "close") socket.end();
    else if (what !== "silence") socket.write(what.endsWith("\n") || what.endsWith("\\") ? what : `${what}\r\n`);
  };
  const onCommand = (line: string) => {
    commands.push(line);
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return act(script.ehlo ?? "250-test\r\n250-SIZE 1000000\r\n250 8BITMIME");
    if (verb === "STAR") return act(script.starttls ?? "502 no");
    if (verb === "AUTH") return act(script.auth ?? "235 2.7.0 welcome");
    if (verb === "MAIL") {
      const [, from = "", mailParameters = ""] = /<(.*?)>\s*(.*)$/.exec(line) ?? [];
      envelope = { from, mailParameters, to: [] };
      return act(script.mail ?? "250 2.1.0 Ok");
    }
    if (verb === "RCPT") {
      const address = /<(.*)>/.exec(line)?.[1] ?? "";
      const what = script.rcpt?.(address) ?? "250 2.1.5 Ok";
      if (what.startsWith("2")) envelope.to.push(address);
      return act(what);
    }
    if (verb === "DATA") {
      const what = script.data ?? "354 go ahead";
      inData = what.startsWith("354");
      return act(what);
    }
    return act(verb === "QUIT" ? "221 bye" : "250 Ok");
  };
  const onContent = (raw: string) => {
    inData = false;
    const what = script.content ?? "250 2.0.0 Ok: queued as 4XyZ12";
    if (what.startsWith("2") || script.takesSilently === true) {
      taken.push({ ...envelope, raw: raw.replaceAll("\r\n..", "\r\n.") });
    }
    if (what === "reset") onLost();
    act(what);
  };
  socket.on("data", (chunk) => {
    buffered += chunk.toString("latin1");
    for (;;) {
      if (inData) {
        if (script.inContent !== undefined) {
          if (script.inContent === "reset") onLost();
          return act(script.inContent);
        }
        const end = buffered.indexOf("\r\n.\r\n");
        if (end < 0) return;
        const raw = buffered.slice(0, end + 2);
        buffered = buffered.slice(end + 5);
        onContent(raw);
      } else {
        const end = buffered.indexOf("\r\n");
        if (end < 0) return;
        const line = buffered.slice(0, end);
        buffered = buffered.slice(end + 2);
        onCommand(line);
      }
    }
  });
  act(script.greeting ?? "220 test ESMTP");
}
