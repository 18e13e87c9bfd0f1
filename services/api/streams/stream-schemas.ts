import { MAX_VIEWER_ID_CHARACTERS } from '@vms/auth/media-token.ts';
import { z } from 'zod';
import { cameraId, instant } from '../schemas.ts';

const streamName = z.enum(['main', 'sub']);

/** Bodies of live sessions have names with underscores, as those who integrate expect them. */
export const sessionInput = z
  .strictObject({
    camera_id: cameraId,
    viewer_id: z
      .string()
      .trim()
      .min(1)
      .max(MAX_VIEWER_ID_CHARACTERS)
      .regex(/^\P{Cc}*$/u, 'must not contain invisible characters')
      .describe('Who watches, as the viewer names itself: for lists and logs')
      .meta({ examples: ['wall-1'] }),
    stream: streamName
      .optional()
      .describe('Default: the main stream, or the sub stream where only that one can be played'),
  })
  .meta({ id: 'NewStreamSession' });

export const sessionParams = z.object({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'is not the id of a live session'),
});

export const snapshotQuery = z.object({ stream: streamName.default('main') });

const way = z.object({
  ok: z.boolean(),
  reason: z
    .string()
    .optional()
    .describe('Why not, or why another way shows it better: a code of docs/api/errors.md'),
  detail: z.string().optional().describe('Why not, in words'),
  codecs: z
    .string()
    .optional()
    .describe('Parameter of the MIME type (RFC 6381), such as avc1.64001f,mp4a.40.2'),
});

export const sessionView = z
  .object({
    session_id: z.string(),
    whep_url: z.string().describe('Path at this origin: POST the SDP offer there (RFC draft WHEP)'),
    mse_url: z.string().describe('Path at this origin of a WebSocket; carries the token itself'),
    token: z.string().describe('For WHEP, as `Authorization: Bearer …`'),
    ice_servers: z
      .array(
        z.object({
          urls: z.array(z.string()),
          username: z.string().optional(),
          credential: z.string().optional(),
        }),
      )
      .describe('RTCIceServer of the browser'),
    expires_at: instant.describe('A session that nobody watches by then is gone'),
    stream: streamName.describe('Which stream of the camera is shown'),
    playable: z.object({ webrtc: way, mse: way }),
  })
  .meta({ id: 'StreamSession' });

export type SessionView = z.output<typeof sessionView>;
export type WayView = z.output<typeof way>;
