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
  large_orange_circle: <circle cx="10" cy="10" r="8.4" fill="#f4900c" />,
  red_circle: <circle cx="10" cy="10" r="8.4" fill="#dd2e44" />,
  white_check_mark: (
    <>
      <rect x="1.4" y="1.4" width="17.2" height="17.2" rx="3.4" fill="#3f9b46" />
      <path d="m5.2 10.4 3.3 3.4 6.4-7.4" fill="none" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" strokeLinejoin="round" />
    </>
  ),
  question: (
    <>
      <path d="M6.2 6.9a3.9 3.9 0 1 1 5.9 3.4c-1.3.8-2 1.5-2 3" fill="none" stroke="#dd2e44" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="10.1" cy="17" r="1.7" fill="#dd2e44" />
    </>
  ),
  raising_hand: (
    <>
      <path d="M15.6 9V2.6" stroke="#e0a63a" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="8.4" cy="7.4" r="4" fill="#f7c94b" />
      <path d="M2.4 18.6c0-3.6 2.6-6 6-6s7.2-.4 7.2-4" fill="none" stroke="#7a5ea8" strokeWidth="3" strokeLinecap="round" />
      <path d="M2.2 18.8c.2-3.4 2.6-6 6.2-6s6 2.4 6.2 6Z" fill="#7a5ea8" />
    </>
  ),
  no_bell: (
    <>
      <path d="M4 14.6c1.6-1.6 1.4-3.4 1.6-5.6.3-2.6 2-4.2 4.4-4.2s4.1 1.6 4.4 4.2c.2 2.2 0 4 1.6 5.6Z" fill="#f4b92f" />
      <path d="M8.3 15.8a1.8 1.8 0 0 0 3.4 0Z" fill="#c98d12" />
      <path d="m3 17.6 14-15" stroke="#dd2e44" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  snowflake: (
    <g fill="none" stroke="#4aa8e0" strokeWidth="1.7" strokeLinecap="round">
      <path d="M10 1.6v16.8M2.7 5.8l14.6 8.4M17.3 5.8 2.7 14.2" />
      <path d="M7.8 3.4 10 5.2l2.2-1.8M7.8 16.6l2.2-1.8 2.2 1.8M3.2 8.6l2.6-1 .4-2.7M16.8 11.4l-2.6 1-.4 2.7M16.8 8.6l-2.6-1-.4-2.7M3.2 11.4l2.6 1 .4 2.7" />
    </g>
  ),
  zzz: (
    <path d="M2.4 10.4h5.8l-5.8 7.2h5.8M10 6.2h4l-4 5h4M14.6 2h3.2l-3.2 4h3.2" fill="none" stroke="#3b88c3" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
  ),
  hourglass_flowing_sand: (
    <>
      <path d="M4.6 2h10.8M4.6 18h10.8" stroke="#a86a1f" strokeWidth="2" strokeLinecap="round" />
      <path d="M5.8 2.8c0 4 2.6 5 4.2 7.2 1.6-2.2 4.2-3.2 4.2-7.2ZM5.8 17.2c0-4 2.6-5 4.2-7.2 1.6 2.2 4.2 3.2 4.2 7.2Z" fill="#cfe6f5" stroke="#7d9db3" strokeWidth="1" />
      <path d="M7.4 5.2h5.2c-.5 1.8-1.8 2.8-2.6 4-.8-1.2-2.1-2.2-2.6-4ZM6.8 17c.4-2 2-2.8 3.2-2.8s2.8.8 3.2 2.8Z" fill="#f0b429" />
    </>
  ),
  information_source: (
    <>
      <rect x="1.4" y="1.4" width="17.2" height="17.2" rx="3.4" fill="#3b88c3" />
      <path d="M10 9v5.6" stroke="#fff" strokeWidth="2.4" strokeLinecap="round" />
      <circle cx="10" cy="5.6" r="1.4" fill="#fff" />
    </>
  ),
  arrow_up: (
    <>
      <rect x="1.4" y="1.4" width="17.2" height="17.2" rx="3.4" fill="#3b88c3" />
      <path d="M10 15.2V5.4M5.8 9.2 10 5l4.2 4.2" fill="none" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />
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
