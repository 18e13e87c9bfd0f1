/** English texts of live view. */
export const liveEn = {
  'live.label': 'LIVE',
  'live.goLive': 'Go live',
  'live.isLive': 'Live',
  'live.connecting': 'Connecting…',
  'live.reconnecting': 'Reconnecting…',
  'live.noPicture': 'No picture right now',
  'live.noPictureHint':
    'The camera sends nothing. The picture returns by itself as soon as it does.',
  'live.notPlayable': 'This camera cannot be shown live here',
  'live.notPlayableShort': 'Cannot be shown here',
  'live.failed': 'The live picture is interrupted',
  'live.noPictureSince': 'No picture since {{ time }}',
  'live.toRecordings': 'Play the newest recording',
  'live.details': 'How this picture arrives',
  'live.way': 'Way',
  'live.codec': 'Codec',
  'live.delay': 'Delay (estimate)',
  'live.loss': 'Lost packets',
  'live.lossNone': 'none (TCP)',
  'live.stream': 'Stream',
  'live.stream.main': 'main',
  'live.stream.sub': 'sub',
  'live.why.fastest': 'WebRTC, because it has the shortest delay.',
  'live.why.sound':
    'MSE over WebSocket, because WebRTC cannot carry the sound of this camera (AAC).',
  'live.why.noMedia':
    'MSE over WebSocket, because nothing arrived by WebRTC. UDP is probably blocked between this computer and the server.',
  'live.why.browser': 'MSE over WebSocket, because this browser has no WebRTC.',
  'live.why.h265':
    'MSE over WebSocket, because the camera sends H.265, which WebRTC does not carry.',
  'live.why.bFrames':
    'MSE over WebSocket, because the camera sends B-frames, which WebRTC cannot show in order.',
  'live.why.shape':
    'MSE over WebSocket, because the pixels of this picture are not square, and WebRTC would show it squashed.',
  'live.why.codec': 'MSE over WebSocket, because WebRTC does not carry what the camera sends.',
  'live.why.only': 'WebRTC, because nothing arrived over the WebSocket.',
  'live.subInstead':
    'This is the sub stream: the main stream ({{ codec }}) cannot be sent by WebRTC.',
  'live.layout': 'Cameras at once',
  'live.page': '{{ page }} of {{ pages }}',
  'live.pages': 'Pages of cameras',
  'live.previousPage': 'Previous cameras',
  'live.nextPage': 'Next cameras',
  'live.help':
    'Arrow keys move between cameras, Enter opens one, Page Up and Page Down turn pages, F is full screen.',

  'error.web.no-media':
    'Nothing arrives from the server, neither by WebRTC nor by WebSocket. We keep trying. Recording is not affected.',
  'error.stream.b-frames':
    'The camera sends B-frames, which cannot be shown here. Set its profile to Baseline, or give it a sub stream without them. It is recorded all the same.',
  'error.stream.camera-not-found': 'This camera no longer exists, or is disabled.',
  'error.stream.codec-not-playable':
    'This browser cannot decode what the camera sends. Give it a sub stream with H.264. It is recorded all the same.',
  'error.stream.h265-not-playable':
    'The camera sends H.265, and this browser cannot decode it. Give the camera a sub stream with H.264, or use a browser with H.265. It is recorded all the same.',
  'error.stream.without-idr':
    'The camera sends no IDR pictures, with which this browser begins. Switch intra refresh (or open GOPs) off in the camera, or give it a sub stream without them. It is recorded all the same.',
  'error.stream.limit-reached':
    'The system has reached its limit of live views. Close one, and this one starts.',
  'error.stream.no-keyframe':
    'The camera has not sent a whole picture yet. Try again in a few seconds.',
  'error.stream.not-allowed': 'You are not allowed to see this camera live.',
  'error.stream.snapshot-failed': 'No picture could be made of what the camera sent. Try again.',
  'error.stream.snapshot-unavailable':
    'The server cannot make pictures: ffmpeg is missing there. Ask whoever runs it to install it.',
  'error.stream.too-many-offers':
    'Too many live views are starting at once. Try again in a moment.',
  'error.stream.webrtc-unavailable': 'The server cannot send by WebRTC.',
} as const;
