// An Express app that sends mail. In development it starts the SES endpoint beside itself and sends the developer to
// its inbox at /inbox; in production the client talks to Amazon SES. Nothing else differs. Run it:
// npm run build && npm run build:examples, then node .build/examples/express-app.js
import { pathToFileURL } from "node:url";
import { SESClient } from "@aws-sdk/client-ses";
import express, { type Express } from "express";
import { check, sesV1 } from "mimewright";
import { startLocalSes } from "mimewright/local";
import { type Sender, sesSender } from "mimewright/ses";

/** What the app is made of. */
export interface Parts {
  readonly sender: Sender;
  /** Address of the inbox, in development. */
  readonly inbox?: string;
}

/** The app over a sender. */
export function createApp({ sender, inbox }: Parts): Express {
  const app = express();
  app.use(express.json());
  app.post("/invitations", async (request, response) => {
    const { email, note } = request.body;
    const input = { from: "Team <team@example.com>", to: email, subject: "You are invited", text: note };
    const checked = check(input, sesV1);
    if (!checked.ok) {
      response.status(400).json(checked.issues.map(({ code, path }) => ({ code, path })));
      return;
    }
    const { status } = await sender.send(checked.value);
    response.status(status === "failed" ? 503 : 202).json({ status });
  });
  if (inbox !== undefined) app.get("/inbox", (_, response) => response.redirect(inbox));
  return app;
}

/** The parts as the environment wants them. */
export async function partsFor(environment: string | undefined): Promise<Parts & { close(): Promise<void> }> {
  if (environment === "production") {
    const sender = sesSender({ client: new SESClient({}), rate: "quota" });
    return { sender, close: async () => void (await sender.close()) };
  }
  const ses = await startLocalSes();
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  const client = new SESClient({ region: "us-east-1", endpoint: ses.url, credentials });
  const sender = sesSender({ client });
  async function close(): Promise<void> {
    await sender.close();
    client.destroy();
    await ses.close();
  }
  return { sender, inbox: ses.url, close };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const parts = await partsFor(process.env.NODE_ENV);
  const server = createApp(parts).listen(3000, () => console.log("http://127.0.0.1:3000, mail at /inbox"));
  process.once("SIGINT", () => server.close(() => void parts.close()));
}
