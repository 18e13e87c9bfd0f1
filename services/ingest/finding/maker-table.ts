import { PASSWORD_IN_ADDRESS, USERNAME_IN_ADDRESS } from '@vms/common/address-secrets.ts';

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
  /** Port of RTSP where it is not 554. */
  readonly port?: number;
  readonly clues?: MakerClues;
  /** Where the paths are documented: the maker's own manual or support, else who has seen them. */
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
      realm: /^(IP Camera\(|DS-|HIKVISION|Embedded Net DVR)/i,
      description: /^a=control:\S*\/Streaming\/Channels\//m,
    },
    source:
      'Hikvision, ISAPI Developer Guide, "Streaming"; the second is that of devices before 2012',
  },
  // Built by Dahua, and so with the clues of both: the narrower comes first.
  {
    id: 'intelbras',
    name: 'Intelbras',
    streams: [REALMONITOR],
    clues: { realm: /intelbras/i },
    source: 'Intelbras, manual do usuário das câmeras VIP e Mibo, "RTSP"',
  },
  {
    id: 'dahua',
    // Most Intelbras cameras name only a serial number, as those of Dahua do.
    name: 'Dahua / Intelbras',
    streams: [REALMONITOR],
    clues: { realm: /^Login to /, description: /packetization-supported:DH/ },
    source: 'Dahua, HTTP API for IPC, "Get real-time stream"',
  },
  {
    id: 'tp-link',
    name: 'TP-Link (Tapo, VIGI)',
    streams: [{ main: '/stream1', sub: '/stream2' }],
    clues: { realm: /^TP-?LINK/i },
    source:
      'TP-Link FAQ 2680, "How to view Tapo camera through RTSP"; realm: github.com/koush/scrypted/issues/1271',
  },
  {
    id: 'reolink',
    name: 'Reolink',
    streams: [
      { main: '/h264Preview_01_main', sub: '/h264Preview_01_sub' },
      { main: '/Preview_01_main', sub: '/Preview_01_sub' },
    ],
    clues: { realm: /^(BC Streaming Media|Reolink)/i, description: /streamed by "preview"/ },
    source: 'support.reolink.com, "Introduction to RTSP"',
  },
  {
    id: 'axis',
    name: 'Axis',
    streams: [
      {
        main: '/axis-media/media.amp?videocodec=h264',
        sub: '/axis-media/media.amp?videocodec=h264&resolution=640x360',
      },
      { main: '/axis-media/media.amp' },
    ],
    clues: { realm: /^AXIS_[0-9A-F]{12}$/i },
    source: 'Axis, VAPIX, "Video streaming over RTSP"',
  },
  {
    id: 'uniview',
    name: 'Uniview',
    streams: [
      { main: '/media/video1', sub: '/media/video2' },
      { main: '/unicast/c1/s0/live', sub: '/unicast/c1/s1/live' },
    ],
    clues: { realm: /^48ea63[0-9a-f]{6}$/i },
    source: 'Uniview, "RTSP URL of IPC and NVR"; the realm is the MAC address',
  },
  {
    id: 'ezviz',
    name: 'EZVIZ',
    streams: [
      { main: '/h264/ch1/main/av_stream', sub: '/h264/ch1/sub/av_stream' },
      { main: '/ch1/main', sub: '/ch1/sub' },
    ],
    source: 'EZVIZ Support, "RTSP URL"',
  },
  {
    id: 'hanwha',
    name: 'Hanwha Vision (Wisenet)',
    streams: [
      { main: '/profile2/media.smp', sub: '/profile3/media.smp' },
      { main: '/0/profile2/media.smp', sub: '/0/profile3/media.smp' },
    ],
    clues: { realm: /^(iPolis|Wisenet|Samsung|Hanwha)/i, description: /^i=samsung/m },
    source:
      'support.hanwhavision.eu, "RTSP URLs"; description: github.com/Ullaakut/cameradar/issues/199',
  },
  {
    id: 'amcrest',
    name: 'Amcrest',
    streams: [REALMONITOR],
    clues: { realm: /amcrest/i },
    source: 'Amcrest, Pan and Tilt Camera User Manual, "RTSP"',
  },
  {
    id: 'ubiquiti',
    name: 'Ubiquiti (UniFi)',
    streams: [{ main: '/s0', sub: '/s1' }],
    clues: { description: /^u=www\.evostream\.com/m, server: /^UBNT/i },
    source: 'Ubiquiti, "UniFi Video: RTSP of a camera in standalone mode"',
  },
  {
    id: 'foscam',
    name: 'Foscam',
    streams: [{ main: '/videoMain', sub: '/videoSub' }],
    port: 88,
    clues: { realm: /^Foscam/i, server: /^Hisilicon Streaming Media Server/ },
    source:
      'Foscam, C1 User Manual, "RTSP"; server: github.com/luisiam/homebridge-foscamcamera/issues/6',
  },
  {
    id: 'xiongmai',
    name: 'Xiongmai (XMEye)',
    streams: [
      {
        main: `/user=${USERNAME_IN_ADDRESS}&password=${PASSWORD_IN_ADDRESS}&channel=1&stream=0.sdp?real_stream`,
        sub: `/user=${USERNAME_IN_ADDRESS}&password=${PASSWORD_IN_ADDRESS}&channel=1&stream=1.sdp?real_stream`,
      },
      {
        main: '/user=admin&password=&channel=1&stream=0.sdp?',
        sub: '/user=admin&password=&channel=1&stream=1.sdp?',
      },
    ],
    clues: { server: /^H264DVR/ },
    source:
      'ispyconnect.com, "Connect to Xiongmai IP cameras"; cameras seen with an empty password: pastebin.com/9KnmWex1',
  },
  {
    id: 'vivotek',
    name: 'Vivotek',
    streams: [
      { main: '/live.sdp', sub: '/live2.sdp' },
      { main: '/live1s1.sdp', sub: '/live1s2.sdp' },
    ],
    clues: { realm: /^streaming_server$/i },
    source: 'Vivotek, CC8130 User Manual, "RTSP streaming": access names of the streams',
  },
  {
    id: 'bosch',
    name: 'Bosch',
    streams: [
      { main: '/rtsp_tunnel?h26x=4&inst=1', sub: '/rtsp_tunnel?h26x=4&inst=2' },
      { main: '/?h26x=4&inst=1', sub: '/?h26x=4&inst=2' },
    ],
    source: 'knowledge.keenfinity-group.com, "How is RTSP usage supported with Bosch VIP Devices?"',
  },
  {
    id: 'panasonic',
    name: 'Panasonic (i-PRO)',
    streams: [
      { main: '/MediaInput/h264/stream_1', sub: '/MediaInput/h264/stream_2' },
      { main: '/MediaInput/stream_1', sub: '/MediaInput/stream_2' },
      { main: '/MediaInput/h264' },
    ],
    source: 'Panasonic, CGI Command Interface for network cameras, "RTSP"',
  },
  {
    id: 'sony',
    name: 'Sony',
    streams: [{ main: '/media/video1', sub: '/media/video2' }],
    source: 'Sony, CGI Command Reference of the G6 and G7 cameras, "RTSP"',
  },
  {
    id: 'avigilon',
    name: 'Avigilon',
    streams: [{ main: '/defaultPrimary?streamType=u', sub: '/defaultSecondary?streamType=u' }],
    source: 'Avigilon, H4 and H5 camera web interface, "RTSP stream URI"',
  },
  {
    id: 'mobotix',
    name: 'Mobotix',
    streams: [
      { main: '/stream0/mobotix.h264', sub: '/stream1/mobotix.h264' },
      { main: '/mobotix.h264' },
    ],
    source: 'Mobotix, P7 and Mx6 Reference Manual, "RTSP server"',
  },
  {
    id: 'geovision',
    name: 'GeoVision',
    streams: [{ main: '/CH001.sdp', sub: '/CH002.sdp' }],
    port: 8554,
    source: 'GeoVision, IP Camera User Manual, "RTSP"',
  },
  {
    id: 'd-link',
    name: 'D-Link',
    streams: [{ main: '/live1.sdp', sub: '/live3.sdp' }],
    source: 'D-Link, DCS-2332L Manual, "RTSP: H.264 profiles 1 to 3"',
  },
  {
    id: 'trendnet',
    name: 'TRENDnet',
    streams: [{ main: '/play1.sdp', sub: '/play2.sdp' }],
    source: 'TRENDnet, TV-IP User Guides, "RTSP path"',
  },
  {
    id: 'milesight',
    name: 'Milesight',
    streams: [{ main: '/main', sub: '/sub' }],
    source: 'Milesight, Network Camera User Manual, "RTSP"; also avycon.freshdesk.com',
  },
  {
    id: 'avycon',
    name: 'Avycon',
    streams: [{ main: '/profile1', sub: '/profile2' }],
    source: 'avycon.freshdesk.com, "RTSP Syntax for Plug & Play Series IP cameras"',
  },
  {
    id: 'tiandy',
    name: 'Tiandy',
    streams: [{ main: '/1/1', sub: '/1/2' }],
    source: 'Tiandy, IPC User Manual, "RTSP"',
  },
  {
    id: 'hitron',
    name: 'Hitron',
    streams: [{ main: '/1/stream1', sub: '/1/stream2' }],
    clues: { realm: /^HITRON_/ },
    source: 'Answer of a camera to OPTIONS and DESCRIBE, by its realm',
  },
  {
    id: 'hisilicon',
    name: 'HiSilicon-based (Instar, Wansview, …)',
    streams: [{ main: '/11', sub: '/12' }],
    clues: { server: /^(HiIpcam|Hipcam)/i, realm: /^Hipcam/i },
    source: 'Instar, "RTSP streaming"; github.com/CamioCam/rtsp/issues/149',
  },
  {
    id: 'v380',
    name: 'V380 (Macro-Video)',
    streams: [{ main: '/live/ch00_0', sub: '/live/ch00_1' }],
    clues: { description: /macro-video rtsp server/ },
    source: 'github.com/scottlamb/moonfire-nvr/issues/187',
  },
  {
    id: 'yoosee',
    name: 'Yoosee',
    streams: [{ main: '/onvif1', sub: '/onvif2' }],
    source: 'Yoosee, "ONVIF and RTSP on an NVR"',
  },
  {
    id: 'zmodo',
    name: 'Zmodo',
    streams: [{ main: '/tcp/av0_0', sub: '/tcp/av0_1' }],
    clues: { realm: /^RTSPD$/ },
    source: 'github.com/Ullaakut/cameradar/issues/142',
  },
  {
    id: 'imilab',
    name: 'Xiaomi with yi-hack',
    streams: [{ main: '/ch0_0.h264', sub: '/ch0_1.h264' }],
    source: 'github.com/roleoroleo/yi-hack-MStar, README',
  },
  {
    id: 'eufy',
    name: 'eufy',
    streams: [{ main: '/live0' }],
    source: 'eufy Support, "RTSP and NAS storage"',
  },
];
