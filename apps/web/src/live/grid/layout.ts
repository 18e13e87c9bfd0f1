/** How many tiles a page of the grid has. */
export const LAYOUTS = ['1', '4', '9', '16'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Columns of a page of `tiles`: no more than they fill, so that few cameras are large. */
export function columnsOf(layout: Layout, tiles: number): number {
  return Math.min(Math.sqrt(Number(layout)), Math.max(1, Math.ceil(Math.sqrt(tiles))));
}

/** Width by height of what nearly every camera sends. */
const PICTURE_SHAPE = 16 / 9;

/**
 * Columns with which `tiles` pictures are largest where they fill a screen of `width` × `height`: two
 * by two on a wall, one below the other on a telephone that stands.
 */
export function fillingColumns(tiles: number, width: number, height: number): number {
  let best = { columns: 1, picture: 0 };
  for (let columns = 1; columns <= tiles; columns++) {
    const rows = Math.ceil(tiles / columns);
    const picture = Math.min(width / columns, (height / rows) * PICTURE_SHAPE);
    if (picture >= best.picture) best = { columns, picture };
  }
  return best.columns;
}

export function pageCount(cameras: number, layout: Layout): number {
  return Math.max(1, Math.ceil(cameras / Number(layout)));
}

/** The page that was asked for (1 is the first), as far as there are so many. */
export function pageOf(asked: string | undefined, cameras: number, layout: Layout): number {
  const wanted = /^\d{1,4}$/.test(asked ?? '') ? Number(asked) : 1;
  return Math.min(Math.max(1, wanted), pageCount(cameras, layout));
}

export function onPage<Item>(items: readonly Item[], page: number, layout: Layout): Item[] {
  const size = Number(layout);
  return items.slice((page - 1) * size, page * size);
}

/** The page of another layout that shows what was first on this one. */
export function pageAfterLayout(page: number, before: Layout, after: Layout): number {
  return Math.floor(((page - 1) * Number(before)) / Number(after)) + 1;
}

/** Where an arrow key leads from a tile; undefined where there is none. */
export function tileAfterKey(
  key: string,
  from: number,
  tiles: number,
  columns: number,
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
  };
  if (key === 'Home') return 0;
  if (key === 'End') return tiles - 1;
  const step = steps[key];
  if (step === undefined) return undefined;
  const next = from + step;
  return next >= 0 && next < tiles ? next : undefined;
}
