import { useLayoutEffect, useRef, type ReactNode } from "react";

interface Props {
  label: string;
  className: string;
  testId: string;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog of the browser's own: it keeps the focus inside, Escape closes it, and what was focused before is again. */
export function Dialog({ label, className, testId, onClose, children }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // A layout effect ends before its element is gone: only then does closing give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={`dialog ${className}`}
      aria-label={label}
      data-testid={testId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      {children}
    </dialog>
  );
}
