// The inbox for tests: what was sent, waiting for what will be, and the controls of the endpoint as methods.
import { finiteNumber, functionFrom, type Reader, readOptionsOf, shapeOf, text } from "../given.ts";
import type { ReadMessage } from "../mail/read/message.ts";
import { changeAccount, LIMITS, resetState } from "./account/accounts.ts";
import { verifyIdentity } from "./account/verification.ts";
import { DEFAULT_REGION } from "./auth/authenticate.ts";
import { deliveredBytes } from "./inbox/delivered.ts";
import { findMessages } from "./inbox/filter.ts";
import { clearInbox, removeMessages } from "./inbox/store.ts";
import { readView, tooComplex } from "./inbox/view.ts";
import { waitForMessage } from "./inbox/wait.ts";
import type { AccountLimits } from "./model/account.ts";
import type { MessageFilter, SesNotification, StoredMessage } from "./model/message.ts";
import { requiredText } from "./model/readers.ts";
import type { FaultPlan, LocalState } from "./model/state.ts";
import { setFaults } from "./protocol/faults.ts";

/** A message in the inbox. */
export interface InboxMessage extends Omit<StoredMessage, "head" | "bodyAt"> {
  /** When it was taken. */
  readonly date: Date;
  /** The bytes the recipient sees; `raw` has those the client sent. */
  readonly delivered: Uint8Array;
  /**
   * The delivered copy, read: subject, addresses, texts, attachments, ….
   *
   * @throws Error for a message of more than 1,000 parts, or with parts nested deeper than 50
   */
  parse(): ReadMessage;
}

/** The messages that an endpoint took, and its controls. */
export interface Inbox {
  /** Messages, oldest first. @throws OptionError for a filter that cannot be used */
  list(filter?: MessageFilter): readonly InboxMessage[];
  get(id: string): InboxMessage | undefined;
  /** The bytes exactly as they were sent; undefined when there is no such message. */
  raw(id: string): Uint8Array | undefined;
  /**
   * The first message that matches, there already or within `timeout` ms (5,000 by default; `Infinity` for as long as it takes).
   *
   * @throws InboxTimeoutError (as a rejection) when none came; it says what was there instead
   * @throws OptionError (as a rejection) for a filter or an option that cannot be used
   */
  waitFor(filter?: MessageFilter, options?: { readonly timeout?: number }): Promise<InboxMessage>;
  /**
   * Calls a listener with every message from now on, and with undefined when messages were removed.
   *
   * @returns ends it
   */
  subscribe(listener: (message: InboxMessage | undefined) => void): () => void;
  /** Removes every message, and the notifications about them. */
  clear(): Promise<void>;
  delete(id: string): Promise<void>;
  /** Bounce, complaint and delivery notifications, oldest first; or those of one message. */
  notifications(messageId?: string): readonly SesNotification[];
  /** Verifies an address or a domain, and adds it when it is new. */
  verify(identity: string, options?: { readonly region?: string }): Promise<void>;
  /** Changes limits: of one region, or of every region. */
  account(change: Readonly<Partial<AccountLimits>>, options?: { readonly region?: string }): Promise<void>;
  /** Plays faults to clients; `{}` ends them. */
  faults(plan: Readonly<Partial<FaultPlan>>): void;
  /** Back to the start: no messages, identities, counts or faults. */
  reset(): Promise<void>;
}

const WAIT = shapeOf<{ readonly timeout?: number }>({ timeout: readTimeout });
const REGION = shapeOf<{ readonly region?: string }>({ region: text });

const LISTENER = shapeOf<{ readonly listener: () => void }>({ listener: functionFrom() });

// Infinity waits for as long as it takes.
function readTimeout(value: unknown, place: Parameters<Reader<number>>[1]): number | undefined {
  return value === Number.POSITIVE_INFINITY ? value : finiteNumber(0, "milliseconds")(value, place);
}

/** The inbox of an endpoint. */
export function createInbox(state: LocalState): Inbox {
  return {
    list: (filter = {}) => findMessages(state, filter).map(inboxMessage),
    get(id) {
      const message = state.messages.get(id);
      return message === undefined ? undefined : inboxMessage(message);
    },
    raw: (id) => state.messages.get(id)?.raw.slice(),
    async waitFor(filter = {}, options = {}) {
      const { timeout = 5_000 } = readOptionsOf<{ readonly timeout?: number }>(options, WAIT);
      return inboxMessage(await waitForMessage(state, filter, timeout));
    },
    subscribe: (listener) => subscribe(state, listener),
    clear: () => clearInbox(state),
    delete: (id) => removeMessages(state, [id]),
    notifications: (messageId) =>
      state.notifications.filter((one) => messageId === undefined || one.messageId === messageId),
    async verify(identity, options = {}) {
      await verifyIdentity(
        state,
        requiredText(identity, "identity", "an address or a domain"),
        readRegion(options) ?? DEFAULT_REGION,
      );
    },
    account: async (change, options = {}) =>
      changeAccount(state, readOptionsOf<AccountLimits>(change, LIMITS), readRegion(options)),
    faults: (plan) => setFaults(state, plan),
    reset: () => resetState(state),
  };
}

function readRegion(options: { readonly region?: string }): string | undefined {
  return readOptionsOf<{ readonly region?: string }>(options, REGION).region;
}

function inboxMessage(message: StoredMessage): InboxMessage {
  const { head: _head, bodyAt: _bodyAt, ...rest } = message;
  return {
    ...rest,
    date: new Date(message.at),
    get delivered() {
      return deliveredBytes(message);
    },
    parse: () => parsed(deliveredBytes(message)),
  };
}

function parsed(bytes: Uint8Array): ReadMessage {
  const mail = readView(bytes);
  const problem = tooComplex(mail);
  if (problem !== undefined) throw new Error(problem);
  return mail;
}

function subscribe(state: LocalState, listener: (message: InboxMessage | undefined) => void): () => void {
  readOptionsOf<{ readonly listener: typeof listener }>({ listener }, LISTENER);
  const report = (message: StoredMessage | undefined): void => {
    try {
      listener(message === undefined ? undefined : inboxMessage(message));
    } catch (error) {
      // A mistake of the listener is its owner's to see; the request that brought the message has none.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
  state.listeners.add(report);
  return () => state.listeners.delete(report);
}
