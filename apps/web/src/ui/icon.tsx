import { For } from 'solid-js';

/**
 * Our icons: 20 × 20, drawn with a line of 1.6 that takes the colour of the text. Several strokes are
 * separate paths; a leading `!` fills a path instead of drawing its line.
 */
const ICONS = {
  add: ['M10 4.5v11M4.5 10h11'],
  alarm: ['M10 3.2 17.4 16H2.6L10 3.2Z', 'M10 8.2v3.4', 'M10 13.7v.1'],
  arrowLeft: ['M16 10H4.5M9 5.2 4.2 10 9 14.8'],
  back10: ['M5.2 6.8A6.4 6.4 0 1 1 3.6 11', 'M5.4 3.4v3.6H9'],
  forward10: ['M14.8 6.8A6.4 6.4 0 1 0 16.4 11', 'M14.6 3.4v3.6H11'],
  bad: ['M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z', 'M7.6 7.6l4.8 4.8M12.4 7.6l-4.8 4.8'],
  calendar: ['M3.5 5.5h13v11h-13zM3.5 8.8h13', 'M7 3.4v3.2M13 3.4v3.2'],
  camera: ['M3 6.5h10.2v7H3z', 'm13.2 9.2 4-2.2v6l-4-2.2'],
  check: ['m4.6 10.6 3.6 3.6 7.2-8'],
  chevronDown: ['m6 8 4 4 4-4'],
  chevronLeft: ['m12 5.6-4.4 4.4 4.4 4.4'],
  chevronRight: ['m8 5.6 4.4 4.4L8 14.4'],
  clock: ['M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z', 'M10 6v4.2l2.8 1.8'],
  close: ['m5.4 5.4 9.2 9.2M14.6 5.4l-9.2 9.2'],
  connecting: ['M10 3a7 7 0 1 1-6.6 4.6'],
  copy: ['M7.2 7.2h8.6v8.6H7.2z', 'M12.6 7V4.2H4.2v8.4H7'],
  disk: [
    'M3.2 5.6c0-3 13.6-3 13.6 0s-13.6 3-13.6 0Z',
    'M3.2 5.6v8.8c0 3 13.6 3 13.6 0V5.6',
    'M3.2 10c0 3 13.6 3 13.6 0',
  ],
  download: ['M10 3.5v9M6.2 8.9 10 12.7l3.8-3.8', 'M4 16.3h12'],
  edit: ['m4 16 .8-3.4 8-8 2.6 2.6-8 8L4 16Z'],
  eye: [
    'M2.4 10S5 5 10 5s7.6 5 7.6 5-2.6 5-7.6 5-7.6-5-7.6-5Z',
    'M10 7.8a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4Z',
  ],
  eyeOff: [
    'M4.6 6.8A13 13 0 0 0 2.4 10S5 15 10 15c1.2 0 2.3-.3 3.2-.7M8 5.2A8 8 0 0 1 10 5c5 0 7.6 5 7.6 5a13 13 0 0 1-1.8 2.5',
    'm3.6 3.6 12.8 12.8',
  ],
  fullscreen: ['M4 7.4V4h3.4M12.6 4H16v3.4M16 12.6V16h-3.4M7.4 16H4v-3.4'],
  fullscreenExit: ['M7.4 4v3.4H4M16 7.4h-3.4V4M12.6 16v-3.4H16M4 12.6h3.4V16'],
  globe: [
    'M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z',
    'M2.8 10h14.4M10 2.8c-4.6 4.2-4.6 10.2 0 14.4 4.6-4.2 4.6-10.2 0-14.4Z',
  ],
  good: ['M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z', 'm6.9 10.3 2.2 2.2 4-4.6'],
  info: ['M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z', 'M10 9.2v4.2', 'M10 6.6v.1'],
  keyboard: [
    'M2.8 5.4h14.4v9.2H2.8z',
    'M5.8 8.4v.1M8.6 8.4v.1M11.4 8.4v.1M14.2 8.4v.1M6.6 11.8h6.8',
  ],
  settings: [
    'M10 7.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8Z',
    'M10 2.8v2M10 15.2v2M2.8 10h2M15.2 10h2M4.9 4.9l1.4 1.4M13.7 13.7l1.4 1.4M15.1 4.9l-1.4 1.4M6.3 13.7l-1.4 1.4',
  ],
  link: [
    'M8.4 11.6a3 3 0 0 0 4.3 0l2.9-2.9a3 3 0 0 0-4.3-4.3l-1 1',
    'M11.6 8.4a3 3 0 0 0-4.3 0l-2.9 2.9a3 3 0 0 0 4.3 4.3l1-1',
  ],
  mail: ['M3 5h14v10H3z', 'm3.4 5.6 6.6 5 6.6-5'],
  grid: ['M3.4 3.8h5.6v5H3.4zM11 3.8h5.6v5H11zM3.4 11.2h5.6v5H3.4zM11 11.2h5.6v5H11z'],
  key: ['M6.6 9.4a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8Z', 'm9 10.4 7-7M13.2 6.2l2.4 2.4'],
  moon: ['M16 11.8A6.8 6.8 0 0 1 8.2 4 6.4 6.4 0 1 0 16 11.8Z'],
  monitor: ['M3 4.2h14v9H3z', 'M7 16.4h6M10 13.4v3'],
  more: [
    '!M4.2 8.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8ZM10 8.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8ZM15.8 8.6a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8Z',
  ],
  muted: ['M3.4 7.8v4.4h2.8l3.6 3V4.8l-3.6 3H3.4Z', 'm13 8 4 4M17 8l-4 4'],
  off: ['M10 2.8a7.2 7.2 0 1 1 0 14.4 7.2 7.2 0 0 1 0-14.4Z', 'M6.8 10h6.4'],
  pause: ['!M5.6 4.4h3v11.2h-3zM11.4 4.4h3v11.2h-3z'],
  play: ['!M6 4.2c0-.6.6-.9 1.1-.6l8.7 5.8c.4.3.4.9 0 1.2l-8.7 5.8c-.5.3-1.1 0-1.1-.6V4.2Z'],
  search: ['M8.8 3.4a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8Z', 'm12.8 12.8 3.8 3.8'],
  signOut: ['M8 3.8H4v12.4h4', 'M8.4 10h8M13 6.4l3.6 3.6L13 13.6'],
  snapshot: [
    'M3 6.6h3l1.2-2h5.6l1.2 2h3v9.2H3z',
    'M10 8.4a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2Z',
  ],
  sound: [
    'M3.4 7.8v4.4h2.8l3.6 3V4.8l-3.6 3H3.4Z',
    'M12.8 7.4a3.8 3.8 0 0 1 0 5.2M14.8 5.2a6.8 6.8 0 0 1 0 9.6',
  ],
  stepBack: [
    '!M14.2 5.2v9.6c0 .5-.6.8-1 .5L6.6 10.5a.6.6 0 0 1 0-1l6.6-4.8c.4-.3 1 0 1 .5Z',
    'M4.8 4.8v10.4',
  ],
  stepForward: [
    '!M5.8 5.2v9.6c0 .5.6.8 1 .5l6.6-4.8a.6.6 0 0 0 0-1L6.8 4.7c-.4-.3-1 0-1 .5Z',
    'M15.2 4.8v10.4',
  ],
  sun: [
    'M10 6.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8Z',
    'M10 2.4v1.4M10 16.2v1.4M2.4 10h1.4M16.2 10h1.4M4.6 4.6l1 1M14.4 14.4l1 1M15.4 4.6l-1 1M5.6 14.4l-1 1',
  ],
  system: ['M3 4h14v5H3zM3 11h14v5H3z', 'M6 6.5v.1M6 13.5v.1', 'M9 6.5h5M9 13.5h5'],
  toNow: [
    'M10 3.4v13.2',
    'm3.4 10 3.4-3M3.4 10l3.4 3M3.4 10H7',
    'M16.6 10l-3.4-3M16.6 10l-3.4 3M16.6 10H13',
  ],
  trash: ['M4 5.8h12M8 5.6V3.6h4v2', 'M5.4 5.8 6.2 16.4h7.6l.8-10.6', 'M8.6 8.8v4.6M11.4 8.8v4.6'],
  user: [
    'M10 3.4a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4Z',
    'M3.6 16.6c.6-3.4 3-5 6.4-5s5.8 1.6 6.4 5',
  ],
  zoomIn: [
    'M8.8 3.4a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8Z',
    'm12.8 12.8 3.8 3.8M6.4 8.8h4.8M8.8 6.4v4.8',
  ],
  zoomOut: [
    'M8.8 3.4a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8Z',
    'm12.8 12.8 3.8 3.8M6.4 8.8h4.8',
  ],
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof ICONS;

/** An icon without a name of its own: whatever holds it says what it is. */
export function Icon(props: { name: IconName; size?: number; class?: string }) {
  const paths = (): readonly string[] => ICONS[props.name];
  return (
    <svg
      viewBox="0 0 20 20"
      width={props.size ?? 16}
      height={props.size ?? 16}
      class={props.class}
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <For each={paths()}>
        {(path) =>
          path.startsWith('!') ? (
            <path d={path.slice(1)} fill="currentColor" stroke="none" />
          ) : (
            <path d={path} />
          )
        }
      </For>
    </svg>
  );
}
