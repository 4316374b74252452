import type { ReactNode } from "react";
import type { View } from "./api.js";
import { Blocks } from "./blocks/Blocks.js";
import { Dialog } from "./Dialog.js";

/** The app's Home tab of one person. */
export function HomeTab({ view }: { view: View | null }): ReactNode {
  return (
    <div className="home" data-testid="home" role="region" aria-label="Home tab of Balance Bot" tabIndex={0}>
      <h2 className="unseen">Home</h2>
      {view ? (
        <Blocks blocks={view.payload.blocks} place={{ view: view.id }} />
      ) : (
        <p className="empty">Balance Bot has published nothing here yet.</p>
      )}
    </div>
  );
}

/** A modal that the app opened for one person. */
export function Modal({ view, onClose }: { view: View; onClose: () => void }): ReactNode {
  const label = (name: string) => (view.payload[name] as { text: string } | undefined)?.text;
  const title = label("title") ?? "";
  return (
    <Dialog label={title} className="modal" testId="modal" onClose={onClose}>
      <header>
        <h2>{title}</h2>
        <button type="button" className="icon" aria-label="Close" onClick={onClose}>✕</button>
      </header>
      <div className="dialog-body" tabIndex={0} role="region" aria-label={`Content of ${title}`}>
        <Blocks blocks={view.payload.blocks} place={{ view: view.id }} />
      </div>
      <footer>
        <button type="button" className="button" data-testid="modal-close" onClick={onClose}>{label("close") ?? "Close"}</button>
      </footer>
    </Dialog>
  );
}
