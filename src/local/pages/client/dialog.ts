// Asks before the inbox is cleared.
import { announce, byId } from "./dom.ts";
import { deleteAt } from "./http.ts";

/** Binds the button and the dialog; what was removed comes back as an event. */
export function bindClear(): void {
  const dialog = byId("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return;
  byId("clear").addEventListener("click", () => {
    dialog.showModal();
    byId("confirm-no").focus();
  });
  byId("confirm-no").addEventListener("click", () => dialog.close());
  byId("confirm-yes").addEventListener("click", () => {
    dialog.close();
    deleteAt("/_local/messages").then(
      () => announce("The inbox is empty"),
      () => announce("The inbox could not be cleared"),
    );
  });
}
