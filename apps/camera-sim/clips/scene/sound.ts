import { seededRandom } from './canvas.ts';

/** Hz. */
export const SOUND_RATE = 16_000;

/** A slow progression, one chord every 6 s: frequencies in Hz. */
const CHORDS: readonly (readonly number[])[] = [
  [110, 164.81, 220, 277.18],
  [92.5, 138.59, 185, 277.18],
  [73.42, 146.83, 220, 293.66],
  [82.41, 123.47, 207.65, 329.63],
];
const CHORD_SECONDS = 6;
/** A bell buoy strikes at the start of every second GOP. */
const BELL_SECONDS = 4;
const BELL_PARTIALS: readonly (readonly [number, number, number])[] = [
  [659.25, 0.09, 1.6],
  [1318.5, 0.04, 2.6],
  [1777, 0.025, 4],
];

/** Soft chords, waves on a shore and a bell buoy: 16-bit little-endian mono that joins up with itself. */
export function composeSound(seconds: number): Buffer {
  const samples = seconds * SOUND_RATE;
  const sum = new Float64Array(samples);
  const chords = Math.floor(seconds / CHORD_SECONDS);
  for (let index = 0; index < chords; index++) {
    addChord(sum, CHORDS[index % CHORDS.length] ?? [], index * CHORD_SECONDS);
  }
  for (let at = 0; at < seconds; at += BELL_SECONDS) addBell(sum, at);
  addWaves(sum, seconds);
  const out = Buffer.alloc(samples * 2);
  sum.forEach((value, index) => {
    out.writeInt16LE(Math.round(Math.tanh(value) * 32_000), index * 2);
  });
  return out;
}

function addChord(sum: Float64Array, chord: readonly number[], start: number): void {
  const length = CHORD_SECONDS * 1.5 * SOUND_RATE;
  const begin = start * SOUND_RATE;
  for (let step = 0; step < length; step++) {
    const envelope = Math.sin((Math.PI * step) / length) ** 2;
    const time = step / SOUND_RATE;
    let value = 0;
    for (const frequency of chord) {
      const phase = 2 * Math.PI * frequency * time;
      value += Math.sin(phase) + 0.22 * Math.sin(2 * phase + Math.sin(time * 1.3));
    }
    const index = (begin + step) % sum.length;
    sum[index] = (sum[index] ?? 0) + value * envelope * 0.055;
  }
}

function addBell(sum: Float64Array, start: number): void {
  for (let step = 0; step < 3 * SOUND_RATE; step++) {
    const time = step / SOUND_RATE;
    let value = 0;
    for (const [frequency, loudness, decay] of BELL_PARTIALS) {
      value += Math.sin(2 * Math.PI * frequency * time) * loudness * Math.exp(-decay * time);
    }
    const index = (start * SOUND_RATE + step) % sum.length;
    sum[index] = (sum[index] ?? 0) + value * Math.min(1, time * 200);
  }
}

function addWaves(sum: Float64Array, seconds: number): void {
  const random = seededRandom(3);
  const noise = Float64Array.from({ length: sum.length }, () => random() * 2 - 1);
  let low = 0;
  // Twice round, so that the filter has settled where the loop begins.
  for (let step = 0; step < sum.length * 2; step++) {
    const index = step % sum.length;
    const swell = 0.5 + 0.5 * Math.sin((2 * Math.PI * 5 * index) / SOUND_RATE / seconds);
    low += ((noise[index] ?? 0) - low) * (0.03 + 0.05 * swell);
    if (step >= sum.length) sum[index] = (sum[index] ?? 0) + low * (0.04 + 0.2 * swell ** 2);
  }
}
