/** Parameter sets of our own clips, written by x264 and x265: hexadecimal NAL units. */
export const H264_720P = {
  sps: '67640028acb1202802dd3501010140000003004000000c83c60c8980',
  pps: '68e88c3cb22c',
  width: 1280,
  height: 720,
};

/** Of the same size as none of the others. */
export const H264_1080P = {
  sps: '6742c028d900780227e5c044000003000400000300c83c60c920',
  pps: '68cb83cb20',
  width: 1920,
  height: 1080,
};

export const H265_720P = {
  vps: '40010c01ffff01600000030090000003000003005d928090',
  sps: '42010101600000030090000003000003005da00280802d16592a4932b9a80808082000000300200000030321',
  pps: '4401c172b46240',
  width: 1280,
  height: 720,
};
