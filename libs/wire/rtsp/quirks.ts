/** One peculiarity of cameras that is tolerated. */
export interface Quirk {
  readonly id: string;
  /** Which cameras, with firmware where known. */
  readonly camera: string;
  readonly symptom: string;
  /** What the specification says. */
  readonly specification: string;
  readonly tolerance: string;
  /** The file that holds the bytes, from the root of the repository. */
  readonly fixture: string;
  /** The file with a test whose title begins with `quirk <id>`. */
  readonly test: string;
  /** R retina, M moonfire-nvr, G go2rtc, X mediamtx, GL gortsplib, S SharpRTSP. */
  readonly issue: string;
  /** Handled while reading bytes, or by the client that owns the connection. */
  readonly where: 'wire' | 'ingest';
}

const STREAM_TEST = 'libs/wire/rtsp/stream-parser.test.ts';
const H264_CASES = 'libs/wire/rtp/h264-quirks.cases.ts';
const DEPACKETIZER_TEST = 'libs/wire/rtp/depacketizer-quirks.test.ts';
const INGEST_TEST = 'services/ingest/quirks.test.ts';

/** The table that the tests and the page in docs are made of. */
export const RTSP_QUIRKS = [
  {
    id: 'foreign-ssrc',
    camera: 'Reolink and others with LIVE555 before 2018',
    symptom: "Another session's RTP is mixed into the connection",
    specification: 'RFC 3550 §8: a source is known by its SSRC',
    tolerance: 'Packets of another SSRC are dropped and counted; a source that stays is followed',
    fixture: 'libs/wire/rtp/depacketizer-quirks.test.ts',
    test: DEPACKETIZER_TEST,
    issue: 'R#17, M#114',
    where: 'wire',
  },
  {
    id: 'unassigned-channel',
    camera: 'Boards that call themselves H264DVR',
    symptom: 'Data comes on a channel that no SETUP assigned',
    specification: 'RFC 2326 §10.12: channels are agreed on in Transport',
    tolerance: 'Framing goes on; the client drops what belongs to no track',
    fixture: STREAM_TEST,
    test: STREAM_TEST,
    issue: 'M#213',
    where: 'wire',
  },
  {
    id: 'lost-framing',
    camera: 'Any whose own send buffer is full',
    symptom: 'Bytes are missing inside interleaved data; lengths lead nowhere',
    specification: 'RFC 2326 §10.12: `$`, channel, length, data without gaps',
    tolerance:
      'The next `$` with an assigned channel, version 2 and a fitting length is looked for',
    fixture: STREAM_TEST,
    test: STREAM_TEST,
    issue: 'none, met in trials',
    where: 'wire',
  },
  {
    id: 'data-before-play-response',
    camera: 'Not named in the report',
    symptom: 'RTP comes before the response to PLAY',
    specification: 'RFC 2326 §10.5: PLAY tells the server to start; order is not fixed',
    tolerance: 'Data and messages are told apart at every byte boundary, whatever is awaited',
    fixture: STREAM_TEST,
    test: STREAM_TEST,
    issue: 'R#46',
    where: 'wire',
  },
  {
    id: 'changed-channels',
    camera: 'Not named in the report',
    symptom: 'The server changes the interleaved channels, or leaves them out',
    specification: 'RFC 2326 §12.39: the server may choose, and must say so',
    tolerance: 'The channels of the answer count; without any, those that were asked for',
    fixture: 'libs/wire/rtsp/headers.test.ts',
    test: INGEST_TEST,
    issue: 'gortsplib#142',
    where: 'ingest',
  },
  {
    id: 'keep-alive',
    camera: 'All; some never answer',
    symptom: 'The session ends without requests, or the keep-alive is never answered',
    specification: 'RFC 2326 §12.37: timeout of the session; §10.1, §10.8',
    tolerance: 'OPTIONS or GET_PARAMETER as Public says; no answer is tolerated while data comes',
    fixture: INGEST_TEST,
    test: INGEST_TEST,
    issue: 'X#1066, gortsplib#1002',
    where: 'ingest',
  },
  {
    id: 'keep-alive-rejected',
    camera: 'TP-Link Tapo C220',
    symptom: 'Keep-alive is answered with 400 and an old CSeq',
    specification: 'RFC 2326 §12.17: CSeq of the response is that of the request',
    tolerance: 'An answer that fits no request is dropped; the session goes on',
    fixture: INGEST_TEST,
    test: INGEST_TEST,
    issue: 'R#136',
    where: 'ingest',
  },
  {
    id: 'new-nonce-in-session',
    camera: 'Axis M5525, after 150 s',
    symptom: '401 with a new nonce in the middle of a session',
    specification: 'RFC 7616 §3.3: the nonce may change at any time',
    tolerance: 'The request is sent once more with the new nonce',
    fixture: INGEST_TEST,
    test: INGEST_TEST,
    issue: 'S#126',
    where: 'ingest',
  },
  {
    id: 'several-challenges',
    camera: 'Several makers',
    symptom: 'Basic stands before Digest; MD5 and SHA-256 are both offered',
    specification: 'RFC 7616 §3.3: the client takes the strongest that it knows',
    tolerance: 'Digest SHA-256, then MD5, then Basic; the uri is the full URL',
    fixture: 'libs/wire/rtsp/digest.test.ts',
    test: 'libs/wire/rtsp/digest.test.ts',
    issue: 'R#25, G#244, G#235',
    where: 'wire',
  },
  {
    id: 'missing-parameter-sets',
    camera: 'Not named in the reports',
    symptom: 'The SDP has no sprop parameters, broken ones, or start codes inside',
    specification: 'RFC 6184 §8.1: sprop-parameter-sets is optional, base64 of NAL units',
    tolerance: 'The configuration stays open until in-band sets come',
    fixture: 'libs/wire/sdp/session-description.cases.ts',
    test: 'libs/wire/sdp/session-description.test.ts',
    issue: 'R#42, GL',
    where: 'wire',
  },
  {
    id: 'malformed-description',
    camera: 'icamra, Mercury, Tuya C5, macro-video, Uniview',
    symptom: 'SDP without v=, o=, s= or ports; Content-Base doubled, relative or no URL',
    specification: 'RFC 4566 §5; RFC 2326 §C.1.1',
    tolerance: 'Lines that cannot be read are skipped; the next base that can be used is taken',
    fixture: 'libs/wire/sdp/session-description.cases.ts',
    test: 'libs/wire/sdp/session-description.test.ts',
    issue: 'G#1426, G#830, G#1852, M#356, G#208, G#708, G#2316, M#187',
    where: 'wire',
  },
  {
    id: 'changing-parameter-sets',
    camera: 'Not named in the report',
    symptom: 'SPS and PPS change in the stream, or flap between two versions',
    specification: 'ISO/IEC 14496-10 §7.4.1.2.1: new sets count from an IDR picture on',
    tolerance:
      'New contents make one new configuration; contents known already travel inside keyframes',
    fixture: 'libs/wire/rtp/parameter-set-tracker.test.ts',
    test: 'libs/wire/rtp/parameter-set-tracker.test.ts',
    issue: 'X#4262',
    where: 'wire',
  },
  {
    id: 'bytes-after-sps',
    camera: 'GW and Dahua (zeros, start codes); not named in the report (remains)',
    symptom: 'Zero bytes, a start code or remains stand behind the SPS or PPS',
    specification: 'ISO/IEC 14496-10 §7.3.2.11: rbsp_trailing_bits end a set',
    tolerance: 'Start codes and zeros are cut off; other bytes behind the set are not looked at',
    fixture: 'libs/media/h264/sps.test.ts',
    test: 'libs/media/h264/sps.test.ts',
    issue: 'R#102',
    where: 'wire',
  },
  {
    id: 'wrong-marker',
    camera: 'FLIR M400 (never set), Reolink (on SPS, PPS, SEI), others (on every slice)',
    symptom: 'The marker bit does not tell the end of an access unit',
    specification: 'RFC 6184 §5.1: set for the very last packet of the access unit',
    tolerance: 'Without a slice it is not believed; a new timestamp ends an access unit too',
    fixture: H264_CASES,
    test: DEPACKETIZER_TEST,
    issue: 'M#352, GL',
    where: 'wire',
  },
  {
    id: 'annex-b-in-packet',
    camera: 'V380, macro-video',
    symptom: 'One packet, or one fragmented NAL unit, holds several with start codes between',
    specification: 'RFC 6184 §5.6: a single NAL unit, without start code',
    tolerance: 'It is split at the start codes',
    fixture: H264_CASES,
    test: DEPACKETIZER_TEST,
    issue: 'R#68, R#108',
    where: 'wire',
  },
  {
    id: 'odd-fragments',
    camera: 'Not named in the reports',
    symptom: 'Empty fragments, start and end in one, a type that changes inside an FU',
    specification: 'RFC 6184 §5.8: fragments are not empty, and agree on the type',
    tolerance: 'The type of the first fragment counts; empty ones add nothing',
    fixture: H264_CASES,
    test: DEPACKETIZER_TEST,
    issue: 'R#115, M#344',
    where: 'wire',
  },
  {
    id: 'h265-parameter-sets',
    camera: 'Tenda CP3PRO and others',
    symptom: 'Scaling lists, TRAIL_N pictures; only some of VPS, SPS and PPS',
    specification: 'ISO/IEC 23008-2 §7.3.2; RFC 7798 §7.1',
    tolerance: 'All three sets are awaited; nothing behind the bit depths has to be readable',
    fixture: 'libs/media/h265/sps.test.ts',
    test: 'libs/media/h265/sps.test.ts',
    issue: 'R#123, R#112, G#1588, M#333',
    where: 'wire',
  },
  {
    id: 'timestamp-jump',
    camera: 'Several; all with B-frames',
    symptom: 'Single frames hours off; the declared rate is not the delivered one',
    specification: 'RFC 3550 §5.1: the timestamp follows the sampling clock',
    tolerance: 'One stray timestamp moves one frame only; times come from the timestamps',
    fixture: 'libs/wire/rtp/timestamp-unwrapper.test.ts',
    test: 'libs/wire/rtp/timestamp-unwrapper.test.ts',
    issue: 'X#6255, M#36',
    where: 'wire',
  },
  {
    id: 'camera-clock',
    camera: 'All without NTP',
    symptom: 'The clock of the camera steps; sender reports are missing or misleading',
    specification: 'RFC 3550 §6.4.1',
    tolerance: 'Frames are stamped by our clock, slewed at most 500 ppm',
    fixture: INGEST_TEST,
    test: INGEST_TEST,
    issue: 'M#36, M#9',
    where: 'ingest',
  },
  {
    id: 'audio-wrapping',
    camera: 'Several with AAC',
    symptom: 'AAC comes fragmented, or each access unit in an ADTS frame',
    specification: 'RFC 3640 §3.2.3: raw access units behind AU headers',
    tolerance: 'Fragments are joined; ADTS headers are taken off, and read where config is missing',
    fixture: 'libs/wire/rtp/aac.cases.ts',
    test: 'libs/wire/rtp/aac-depacketizer.test.ts',
    issue: 'GL, R#40',
    where: 'wire',
  },
] as const satisfies readonly Quirk[];

/** Stable name of a row of the table. */
export type QuirkId = (typeof RTSP_QUIRKS)[number]['id'];
