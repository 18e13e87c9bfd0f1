/** `warning`: something is lost or cannot be seen without the change. `info`: it would be better so. */
export type AdviceSeverity = 'info' | 'warning';

interface AdviceDefinition {
  readonly severity: AdviceSeverity;
  /** The values that a text about it needs, by name; the name has the unit. */
  readonly values: Readonly<Record<string, 'number' | 'text'>>;
}

/**
 * Everything that a test of a camera may advise to change in it, by code. Codes and names of values are
 * stable: the page and the command line have a text for each, in every language.
 */
export const CAMERA_ADVICE = {
  /** The sound has a codec that is not recorded. */
  'audio.not-supported': { severity: 'info', values: { codec: 'text' } },
  /** AAC sound is recorded, but WebRTC leaves it out; G.711 is heard everywhere. */
  'audio.not-in-webrtc': { severity: 'info', values: { codec: 'text' } },
  /** The camera's own clock is off: only the time that it writes into the picture is wrong. */
  'clock.wrong': { severity: 'info', values: { seconds: 'number' } },
  /** Whoever reaches the camera in the network sees its picture: it asks for no password. */
  'login.not-asked': { severity: 'warning', values: {} },
  /** Frames are sent in another order than they are shown: WebRTC cannot carry that. */
  'video.b-frames': { severity: 'warning', values: {} },
  /** Over what the picture needs at this size and rate: it fills the disk early. */
  'video.bit-rate-high': {
    severity: 'info',
    values: { megabitsPerSecond: 'number', recommendedMegabitsPerSecond: 'number' },
  },
  /** So little that details are lost as soon as something moves. */
  'video.bit-rate-low': {
    severity: 'info',
    values: { megabitsPerSecond: 'number', recommendedMegabitsPerSecond: 'number' },
  },
  /** The codec of the pictures cannot be recorded. */
  'video.codec-not-supported': { severity: 'warning', values: { codec: 'text' } },
  /** The camera delivers another rate than it declares: often it is too dark, or overloaded. */
  'video.frame-rate-differs': {
    severity: 'info',
    values: { declaredFramesPerSecond: 'number', framesPerSecond: 'number' },
  },
  /**
   * From keyframe to keyframe it takes this long, or longer: views and exports begin late, and a
   * recording begins late after each loss.
   */
  'video.gop-long': {
    severity: 'warning',
    values: { seconds: 'number', recommendedSeconds: 'number' },
  },
  /** H.265 without a sub stream in H.264: most browsers show no live picture. */
  'video.h265-without-sub': { severity: 'warning', values: {} },
  /** The sub stream itself is H.265, so it helps no browser. */
  'video.h265-sub': { severity: 'warning', values: {} },
  /** The sub stream is larger than a tile of a grid can use. */
  'video.sub-large': {
    severity: 'info',
    values: { width: 'number', height: 'number', maxWidth: 'number', maxHeight: 'number' },
  },
} as const satisfies Readonly<Record<string, AdviceDefinition>>;

export type AdviceCode = keyof typeof CAMERA_ADVICE;

type ValueOf<Kind> = Kind extends 'number' ? number : string;

/** The values of one code. */
export type AdviceValues<Code extends AdviceCode> = {
  readonly [Name in keyof (typeof CAMERA_ADVICE)[Code]['values']]: ValueOf<
    (typeof CAMERA_ADVICE)[Code]['values'][Name]
  >;
};

/** One piece of advice, as an API gives it and a translation takes it. */
export type CameraAdvice = {
  readonly [Code in AdviceCode]: {
    readonly code: Code;
    readonly severity: AdviceSeverity;
    readonly values: AdviceValues<Code>;
  };
}[AdviceCode];

/** Advice of one code, with the severity that the table gives it. */
export function advise<Code extends AdviceCode>(
  code: Code,
  values: AdviceValues<Code>,
): CameraAdvice {
  return { code, severity: CAMERA_ADVICE[code].severity, values } as unknown as CameraAdvice;
}

export function isAdviceCode(text: string): text is AdviceCode {
  return Object.hasOwn(CAMERA_ADVICE, text);
}
