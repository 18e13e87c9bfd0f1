/** Where a maker's cameras have their streams. */
export interface StreamTemplate {
  /** Path and query of the main stream, from the slash. */
  readonly main: string;
  /** Of the sub stream; undefined where none is known. */
  readonly sub?: string;
}

/** What a camera lets show of its maker before anybody has signed in, and in its description. */
export interface MakerClues {
  /** The header `Server`. */
  readonly server?: RegExp;
  /** `realm` of a challenge. */
  readonly realm?: RegExp;
  /** Anything in the session description. */
  readonly description?: RegExp;
}

/** A maker of cameras, and everything that helps to find its streams. */
export interface Maker {
  /** Stable, lower case. */
  readonly id: string;
  /** As the maker writes it. */
  readonly name: string;
  /** The likeliest first. */
  readonly streams: readonly StreamTemplate[];
  /** Ports of RTSP other than 554. */
  readonly ports?: readonly number[];
  readonly clues?: MakerClues;
  /** Where the paths are documented. */
  readonly source: string;
}

const REALMONITOR: StreamTemplate = {
  main: '/cam/realmonitor?channel=1&subtype=0',
  sub: '/cam/realmonitor?channel=1&subtype=1',
};

/**
 * Makers by how often their cameras are met; where the maker is not recognised, paths are tried in this
 * order. Facts only: each row says where they come from.
 */
export const MAKERS: readonly Maker[] = [
  {
    id: 'hikvision',
    name: 'Hikvision',
    streams: [
      { main: '/Streaming/Channels/101', sub: '/Streaming/Channels/102' },
      { main: '/h264/ch1/main/av_stream', sub: '/h264/ch1/sub/av_stream' },
    ],
    clues: {
      realm: /^(IP Camera\(|DS-|HIKVISION|Embedded Net DVR|[0-9a-f]{12}$)/i,
      description: /Media_header:MEDIAINFO=/,
    },
    source: 'Hikvision, "RTSP streaming format" (ISAPI Developer Guide, Streaming)',
  },
  {
    id: 'dahua',
    name: 'Dahua',
    streams: [REALMONITOR],
    clues: { realm: /^Login to /, description: /packetization-supported:DH/ },
    source: 'Dahua HTTP API for IPC/SD, "Get real-time stream"',
  },
  {
    id: 'intelbras',
    name: 'Intelbras',
    streams: [REALMONITOR],
    clues: { realm: /intelbras/i },
    source: 'Intelbras, manual do usuário VIP, "Protocolo RTSP"',
  },
  {
    id: 'tp-link',
    name: 'TP-Link (Tapo, VIGI)',
    streams: [{ main: '/stream1', sub: '/stream2' }],
    clues: { realm: /^TP-?LINK/i, server: /TP-?LINK/i },
    source: 'TP-Link FAQ 2680, "How to view Tapo camera on PC/NAS/NVR through RTSP"',
  },
  {
    id: 'reolink',
    name: 'Reolink',
    streams: [
      { main: '/h264Preview_01_main', sub: '/h264Preview_01_sub' },
      { main: '/Preview_01_main', sub: '/Preview_01_sub' },
    ],
    clues: { realm: /^(BC Streaming Media|Reolink)/i, description: /streamed by "preview"/ },
    source: 'Reolink Support, "Introduction to RTSP"',
  },
  {
    id: 'axis',
    name: 'Axis',
    streams: [
      {
        main: '/axis-media/media.amp?videocodec=h264',
        sub: '/axis-media/media.amp?videocodec=h264&resolution=640x360',
      },
    ],
    clues: { realm: /^AXIS_[0-9A-F]{12}$/i },
    source: 'Axis VAPIX, "Video streaming over RTSP"',
  },
  {
    id: 'uniview',
    name: 'Uniview',
    streams: [
      { main: '/media/video1', sub: '/media/video2' },
      { main: '/unicast/c1/s0/live', sub: '/unicast/c1/s1/live' },
    ],
    clues: { realm: /^(UNV|Uniview)/i, server: /^(UNV|Uniview)/i },
    source: 'Uniview, "How to get the RTSP URL of an IPC or NVR"',
  },
  {
    id: 'ezviz',
    name: 'EZVIZ',
    streams: [
      { main: '/h264/ch1/main/av_stream', sub: '/h264/ch1/sub/av_stream' },
      { main: '/ch1/main', sub: '/ch1/sub' },
    ],
    source: 'EZVIZ Support, "How to get the RTSP URL of an EZVIZ camera"',
  },
  {
    id: 'hanwha',
    name: 'Hanwha Vision (Wisenet)',
    streams: [
      { main: '/profile2/media.smp', sub: '/profile3/media.smp' },
      { main: '/onvif/profile2/media.smp', sub: '/onvif/profile3/media.smp' },
    ],
    clues: { realm: /^(iPolis|Wisenet|Samsung|Hanwha)/i },
    source: 'Hanwha Vision SUNAPI, "Video streaming: RTSP URL"',
  },
  {
    id: 'amcrest',
    name: 'Amcrest',
    streams: [REALMONITOR],
    clues: { realm: /amcrest/i },
    source: 'Amcrest Support, "RTSP URL of Amcrest cameras"',
  },
  {
    id: 'vivotek',
    name: 'Vivotek',
    streams: [
      { main: '/live.sdp', sub: '/live2.sdp' },
      { main: '/live1s1.sdp', sub: '/live1s2.sdp' },
    ],
    clues: { realm: /^streaming_server$/i },
    source: 'Vivotek, URL commands: "network_rtsp_s<0~(n-1)>_accessname"',
  },
  {
    id: 'bosch',
    name: 'Bosch',
    streams: [
      { main: '/rtsp_tunnel?h26x=4&inst=1', sub: '/rtsp_tunnel?h26x=4&inst=2' },
      { main: '/?inst=1', sub: '/?inst=2' },
    ],
    source: 'Bosch, "RTSP usage with Bosch video IP devices"',
  },
];
