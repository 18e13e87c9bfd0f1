import { CAMERA_STATES, MAX_RETENTION_DAYS, TRACK_DELIVERIES } from '@vms/common/camera.ts';
import { MAX_CREDENTIAL_CHARACTERS, MAX_URL_CHARACTERS } from '@vms/common/camera-address.ts';
import { type AdviceCode, CAMERA_ADVICE } from '@vms/common/camera-advice.ts';
import { hasVisibleCharacter } from '@vms/common/camera-name.ts';
import { SEARCH_OUTCOMES, STREAM_ROLES } from '@vms/common/camera-search.ts';
import { MAX_TIME_ZONE_CHARACTERS, timeZoneOf } from '@vms/common/time-zone.ts';
import { z } from 'zod';
import {
  DEFAULT_CAMERA_PAGE,
  MAX_CAMERA_PAGE,
  MAX_MAX_BYTES,
  MAX_NAME_CHARACTERS,
  MIN_MAX_BYTES,
} from '../bounds.ts';
import { cameraId, cursorInput, instant, nextCursor } from '../schemas.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME_CHARACTERS)
  .regex(/^\P{Cc}*$/u, 'must not contain invisible characters')
  .refine((name) => name === '' || hasVisibleCharacter(name), {
    error: 'must contain a visible character',
  })
  .meta({ examples: ['Front door'] });
// One more than is taken, so that parseCameraUrl says what is wrong in its own words.
const url = z
  .string()
  .min(1)
  .max(2 * MAX_URL_CHARACTERS)
  .describe('rtsp:// or rtsps://. User name and password in it are moved to their own fields')
  .meta({ examples: ['rtsp://192.168.1.20:554/stream1'] });
const subUrl = url
  .or(z.literal(''))
  .nullable()
  .describe(
    'rtsp:// or rtsps:// address of a smaller stream of the same camera, for grids and for browsers that cannot play the main one; the same user name and password. null or empty for none',
  )
  .meta({ examples: ['rtsp://192.168.1.20:554/stream2'] });
const credential = z
  .string()
  .max(MAX_CREDENTIAL_CHARACTERS)
  .regex(/^\P{Cc}*$/u, 'must not contain invisible characters');
const password = credential.describe('Stored sealed; no answer ever carries it. Empty for none');
const retentionDays = z.int().min(1).max(MAX_RETENTION_DAYS);
const maxBytes = z
  .int()
  .min(MIN_MAX_BYTES)
  .max(MAX_MAX_BYTES)
  .nullable()
  .describe('Bytes that the recordings may take; null is no limit of its own');

const timeZone = z
  .string()
  .max(MAX_TIME_ZONE_CHARACTERS)
  .overwrite((name) => timeZoneOf(name) ?? name)
  .refine((name) => timeZoneOf(name) !== undefined, {
    error: 'must be a time zone of the IANA database, such as America/Sao_Paulo',
  })
  .nullable()
  .describe('Of the IANA database, in which its recordings are shown; null for that of the system')
  .meta({ examples: ['America/Sao_Paulo'] });

export const cameraInput = z
  .strictObject({
    name,
    url,
    subUrl: subUrl.optional(),
    username: credential.optional(),
    password: password.optional(),
    enabled: z.boolean().default(true),
    retentionDays: retentionDays.optional(),
    maxBytes: maxBytes.optional(),
    timeZone: timeZone.optional(),
  })
  .meta({ id: 'NewCamera' });

export const cameraChange = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    subUrl: subUrl.optional(),
    username: credential.optional(),
    password: password.optional(),
    enabled: z.boolean().optional(),
    retentionDays: retentionDays.optional(),
    maxBytes: maxBytes.optional(),
    timeZone: timeZone.optional(),
  })
  .describe('What is absent stays as it is')
  .meta({ id: 'CameraChange' });

export const cameraTestInput = z
  .strictObject({
    url: url.optional(),
    username: credential.optional(),
    password: password.optional(),
    camera_id: cameraId.optional().describe('Of a saved camera, for what is absent'),
    stream: z
      .enum(['main', 'sub'])
      .default('main')
      .describe('Which address of the saved camera, where no url is given'),
  })
  .refine((body) => body.url !== undefined || body.camera_id !== undefined, {
    error: 'needs url or camera_id',
    path: ['url'],
  })
  .meta({ id: 'CameraToTest' });

export const cameraPageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_CAMERA_PAGE).default(DEFAULT_CAMERA_PAGE),
  cursor: cursorInput.optional(),
});

export const deletionQuery = z.object({
  recordings: z
    .enum(['keep', 'delete'])
    .default('keep')
    .describe('Those of the demo camera are always deleted'),
});

export const cameraParams = z.object({ camera_id: cameraId });

