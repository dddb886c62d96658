// mimewright/nodemailer: from nodemailer's options, and to its transporters.
export { fromNodemailer } from "./nodemailer/from-nodemailer.ts";
export { type NodemailerMessage, toNodemailer } from "./nodemailer/to-nodemailer.ts";
