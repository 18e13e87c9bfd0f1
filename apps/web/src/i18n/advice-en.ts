/**
 * What a test of a camera advises, in English: what it is, and (`.do`) what to change in the camera.
 * The codes and the names of the values are those of libs/common/camera-advice.ts.
 */
export const adviceEn = {
  'advice.audio.not-supported': 'The sound is {{ codec }}, which is not recorded.',
  'advice.audio.not-supported.do':
    'In the camera, under Audio, choose G.711 (PCMA or PCMU) or AAC if you want sound.',
  'advice.audio.not-in-webrtc':
    'The sound is {{ codec }}: it is recorded, but the fastest live view is silent.',
  'advice.audio.not-in-webrtc.do': 'In the camera, under Audio, choose G.711 (PCMA or PCMU).',
  'advice.clock.wrong':
    'The camera’s clock is wrong by {{ seconds }} s. Recordings have the right time all the same; only the time written into the picture is wrong.',
  'advice.clock.wrong.do':
    'In the camera, under System, Date and time, set a time server (NTP) and the time zone.',
  'advice.login.not-asked':
    'The camera shows its picture to everybody in the network, without a password.',
  'advice.login.not-asked.do':
    'In the camera, switch RTSP authentication on and give its user a password.',
  'advice.video.b-frames':
    'The camera sends B-frames, which the fastest live view (WebRTC) cannot carry. The page uses a slower way.',
  'advice.video.b-frames.do':
    'In the camera, under Video, choose the profile Main or Baseline, or set B-frames to 0.',
  'advice.video.bit-rate-high':
    'The picture takes {{ megabitsPerSecond }} Mbit/s; about {{ recommendedMegabitsPerSecond }} are enough. The disk fills sooner than need be.',
  'advice.video.bit-rate-high.do': 'In the camera, under Video, lower the bit rate.',
  'advice.video.bit-rate-low':
    'The picture takes only {{ megabitsPerSecond }} Mbit/s; details are lost as soon as something moves.',
  'advice.video.bit-rate-low.do':
    'In the camera, under Video, raise the bit rate to about {{ recommendedMegabitsPerSecond }} Mbit/s.',
  'advice.video.codec-not-supported': 'The pictures are {{ codec }}, which cannot be recorded.',
  'advice.video.codec-not-supported.do':
    'In the camera, under Video, choose H.264 (plays everywhere) or H.265.',
  'advice.video.frame-rate-differs':
    'The camera says {{ declaredFramesPerSecond }} pictures a second and sends {{ framesPerSecond }}.',
  'advice.video.frame-rate-differs.do':
    'Often it is too dark, or the camera does too much: set a shorter exposure, or fewer pictures a second.',
  'advice.video.gop-long':
    'A full picture (keyframe) comes only every {{ seconds }} s. Views and exports begin late.',
  'advice.video.gop-long.do':
    'In the camera, under Video, set the I-frame interval (GOP) to {{ recommendedSeconds }} s, and switch “smart” or “+” codecs off.',
  'advice.video.h265-without-sub':
    'The main stream is H.265, which most browsers do not show live, and there is no sub stream.',
  'advice.video.h265-without-sub.do':
    'In the camera, switch the sub stream on and set it to H.264. Recording goes on in H.265.',
  'advice.video.h265-sub': 'The sub stream is H.265 too, so most browsers show nothing live.',
  'advice.video.h265-sub.do': 'In the camera, set the sub stream to H.264.',
  'advice.video.sub-large':
    'The sub stream is {{ width }} × {{ height }}: larger than a small tile can show.',
  'advice.video.sub-large.do':
    'In the camera, set the sub stream to at most {{ maxWidth }} × {{ maxHeight }}. Many cameras at once then play smoothly.',
  'advice.unknown': 'The system advises something that this page does not know ({{ code }}).',
} as const;