const track = z.object({
  kind: z.string(),
  codec: z.string(),
  supported: z.boolean(),
  width: z.number().optional(),
  height: z.number().optional(),
  sampleRate: z.number().optional(),
  channels: z.number().optional(),
  profile: z.string().optional().describe('By the name that cameras show: High, Main 10, LC'),
  delivery: z
    .enum(TRACK_DELIVERIES)
    .optional()
    .describe(
      'Whether its frames come. `nothing-yet`: announced, none has come; `stopped`: they came, and no longer do; `refused`: announced and refused; `not-requested`: not supported, or another track of its kind is taken. Absent where the camera is not connected',
    ),
  silentSeconds: z
    .number()
    .optional()
    .describe('Where `nothing-yet` or `stopped`: for how long no frame has come'),
});

/** `unknown`: ingest did not answer, or has not taken the camera up yet. */
const state = z.enum([...CAMERA_STATES, 'unknown']);

const streamStatus = z
  .object({
    state,
    since: instant.nullable(),
    detail: z.string(),
    tracks: z.array(track),
    framesPerSecond: z.number(),
    bitsPerSecond: z.number(),
  })
  .meta({ id: 'StreamStatus' });

const status = z
  .object({
    ...streamStatus.shape,
    sub: streamStatus
      .nullable()
      .describe('Of the sub stream, null where there is none; `state` is that of the main stream'),
  })
  .meta({ id: 'CameraStatus' });

export const cameraView = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    subUrl: z.string().nullable(),
    username: z.string(),
    hasPassword: z.boolean(),
    demo: z.boolean(),
    enabled: z.boolean(),
    retentionDays: z.number(),
    maxBytes: z.number().nullable(),
    timeZone: z.string().describe('Of the IANA database: its own, or that of the system'),
    createdAt: instant,
    updatedAt: instant,
    status,
  })
  .meta({ id: 'Camera' });

const sameAddressAs = z
  .array(z.object({ id: z.string(), name: z.string() }))
  .optional()
  .describe(
    'Other cameras with the same address, by main or sub stream: most likely this one twice. Absent where there are none',
  );

export const savedCamera = cameraView.extend({ sameAddressAs }).meta({ id: 'SavedCamera' });

export const cameraPage = z.object({ cameras: z.array(cameraView), nextCursor });

const playable = z.object({
  ok: z.boolean(),
  reason: z.string().optional().describe('Why not: an error code of a live view'),
});

const advice = z
  .object({
    code: z.enum(Object.keys(CAMERA_ADVICE) as [AdviceCode, ...AdviceCode[]]),
    severity: z.enum(['info', 'warning']),
    values: z.record(z.string(), z.union([z.number(), z.string()])),
  })
  .describe('What to change in the camera; the values are those that a text about it needs')
  .meta({ id: 'CameraAdvice' });

export const cameraTest = z
  .object({
    state,
    detail: z.string(),
    tracks: z.array(track),
    framesPerSecond: z.number(),
    bitsPerSecond: z.number(),
    gopSeconds: z
      .number()
      .nullable()
      .describe('From keyframe to keyframe; null where no whole group of pictures was seen'),
    reordersFrames: z.boolean().describe('Whether the camera sends B-frames'),
    browser: z.object({ webrtc: playable, mse: playable }),
    advice: z.array(advice),
    elapsedMs: z.number(),
  })
  .meta({ id: 'CameraTest' });

export const cameraSearchInput = z
  .strictObject({
    address: z
      .string()
      .min(1)
      .max(2 * MAX_URL_CHARACTERS)
      .describe(
        'Name or IP address of the camera, with a port where RTSP has another than usual. A scheme and a path are ignored',
      )
      .meta({ examples: ['192.168.1.20', '192.168.1.20:8554'] }),
    username: credential.optional(),
    password: credential.optional(),
  })
  .meta({ id: 'CameraToFind' });

export const cameraSearch = z
  .object({
    outcome: z.enum(SEARCH_OUTCOMES),
    detail: z.string(),
    maker: z.object({ id: z.string(), name: z.string() }).nullable(),
    streams: z.array(
      z.object({
        role: z.enum(STREAM_ROLES),
        url: z.string().describe('To be saved with the camera; without user name and password'),
        test: cameraTest,
      }),
    ),
    tried: z.number().describe('Paths that the camera was asked for'),
    elapsedMs: z.number(),
  })
  .meta({ id: 'CameraSearch' });

export type StreamStatusView = z.output<typeof streamStatus>;
export type CameraStatusView = z.output<typeof status>;
export type CameraView = z.output<typeof cameraView>;
export type TrackView = z.output<typeof track>;
export type CameraTestView = z.output<typeof cameraTest>;
