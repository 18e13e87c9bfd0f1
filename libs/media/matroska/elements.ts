/**
 * Element ids of EBML (RFC 8794 §11.2) and Matroska (RFC 9559 §5.1) that the muxer writes or the
 * demuxer understands, with the length marker as they stand in a file.
 */
export const ELEMENT = {
  EBML: 0x1a45dfa3,
  EBMLVersion: 0x4286,
  EBMLReadVersion: 0x42f7,
  EBMLMaxIDLength: 0x42f2,
  EBMLMaxSizeLength: 0x42f3,
  DocType: 0x4282,
  DocTypeVersion: 0x4287,
  DocTypeReadVersion: 0x4285,
  Void: 0xec,
  CRC32: 0xbf,

  Segment: 0x18538067,

  SeekHead: 0x114d9b74,
  Seek: 0x4dbb,
  SeekID: 0x53ab,
  SeekPosition: 0x53ac,

  Info: 0x1549a966,
  SegmentUUID: 0x73a4,
  TimestampScale: 0x2ad7b1,
  Duration: 0x4489,
  DateUTC: 0x4461,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,

  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackUID: 0x73c5,
  TrackType: 0x83,
  FlagLacing: 0x9c,
  Language: 0x22b59c,
  CodecID: 0x86,
  CodecPrivate: 0x63a2,
  Video: 0xe0,
  PixelWidth: 0xb0,
  DisplayWidth: 0x54b0,
  DisplayHeight: 0x54ba,
  PixelHeight: 0xba,
  Audio: 0xe1,
  SamplingFrequency: 0xb5,
  Channels: 0x9f,
  BitDepth: 0x6264,

  Tags: 0x1254c367,
  Tag: 0x7373,
  Targets: 0x63c0,
  SimpleTag: 0x67c8,
  TagName: 0x45a3,
  TagLanguage: 0x447a,
  TagString: 0x4487,

  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,

  Cues: 0x1c53bb6b,
  CuePoint: 0xbb,
  CueTime: 0xb3,
  CueTrackPositions: 0xb7,
  CueTrack: 0xf7,
  CueClusterPosition: 0xf1,
} as const;

/** TrackType (RFC 9559 §5.1.4.1.3). */
export const TRACK_TYPE = { video: 1, audio: 2 } as const;

/** Codec ids of the Matroska codec registry (draft-ietf-cellar-codec §6). */
export const CODEC_ID = {
  h264: 'V_MPEG4/ISO/AVC',
  h265: 'V_MPEGH/ISO/HEVC',
  aac: 'A_AAC',
  acm: 'A_MS/ACM',
} as const;

/** wFormatTag of WAVEFORMATEX (RFC 2361 appendix A.5 and A.6). */
export const WAVE_FORMAT_TAG = { pcma: 6, pcmu: 7 } as const;
