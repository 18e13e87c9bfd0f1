import { z } from 'zod';
import { DEFAULT_RECORDING_PAGE, MAX_RECORDING_PAGE } from '../bounds.ts';
import {
  cameraId,
  cursorInput,
  instant,
  instantInput,
  nextCursor,
  recordingId,
} from '../schemas.ts';

export const cameraOnly = z.object({ camera_id: cameraId });
export const oneRecording = z.object({ camera_id: cameraId, id: recordingId });

export const recordingQuery = z.object({
  from: instantInput.optional(),
  to: instantInput.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_RECORDING_PAGE).default(DEFAULT_RECORDING_PAGE),
  cursor: cursorInput.optional(),
});

export const timelineQuery = z.object({
  from: instantInput,
  to: instantInput,
  resolutionMs: z.coerce
    .number()
    .min(0)
    .max(86_400_000)
    .default(0)
    .describe('Gaps shorter than this are not shown; grows by itself where the range is long'),
});

export const playbackInput = z
  .strictObject({ from: instantInput, to: instantInput })
  .meta({ id: 'PlaybackRange' });

export const recordingView = z
  .object({
    id: z.string(),
    cameraId: z.string(),
    stream: z.string(),
    start: instant,
    end: instant.describe('Of the last durable frame while open'),
    durationMs: z.number(),
    open: z.boolean().describe('Still being recorded'),
    bytes: z.number(),
    videoCodec: z.string().nullable(),
    audioCodec: z.string().nullable(),
    width: z.number().nullable(),
    height: z.number().nullable(),
  })
  .meta({ id: 'Recording' });

export const recordingPage = z.object({ recordings: z.array(recordingView), nextCursor });
export const timeline = z.object({ spans: z.array(z.object({ start: instant, end: instant })) });
export const playback = z.object({
  url: z.string().describe('HLS playlist on the same origin; needs no other credentials'),
  from: instant,
  to: instant,
  expiresAt: instant,
});

export type RecordingView = z.output<typeof recordingView>;
