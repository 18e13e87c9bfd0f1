/** The build of hls.js without subtitles, alternate audio and DRM, which comes without types. */
declare module 'hls.js/light' {
  export { default } from 'hls.js';
}
