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
