// The AWS SDK as far as it is used, structurally, so that every 3.x fits: a client that sends commands, commands with
// their own middleware stack. What is added to a command's stack leaves the client as it was.
import { MissingPackageError, property } from "./foreign.ts";
import type { SesApi } from "./wire.ts";

/** A command of the SDK. */
export interface SdkCommand {
  readonly middlewareStack: object;
}

/** Options of one call. */
export interface SdkCallOptions {
  readonly abortSignal?: AbortSignal;
}

/** `SESClient` or `SESv2Client`, or anything that wraps one. */
export interface SdkClient {
  send(command: SdkCommand, options?: SdkCallOptions): unknown;
}

/** The next step of a call. */
export type MiddlewareStep = (args: StepArguments) => Promise<unknown>;

/** What goes through the steps: the command's input, and from serialisation on the request. */
export interface StepArguments {
  readonly input?: unknown;
  readonly request?: unknown;
}

export type Middleware = (next: MiddlewareStep, context: unknown) => MiddlewareStep;

/** The place of a middleware. */
export interface MiddlewarePlace {
  readonly name: string;
  readonly step: "initialize" | "serialize" | "build" | "deserialize";
  readonly priority: "high" | "low";
  /** One of the same name gives way. */
  readonly override: true;
}

/** Where a middleware of ours goes. */
export function placeOf(name: string, step: MiddlewarePlace["step"], priority: "high" | "low"): MiddlewarePlace {
  return { name, step, priority, override: true };
}

interface OpenCommand extends SdkCommand {
  readonly middlewareStack: { add(middleware: Middleware, place: MiddlewarePlace): void };
}

/** Adds to the command's own stack. @throws TypeError when the command has none. */
export function addMiddleware(command: SdkCommand, middleware: Middleware, place: MiddlewarePlace): void {
  if (!isOpen(command)) throw new TypeError("the command has no middleware stack: is it of the AWS SDK v3?");
  command.middlewareStack.add(middleware, place);
}

function isOpen(command: SdkCommand): command is OpenCommand {
  return typeof property(command.middlewareStack, "add") === "function";
}

/** The classes of the commands, for bundlers that cannot follow a lazy import. */
export interface SdkCommands {
  readonly SendRawEmailCommand?: new (input: never) => SdkCommand;
  readonly SendEmailCommand?: new (input: never) => SdkCommand;
  readonly GetSendQuotaCommand?: new (input: never) => SdkCommand;
  readonly GetAccountCommand?: new (input: never) => SdkCommand;
}

/**
 * Which API a client of the SDK speaks. A stand-in for a client without `config` says it by the commands that
 * are given with it; without any it is taken for one of v1.
 */
export function apiOf(client: object, commands: SdkCommands = {}): SesApi {
  const service = property(property(client, "config"), "serviceId");
  if (typeof service === "string") return service === "SESv2" ? "v2" : "v1";
  if (commands.SendEmailCommand !== undefined && commands.SendRawEmailCommand === undefined) return "v2";
  return property(property(client, "constructor"), "name") === "SESv2Client" ? "v2" : "v1";
}

/** Whether a serialised request is one of the other API: the client is not the one it was taken for. */
export function isOfOtherApi(api: SesApi, request: unknown): boolean {
  const headers = property(request, "headers");
  const [, type] = Object.entries(Object(headers)).find(([name]) => name.toLowerCase() === "content-type") ?? [];
  const other = api === "v1" ? /^application\/json\b/i : /^application\/x-www-form-urlencoded\b/i;
  return typeof type === "string" && other.test(type);
}

/** The SDK's package for an API is an optional peer: it is there when its client is. */
export async function loadCommands(api: SesApi): Promise<object> {
  // Bundlers let a package be absent where its import is in a try.
  try {
    return api === "v1" ? await import("@aws-sdk/client-ses") : await import("@aws-sdk/client-sesv2");
  } catch {
    const name = api === "v1" ? "@aws-sdk/client-ses" : "@aws-sdk/client-sesv2";
    throw new MissingPackageError(
      `${name} is not installed where mimewright looks for it; or give its classes as commands`,
    );
  }
}

/** Makes a command of a class that was given or loaded. */
export function makeCommand(commands: object, name: keyof SdkCommands, input: object): SdkCommand {
  const Command = property(commands, name);
  if (!isCommandClass(Command)) throw new TypeError(`there is no ${name}`);
  return new Command(input);
}

function isCommandClass(value: unknown): value is new (input: object) => SdkCommand {
  return typeof value === "function";
}
