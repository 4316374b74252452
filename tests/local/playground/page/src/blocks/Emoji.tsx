import type { ReactNode } from "react";

// The emoji that the bot uses, as images, so that they also show on machines without an emoji font.
const DRAWN: { [name: string]: ReactNode } = {
  warning: (
    <>
      <path d="M10 2.2 18.6 17.4a.8.8 0 0 1-.7 1.2H2.1a.8.8 0 0 1-.7-1.2Z" fill="#f5b301" stroke="#b98300" strokeWidth=".8" strokeLinejoin="round" />
      <path d="M10 7.4v5.2" stroke="#3d2c00" strokeWidth="2" strokeLinecap="round" />
      <circle cx="10" cy="15.7" r="1.15" fill="#3d2c00" />
    </>
  ),
  lock: (
    <>
      <path d="M6 9.2V6.4a4 4 0 0 1 8 0v2.8" fill="none" stroke="#8d99a3" strokeWidth="2" />
      <rect x="3.8" y="8.8" width="12.4" height="9.2" rx="1.6" fill="#f0b429" stroke="#b98300" strokeWidth=".7" />
      <circle cx="10" cy="12.6" r="1.5" fill="#6b4e00" />
      <path d="M10 13v2.6" stroke="#6b4e00" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  hourglass_flowing_sand: (
    <>
      <path d="M5.4 3.2c0 4 3.6 4.6 3.6 6.8s-3.6 2.8-3.6 6.8h9.2c0-4-3.6-4.6-3.6-6.8s3.6-2.8 3.6-6.8Z" fill="#dceefb" stroke="#7fa6c4" strokeWidth=".7" />
      <path d="M6.6 5.6h6.8c-.6 1.9-2.7 2.6-3.4 4-.7-1.4-2.8-2.1-3.4-4ZM9.6 10h.8v3c1.4.5 2.6 1.6 3 3.2H6.6c.4-1.6 1.6-2.7 3-3.2Z" fill="#e8a33d" />
      <path d="M4 2.6h12M4 17.4h12" stroke="#a5673f" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  thread: (
    <>
      <ellipse cx="10" cy="4" rx="6" ry="2" fill="#c9a27a" />
      <path d="M5.6 4.6h8.8v10.8H5.6Z" fill="#4a90d9" />
      <path d="M5.6 7.200 14.400 5.6M5.6 9.8l8.8-1.6M5.6 12.400l8.8-1.6M5.6 15l8.8-1.6" stroke="#2f6cab" strokeWidth="1" />
      <ellipse cx="10" cy="16" rx="6" ry="2" fill="#a97c50" />
    </>
  ),
};

/** The image of an emoji, with its name for screen readers; null for an unknown one. */
export function drawnEmoji(name: string): ReactNode {
  const drawing = DRAWN[name];
  if (!drawing) return null;
  const label = name.replaceAll("_", " ");
  return (
    <svg className="emoji" viewBox="0 0 20 20" role="img" aria-label={`${label} emoji`}>
      <title>{`:${name}:`}</title>
      {drawing}
    </svg>
  );
}
