import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  columnsOf,
  fillingColumns,
  onPage,
  pageAfterLayout,
  pageCount,
  pageOf,
  tileAfterKey,
} from './layout.ts';

test('a page is a square, and few cameras are large', () => {
  assert.deepEqual([columnsOf('1', 40), columnsOf('4', 40), columnsOf('16', 40)], [1, 2, 4]);
  assert.deepEqual([columnsOf('16', 1), columnsOf('16', 5), columnsOf('4', 0)], [1, 3, 1]);
});

test('pages hold every camera once, and a page that is not there is the nearest', () => {
  assert.equal(pageCount(0, '9'), 1);
  assert.equal(pageCount(10, '9'), 2);
  assert.deepEqual(onPage([1, 2, 3, 4, 5], 2, '4'), [5]);
  assert.deepEqual(
    ['2', '99', '0', '-1', 'x', undefined].map((asked) => pageOf(asked, 10, '4')),
    [2, 3, 1, 1, 1, 1],
  );
});

test('another layout keeps the first camera of the page on the screen', () => {
  assert.equal(pageAfterLayout(3, '4', '9'), 1);
  assert.equal(pageAfterLayout(3, '9', '4'), 5);
  assert.equal(pageAfterLayout(1, '16', '1'), 1);
});

test('arrow keys stay inside the grid', () => {
  assert.equal(tileAfterKey('ArrowRight', 0, 4, 2), 1);
  assert.equal(tileAfterKey('ArrowDown', 1, 4, 2), 3);
  assert.equal(tileAfterKey('ArrowDown', 1, 3, 2), undefined);
  assert.equal(tileAfterKey('ArrowUp', 1, 4, 2), undefined);
  assert.equal(tileAfterKey('End', 0, 4, 2), 3);
  assert.equal(tileAfterKey('x', 0, 4, 2), undefined);
});

test('a full screen has the columns that make the pictures largest', () => {
  const shapes = { wall: [3840, 2160], standing: [360, 780], lying: [780, 360] } as const;
  const columns = (tiles: number) =>
    Object.values(shapes).map(([width, height]) => fillingColumns(tiles, width, height));
  assert.deepEqual(columns(1), [1, 1, 1]);
  assert.deepEqual(columns(2), [2, 1, 2]);
  assert.deepEqual(columns(4), [2, 1, 2]);
  assert.deepEqual(columns(9), [3, 2, 3]);
  assert.deepEqual(columns(16), [4, 2, 4]);
  assert.equal(fillingColumns(0, 100, 100), 1);
});
