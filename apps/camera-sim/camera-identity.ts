/** How a camera shows who made it, and under which paths it has its streams. */
export interface CameraIdentity {
  /** Path and query of the main stream, from the slash. */
  readonly main: string;
  readonly sub: string;
  /** `realm` of its challenges. */
  readonly realm: string;
  /** Its header `Server`; undefined where it sends none. */
  readonly server?: string;
  /** Whether it asks for a login before it says that it knows a path or not. */
  readonly asksFirst: boolean;
}

/**
 * Makers whose cameras can be played, as captures of real ones show them. Serial numbers and addresses
 * are made up.
 */
export const CAMERA_IDENTITIES = {
  hikvision: {
    main: '/Streaming/Channels/101',
    sub: '/Streaming/Channels/102',
    realm: 'IP Camera(D0000)',
    asksFirst: true,
  },
  dahua: {
    main: '/cam/realmonitor?channel=1&subtype=0',
    sub: '/cam/realmonitor?channel=1&subtype=1',
    realm: 'Login to 0000000PAG00000',
    server: 'Rtsp Server/3.0',
    asksFirst: true,
  },
  intelbras: {
    main: '/cam/realmonitor?channel=1&subtype=0',
    sub: '/cam/realmonitor?channel=1&subtype=1',
    realm: 'Login to INTELBRAS-0000',
    server: 'Rtsp Server/3.0',
    asksFirst: true,
  },
  'tp-link': {
    main: '/stream1',
    sub: '/stream2',
    realm: 'TP-LINK IP-Camera',
    asksFirst: true,
  },
  reolink: {
    main: '/h264Preview_01_main',
    sub: '/h264Preview_01_sub',
    realm: 'BC Streaming Media',
    asksFirst: false,
  },
  axis: {
    main: '/axis-media/media.amp?videocodec=h264',
    sub: '/axis-media/media.amp?videocodec=h264&resolution=640x360',
    realm: 'AXIS_ACCC8E000000',
    server: 'GStreamer RTSP server',
    asksFirst: true,
  },
  /** Shows nothing of itself, and has a path that many makers use. */
  unknown: {
    main: '/media/video1',
    sub: '/media/video2',
    realm: 'camera',
    asksFirst: true,
  },
} as const satisfies Readonly<Record<string, CameraIdentity>>;

export type MakerName = keyof typeof CAMERA_IDENTITIES;

export function isMakerName(text: string): text is MakerName {
  return Object.hasOwn(CAMERA_IDENTITIES, text);
}
