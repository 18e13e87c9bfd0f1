import type { QuirkId } from '../rtsp/quirks.ts';
import { H264_720P } from './parameter-sets.cases.ts';

/** A packet of H.264 as a camera sent it: payload, marker, and how far the timestamp is on. */
export interface QuirkPacket {
  readonly payload: string;
  readonly marker?: boolean;
  /** Which access unit by its timestamp, from 0. */
  readonly at: number;
}

/** What a camera does, and the access units that have to come of it. */
export interface H264QuirkCase {
  readonly quirk: QuirkId;
  readonly name: string;
  readonly packets: readonly QuirkPacket[];
  /** NAL units of each access unit; parameter sets are not among them. */
  readonly units: readonly (readonly string[])[];
}

const { sps, pps } = H264_720P;
const IDR = '658801020304';
const NEXT_SLICE = '654405060708';
const P = '418801020304';
const SEI = '06052a';

export const H264_QUIRK_CASES: readonly H264QuirkCase[] = [
  {
    quirk: 'unspecified-nal-units',
    name: 'before, inside and behind a picture',
    packets: [
      { payload: '1f0102', at: 0 },
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: IDR, at: 0 },
      { payload: '7e0304', at: 0 },
      { payload: NEXT_SLICE, marker: true, at: 0 },
      { payload: P, at: 1 },
      { payload: '1f', marker: true, at: 1 },
      { payload: P, marker: true, at: 2 },
    ],
    units: [[IDR, NEXT_SLICE], [P], [P]],
  },
  {
    quirk: 'wrong-marker',
    name: 'on SPS, PPS and SEI with the timestamp of the picture',
    packets: [
      { payload: sps, marker: true, at: 0 },
      { payload: pps, marker: true, at: 0 },
      { payload: SEI, marker: true, at: 0 },
      { payload: IDR, marker: true, at: 0 },
      { payload: P, marker: true, at: 1 },
    ],
    units: [[SEI, IDR], [P]],
  },
  {
    quirk: 'wrong-marker',
    name: 'on SPS and PPS with timestamps of their own',
    packets: [
      { payload: sps, marker: true, at: 0 },
      { payload: pps, marker: true, at: 1 },
      { payload: IDR, marker: true, at: 2 },
    ],
    units: [[IDR]],
  },
  {
    quirk: 'wrong-marker',
    name: 'never: a new timestamp ends an access unit',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: IDR, at: 0 },
      { payload: NEXT_SLICE, at: 0 },
      { payload: P, at: 1 },
      { payload: P, at: 2 },
      { payload: P, at: 3 },
    ],
    units: [[IDR, NEXT_SLICE], [P], [P]],
  },
  {
    quirk: 'wrong-marker',
    name: 'on every slice: timestamps count, from the first picture on',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: IDR, marker: true, at: 0 },
      { payload: NEXT_SLICE, marker: true, at: 0 },
      { payload: IDR, marker: true, at: 1 },
      { payload: NEXT_SLICE, marker: true, at: 1 },
      { payload: IDR, marker: true, at: 2 },
      { payload: NEXT_SLICE, marker: true, at: 2 },
      { payload: P, marker: true, at: 3 },
      { payload: P, marker: true, at: 4 },
    ],
    units: [[IDR, NEXT_SLICE], [IDR, NEXT_SLICE], [IDR, NEXT_SLICE], [P]],
  },
  {
    quirk: 'annex-b-in-packet',
    name: 'SPS, PPS and picture with start codes between, in one packet',
    packets: [
      { payload: `${sps}00000001${pps}000001${IDR}`, marker: true, at: 0 },
      { payload: `00000001${P}`, marker: true, at: 1 },
      { payload: `000001${P}00000001${NEXT_SLICE.replace('65', '41')}`, marker: true, at: 2 },
    ],
    units: [[IDR], [P], [P, NEXT_SLICE.replace('65', '41')]],
  },
  {
    quirk: 'annex-b-in-packet',
    name: 'V380: a fragmented NAL unit of type SPS that holds the picture, codes cut by fragments',
    packets: [
      { payload: `7c87${sps.slice(2)}0000`, at: 0 },
      { payload: `7c070001${pps}00`, at: 0 },
      { payload: `7c0700000165${IDR.slice(2, 6)}`, at: 0 },
      { payload: `7c47${IDR.slice(6)}`, marker: true, at: 0 },
    ],
    units: [[IDR]],
  },
  {
    quirk: 'annex-b-in-packet',
    name: 'zeros of a start code behind single and fragmented NAL units',
    packets: [
      { payload: `${sps}00000001${pps}00`, at: 0 },
      { payload: `7c85${IDR.slice(2, 6)}`, at: 0 },
      { payload: `7c45${IDR.slice(6)}0000`, at: 0 },
      { payload: `${NEXT_SLICE}00`, marker: true, at: 0 },
    ],
    units: [[IDR, NEXT_SLICE]],
  },
  {
    quirk: 'odd-fragments',
    name: 'empty ones at the start, in the middle and at the end',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: '7c85', at: 0 },
      { payload: `7c05${IDR.slice(2, 6)}`, at: 0 },
      { payload: '7c05', at: 0 },
      { payload: `7c05${IDR.slice(6)}`, at: 0 },
      { payload: '7c45', marker: true, at: 0 },
    ],
    units: [[IDR]],
  },
  {
    quirk: 'odd-fragments',
    name: 'start and end in one',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: `7cc5${IDR.slice(2)}`, marker: true, at: 0 },
    ],
    units: [[IDR]],
  },
  {
    quirk: 'odd-fragments',
    name: 'the type changes inside',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: `7c85${IDR.slice(2, 6)}`, at: 0 },
      { payload: `7c41${IDR.slice(6)}`, marker: true, at: 0 },
    ],
    units: [[IDR]],
  },
  {
    quirk: 'odd-fragments',
    name: 'the end bit is missing, nothing else is',
    packets: [
      { payload: sps, at: 0 },
      { payload: pps, at: 0 },
      { payload: `7c85${IDR.slice(2, 6)}`, at: 0 },
      { payload: `7c05${IDR.slice(6)}`, marker: true, at: 0 },
      { payload: P, marker: true, at: 1 },
    ],
    units: [[IDR], [P]],
  },
];
