import { H264_720P, H265_720P } from '../rtp/parameter-sets.cases.ts';

/** One description, what cameras like it got wrong, and what has to come of it. */
export interface DescriptionCase {
  readonly name: string;
  readonly contentBase?: string;
  readonly sdp: string;
  /** Aggregate control URL; the request URL is `rtsp://camera:554/live?channel=1`. */
  readonly controlUrl: string;
  /** `kind encoding codec clock control-url codec-string-or-dash` of each track. */
  readonly tracks: readonly string[];
  readonly quirks?: readonly string[];
}

export const REQUEST_URL = 'rtsp://camera:554/live?channel=1';

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
const SPS = base64(H264_720P.sps);
const PPS = base64(H264_720P.pps);
const SPROP = `sprop-parameter-sets=${SPS},${PPS}`;
const V264 = 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';
const HEAD = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=cam\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\n';
const H264 = 'video H264 h264 90000';
const AVC = 'avc1.640028';

export const DESCRIPTION_CASES: readonly DescriptionCase[] = [
  {
    name: 'as it should be, Content-Base with a slash',
    contentBase: 'rtsp://10.0.0.1/live/',
    sdp: `${HEAD}a=control:*\r\n${V264}a=fmtp:96 packetization-mode=1;${SPROP}\r\na=control:trackID=1\r\n`,
    controlUrl: 'rtsp://10.0.0.1/live/',
    tracks: [`${H264} rtsp://10.0.0.1/live/trackID=1 ${AVC}`],
  },
  {
    name: 'no Content-Base: the track goes behind the query, as FFmpeg joins it',
    sdp: `${HEAD}${V264}a=fmtp:96 ${SPROP}\r\na=control:trackID=1\r\n`,
    controlUrl: REQUEST_URL,
    tracks: [`${H264} ${REQUEST_URL}/trackID=1 ${AVC}`],
  },
  {
    name: 'full control URLs, with another aggregate URL, user information taken out',
    contentBase: 'rtsp://10.0.0.1/live/',
    sdp: `${HEAD}a=control:rtsp://u:p@10.0.0.1/all?x=1\r\n${V264}a=fmtp:96 ${SPROP}\r\na=control:rtsp://u:p%40@10.0.0.1/v?t=1\r\n`,
    controlUrl: 'rtsp://10.0.0.1/all?x=1',
    tracks: [`${H264} rtsp://10.0.0.1/v?t=1 ${AVC}`],
  },
  {
    name: 'H.265 and G.711 by static payload type, back channel and metadata not supported',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `${HEAD}m=video 0 RTP/AVP 98\r\na=rtpmap:98 H265/90000\r\na=fmtp:98 profile-id=1;sprop-sps=${base64(H265_720P.sps)};sprop-pps=${base64(H265_720P.pps)};sprop-vps=${base64(H265_720P.vps)}\r\na=control:v\r\nm=audio 0 RTP/AVP 8\r\na=control:a\r\nm=audio 0 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=control:back\r\na=sendonly\r\nm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\na=control:meta\r\n`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [
      'video H265 h265 90000 rtsp://10.0.0.1/v hvc1.1.6.L93.90',
      'audio PCMA pcma 8000 rtsp://10.0.0.1/a pcma',
      'audio PCMU pcmu! 8000 rtsp://10.0.0.1/back pcmu',
      'other vnd.onvif.metadata - 90000 rtsp://10.0.0.1/meta -',
    ],
  },
  {
    name: 'AAC, and codecs that are not supported by their own names',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `${HEAD}m=audio 0 RTP/AVP 97\r\na=rtpmap:97 mpeg4-generic/48000/2\r\na=fmtp:97 mode=AAC-hbr; SizeLength=13;config=119056E500; profile=1;\r\na=control:a\r\nm=audio 0 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96\r\na=control:o\r\nm=video 0 RTP/AVP 26\r\na=control:j\r\nm=audio 0 RTP/AVP 98\r\na=rtpmap:98 mpeg4-generic/8000\r\na=fmtp:98 mode=CELP-vbr;config=1190\r\na=control:c\r\n`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [
      'audio mpeg4-generic aac 48000 rtsp://10.0.0.1/a mp4a.40.2',
      'audio opus - 48000 rtsp://10.0.0.1/o -',
      'video JPEG - 90000 rtsp://10.0.0.1/j -',
      'audio mpeg4-generic - 8000 rtsp://10.0.0.1/c -',
    ],
  },
  {
    name: 'quirk missing-parameter-sets: none at all',
    sdp: `${HEAD}${V264}a=control:rtsp://c/1\r\n`,
    controlUrl: REQUEST_URL,
    tracks: [`${H264} rtsp://c/1 -`],
    quirks: ['missing-parameter-sets'],
  },
  {
    name: 'quirk missing-parameter-sets: rubbish, a PPS alone, a cut SPS, H.265 without VPS',
    sdp: `${HEAD}${V264}a=fmtp:96 sprop-parameter-sets=%%%,\r\na=control:rtsp://c/1\r\n${V264}a=fmtp:96 sprop-parameter-sets=${PPS}\r\na=control:rtsp://c/2\r\n${V264}a=fmtp:96 sprop-parameter-sets=Z0I=,${PPS}\r\na=control:rtsp://c/3\r\nm=video 0 RTP/AVP 97\r\na=rtpmap:97 HEVC/90000\r\na=fmtp:97 sprop-sps=${base64(H265_720P.sps)}\r\na=control:rtsp://c/4\r\n`,
    controlUrl: REQUEST_URL,
    tracks: [
      `${H264} rtsp://c/1 -`,
      `${H264} rtsp://c/2 -`,
      `${H264} rtsp://c/3 -`,
      'video HEVC h265 90000 rtsp://c/4 -',
    ],
    quirks: ['missing-parameter-sets'],
  },
  {
    name: 'quirk missing-parameter-sets: start codes inside, swapped, with bytes behind',
    sdp: `${HEAD}${V264}a=fmtp:96 sprop-parameter-sets=${base64(`00000001${H264_720P.pps}00000001`)}, ${base64(`00000001${H264_720P.sps}00`)} ;x\r\na=control:rtsp://c/1\r\n${V264}a=fmtp:96 sprop-parameter-sets=${base64(`000001${H264_720P.sps}00000001${H264_720P.pps}`)}\r\na=control:rtsp://c/2\r\n`,
    controlUrl: REQUEST_URL,
    tracks: [`${H264} rtsp://c/1 ${AVC}`, `${H264} rtsp://c/2 ${AVC}`],
  },
  {
    name: 'quirk malformed-description: only m=, rtpmap and control',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: 'm=video 0 RTP/AVP 96\na=rtpmap:96 H264\na=control:trackID=0\n',
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [`${H264} rtsp://10.0.0.1/trackID=0 -`],
    quirks: ['malformed-description', 'missing-parameter-sets'],
  },
  {
    name: 'quirk malformed-description: impossible port, broken c= and o=, binary, no equals signs',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `v=0\r\no=- 1001 1 IN \r\ns=\r\nc=IN IP4 '&\ufffd\ufffd\r\nthis is no line\r\nm=video -1353744643 RTP/AVP 96\r\nc=IN\r\na=rtpmap:96 H264/90000 \r\na=framerate:0S\r\na=fmtp:96  ${SPROP}\r\na=framerate:25\r\na=control:1\r\n\0\0`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [`${H264} rtsp://10.0.0.1/1 ${AVC}`],
    quirks: ['malformed-description'],
  },
  {
    name: 'quirk malformed-description: payload types that are none, or not those of the attributes',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `${HEAD}m=video 0 RTP/AVP 105\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 ${SPROP}\r\na=control:1\r\nm=application/MERCURY 0 RTP/AVP smart/1/90000\r\na=rtpmap:95 MERCURY/90000\r\na=control:track3\r\nm=audio\r\n`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [
      `${H264} rtsp://10.0.0.1/1 ${AVC}`,
      'other MERCURY - 90000 rtsp://10.0.0.1/track3 -',
      'audio payload - 8000 rtsp://10.0.0.1/ -',
    ],
    quirks: ['malformed-description'],
  },
  {
    name: 'quirk malformed-description: Content-Base with two schemes',
    contentBase: 'rtsp://rtsp://turret.lan:554/stream1/',
    sdp: `${HEAD}${V264}a=fmtp:96 ${SPROP}\r\na=control:1\r\n`,
    controlUrl: 'rtsp://turret.lan:554/stream1/',
    tracks: [`${H264} rtsp://turret.lan:554/stream1/1 ${AVC}`],
    quirks: ['malformed-description'],
  },
  {
    name: 'quirk malformed-description: Content-Base that is a path',
    contentBase: '/stream1/',
    sdp: `${HEAD}${V264}a=fmtp:96 ${SPROP}\r\na=control:/1\r\n`,
    controlUrl: 'rtsp://camera:554/stream1/',
    tracks: [`${H264} rtsp://camera:554/stream1/1 ${AVC}`],
  },
  {
    name: 'quirk malformed-description: Content-Base that is nothing',
    contentBase: 'camera stream',
    sdp: `${HEAD}${V264}a=fmtp:96 ${SPROP}\r\na=control:?track=1\r\n`,
    controlUrl: REQUEST_URL,
    tracks: [`${H264} ${REQUEST_URL}?track=1 ${AVC}`],
    quirks: ['malformed-description'],
  },
  {
    name: 'quirk direction-of-the-camera: what a camera marks sendonly, it sends',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `${HEAD}${V264}a=fmtp:96 ${SPROP}\r\na=control:v\r\na=sendonly\r\nm=audio 0 RTP/AVP 8\r\na=control:a\r\na=sendonly\r\n`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: [`${H264} rtsp://10.0.0.1/v ${AVC}`, 'audio PCMA pcma 8000 rtsp://10.0.0.1/a pcma'],
    quirks: ['direction-of-the-camera'],
  },
  {
    name: 'audio to be sent beside video to be received is a back channel, whichever comes first',
    contentBase: 'rtsp://10.0.0.1/',
    sdp: `${HEAD}m=audio 0 RTP/AVP 8\r\na=control:back\r\na=sendonly\r\n${V264}a=fmtp:96 ${SPROP}\r\na=control:v\r\na=recvonly\r\n`,
    controlUrl: 'rtsp://10.0.0.1/',
    tracks: ['audio PCMA pcma! 8000 rtsp://10.0.0.1/back pcma', `${H264} rtsp://10.0.0.1/v ${AVC}`],
  },
];
