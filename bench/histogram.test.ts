import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, histogramQuantile, readHistogram, subtractHistogram } from './histogram.ts';

const text = (a: number, b: number, all: number): string => `# TYPE added_ms histogram
added_ms_bucket{le="1",transport="webrtc"} ${a}
added_ms_bucket{le="5",transport="webrtc"} ${b}
added_ms_bucket{le="+Inf",transport="webrtc"} ${all}
added_ms_bucket{le="1",transport="mse"} 500
added_ms_bucket{le="+Inf",transport="mse"} 500
added_ms_count{transport="webrtc"} ${all}
`;
const read = (content: string) => readHistogram(content, 'added_ms', 'transport="webrtc"');

test('a histogram is read by its labels, and the difference of two readings has quantiles', () => {
  const added = subtractHistogram(read(text(60, 110, 110)), read(text(10, 10, 10)));
  assert.equal(countOf(added), 100);
  assert.equal(histogramQuantile(added, 0.25), 0.5);
  assert.equal(histogramQuantile(added, 0.75), 3);
});

test('what lies beyond the last bound is not made up, and of nothing there is no quantile', () => {
  assert.equal(histogramQuantile(read(text(0, 0, 10)), 0.95), Number.POSITIVE_INFINITY);
  assert.ok(Number.isNaN(histogramQuantile(read(''), 0.95)));
  assert.equal(countOf(read('')), 0);
});
