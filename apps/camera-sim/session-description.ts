import { H264_NAL, h264NalType } from '@vms/media/h264/nal.ts';
import { H265_NAL, h265NalType } from '@vms/media/h265/nal.ts';
import type { ClipAudio, ClipVideo } from './clip.ts';
import type { PreparedTrack } from './prepared-track.ts';

/** How the tracks are addressed: the last part of a SETUP's URL. */
export function trackControl(index: number): string {
  return `trackID=${index}`;
}

/** The answer to DESCRIBE (RFC 4566, RFC 2326 appendix C) for these tracks. */
export function describeTracks(cameraName: string, tracks: readonly PreparedTrack[]): string {
  const lines = sessionLines(cameraName);
  tracks.forEach((track, index) => {
    lines.push(`m=${track.kind} 0 RTP/AVP ${track.payloadType}`, ...mediaLines(track));
    lines.push(`a=control:${trackControl(index)}`);
  });
  return `${lines.join('\r\n')}\r\n`;
}

/** What a camera says that sends JPEG pictures (RFC 2435), which nobody records. */
export function describeUnknownCodec(cameraName: string): string {
  const media = ['m=video 0 RTP/AVP 26', 'a=rtpmap:26 JPEG/90000', `a=control:${trackControl(0)}`];
  return `${[...sessionLines(cameraName), ...media].join('\r\n')}\r\n`;
}

function sessionLines(cameraName: string): string[] {
  return [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    `s=${cameraName}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
  ];
}

function mediaLines(track: PreparedTrack): string[] {
  const { source, payloadType } = track;
  if ('parameterSets' in source) return videoLines(source, payloadType);
  return audioLines(source, payloadType);
}

function videoLines(video: ClipVideo, payloadType: number): string[] {
  const base64 = (nal: Uint8Array): string => Buffer.from(nal).toString('base64');
  const rate = `a=framerate:${video.framesPerSecond}`;
  if (video.codec === 'h264') {
    const ofType = (type: number): Uint8Array[] =>
      video.parameterSets.filter((nal) => h264NalType(nal[0] ?? 0) === type);
    const sets = [...ofType(H264_NAL.sps), ...ofType(H264_NAL.pps)];
    // profile_idc, constraint flags and level_idc follow the header byte of the SPS.
    const profile = Buffer.from(sets[0]?.subarray(1, 4) ?? []).toString('hex');
    return [
      `a=rtpmap:${payloadType} H264/90000`,
      `a=fmtp:${payloadType} packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets.map(base64).join(',')}`,
      rate,
    ];
  }
  const sprop = (name: string, type: number): string => {
    const nals = video.parameterSets.filter((nal) => h265NalType(nal[0] ?? 0) === type);
    return `${name}=${nals.map(base64).join(',')}`;
  };
  const sets = [
    sprop('sprop-vps', H265_NAL.vps),
    sprop('sprop-sps', H265_NAL.sps),
    sprop('sprop-pps', H265_NAL.pps),
  ];
  return [`a=rtpmap:${payloadType} H265/90000`, `a=fmtp:${payloadType} ${sets.join(';')}`, rate];
}

function audioLines(audio: ClipAudio, payloadType: number): string[] {
  const channels = audio.channels > 1 ? `/${audio.channels}` : '';
  if (audio.codec !== 'aac') {
    return [`a=rtpmap:${payloadType} ${audio.codec.toUpperCase()}/${audio.sampleRate}${channels}`];
  }
  const config = Buffer.from(audio.config).toString('hex');
  return [
    `a=rtpmap:${payloadType} MPEG4-GENERIC/${audio.sampleRate}/${audio.channels}`,
    `a=fmtp:${payloadType} streamtype=5;profile-level-id=1;mode=AAC-hbr;config=${config};sizelength=13;indexlength=3;indexdeltalength=3`,
  ];
}
