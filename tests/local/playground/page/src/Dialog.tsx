import { useLayoutEffect, useRef, type ReactNode } from "react";

interface Props {
  label: string;
  className: string;
  testId: string;
  onClose: () => void;
  children: ReactNode;
}

/** The browser's own dialog element: it traps the focus, closes on Escape, and restores the focus afterwards. */
export function Dialog({ label, className, testId, onClose, children }: Props): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  // The cleanup of a layout effect runs while the element still exists; otherwise closing would not restore the focus.
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
