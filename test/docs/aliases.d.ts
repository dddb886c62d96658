// nodemailer 6 beside the current one: as much of it as a guide shows.
declare module "nodemailer6" {
  import type { SendMailOptions, SentMessageInfo } from "nodemailer";

  export interface Transporter {
    sendMail(mail: SendMailOptions): Promise<SentMessageInfo>;
    close(): void;
  }
  export function createTransport(options: object): Transporter;
}
