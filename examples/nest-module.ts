// A NestJS module: the sender is a provider, made by a factory and closed with the application. Written without
// decorators, so that it needs no compiler flags; `@Module` and `@Injectable` say the same.
import type { DynamicModule, OnApplicationShutdown } from "@nestjs/common";
import { compose } from "mimewright";
import { type Sender, type SendResult, type SesSenderOptions, sesSender } from "mimewright/ses";

/** The token of the sender, for `@Inject(SENDER)`. */
export const SENDER = Symbol("mimewright sender");

/** The mails of an account. */
export class AccountMails implements OnApplicationShutdown {
  readonly #sender: Sender;
  readonly #base = compose({ from: "Accounts <accounts@example.com>" }).autoSubmitted("auto-generated");

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  /** Sends a welcome. @throws MessageError for an address or a name that no mail can have */
  async welcome(name: string, address: string): Promise<SendResult["status"]> {
    const m = this.#base.to({ name, address }).subject(`Welcome, ${name}`).text(`Good to see you, ${name}.\n`).build();
    return (await this.#sender.send(m)).status;
  }

  /** What is in flight comes to its end before the application does. */
  async onApplicationShutdown(): Promise<void> {
    await this.#sender.close();
  }
}

class MailModule {}

/** `imports: [mailModule({ client: new SESClient({}), rate: "quota" })]` */
export function mailModule(options: SesSenderOptions): DynamicModule {
  return {
    module: MailModule,
    providers: [
      { provide: SENDER, useFactory: () => sesSender(options) },
      { provide: AccountMails, useFactory: (sender: Sender) => new AccountMails(sender), inject: [SENDER] },
    ],
    exports: [AccountMails, SENDER],
  };
}
