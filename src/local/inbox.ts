// The inbox for tests: what was sent, waiting for what will be, and the knobs of the endpoint as methods.
import type { Email } from "postal-mime";
import { checkOptions, optionNames } from "../given.ts";
import { changeAccount, clearInbox, resetState } from "./account/accounts.ts";
import { verifyIdentity } from "./account/verification.ts";
import { DEFAULT_REGION } from "./auth/authenticate.ts";
import { deliveredBytes } from "./inbox/delivered.ts";
import { findMessages } from "./inbox/filter.ts";
import { parseMessage } from "./inbox/read-mail.ts";
import { removeMessages } from "./inbox/store.ts";
import { waitForMessage } from "./inbox/wait.ts";
import type { AccountLimits } from "./model/account.ts";
import type { MessageFilter, SesNotification, StoredMessage } from "./model/message.ts";
import type { FaultPlan, LocalState } from "./model/state.ts";
import { setFaults } from "./protocol/faults.ts";

/** A message in the inbox. */
export interface InboxMessage extends Omit<StoredMessage, "head" | "bodyAt"> {
  /** When it was taken. */
  readonly date: Date;
  /** The bytes the recipient sees; `raw` has those the client sent. */
  readonly delivered: Uint8Array;
  /** The delivered copy, read: subject, text, html, attachments, …. */
  parse(): Promise<Email>;
}

/** What an endpoint took, and its knobs. */
export interface Inbox {
  /** Messages, oldest first. @throws OptionError, TypeError for a filter that cannot be used */
  list(filter?: MessageFilter): readonly InboxMessage[];
  get(id: string): InboxMessage | undefined;
  /** The bytes exactly as they were sent; undefined when there is no such message. */
  raw(id: string): Uint8Array | undefined;
  /**
   * The first message that matches, there already or within `timeout` ms (5,000 unless told; `Infinity` for as long as it takes).
   *
   * @throws InboxTimeoutError (as a rejection) when none came; it says what was there instead
   * @throws OptionError, TypeError (as a rejection) for a filter or an option that cannot be used
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
  /** Bounce, complaint and delivery notifications, oldest first; of one message when told. */
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

const WAIT = optionNames("timeout");
const REGION = optionNames("region");
const ACCOUNT = optionNames("sandbox max24HourSend maxSendRate");

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
      const { timeout = 5_000 } = checkOptions(options, WAIT);
      if (typeof timeout !== "number" || !(timeout >= 0)) throw new TypeError("timeout must be a number of ms from 0.");
      return inboxMessage(await waitForMessage(state, filter, timeout));
    },
    subscribe: (listener) => subscribe(state, listener),
    clear: () => clearInbox(state),
    delete: (id) => removeMessages(state, [id]),
    notifications: (messageId) =>
      state.notifications.filter((one) => messageId === undefined || one.messageId === messageId),
    async verify(identity, options = {}) {
      const { region = DEFAULT_REGION } = checkOptions(options, REGION);
      if (typeof identity !== "string") throw new TypeError("verify takes an address or a domain.");
      await verifyIdentity(state, identity, region);
    },
    account: async (change, options = {}) =>
      changeAccount(state, checkOptions(change, ACCOUNT), checkOptions(options, REGION).region),
    faults: (plan) => setFaults(state, plan),
    reset: () => resetState(state),
  };
}

function inboxMessage(message: StoredMessage): InboxMessage {
  const { head: _head, bodyAt: _bodyAt, ...rest } = message;
  return {
    ...rest,
    date: new Date(message.at),
    get delivered() {
      return deliveredBytes(message);
    },
    parse: () => parseMessage(message),
  };
}

function subscribe(state: LocalState, listener: (message: InboxMessage | undefined) => void): () => void {
  if (typeof listener !== "function") throw new TypeError("subscribe takes a function.");
  const told = (message: StoredMessage | undefined): void => {
    try {
      listener(message === undefined ? undefined : inboxMessage(message));
    } catch (error) {
      // A mistake of the listener is its owner's to see; the request that brought the message has none.
      queueMicrotask(() => {
        throw error;
      });
    }
  };
  state.listeners.add(told);
  return () => state.listeners.delete(told);
}
