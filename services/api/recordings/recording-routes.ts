import type { Client } from '@connectrpc/connect';
import { type MediaGrant, signMediaToken } from '@vms/auth/media-token.ts';
import type { Clock } from '@vms/common/clock.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { Run, StorageService } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import {
  DOWNLOAD_TOKEN_MS,
  MAX_PLAYBACK_MS,
  MAX_TIMELINE_MS,
  MAX_TIMELINE_SPANS,
  PLAYBACK_TOKEN_MS,
} from '../bounds.ts';
import { cameraResource } from '../cameras/camera-routes.ts';
import { originOf } from '../grants/grant-origin.ts';
import { publicPath } from '../path-prefix.ts';
import { answers, isoOf } from '../schemas.ts';
import {
  cameraOnly,
  oneRecording,
  playback,
  playbackInput,
  type RecordingView,
  recordingPage,
  recordingQuery,
  recordingView,
  timeline,
  timelineQuery,
} from './recording-schemas.ts';
import { timeRange } from './time-range.ts';

export interface RecordingRoutesOptions {
  readonly storage: Client<typeof StorageService>;
  readonly mediaKey: Uint8Array;
  readonly clock: Clock;
}

/**
 * Recordings: what there is, and signed addresses to play and download it. Those of a deleted camera
 * stay readable under its id until they are deleted.
 */
export function registerRecordingRoutes(server: HttpServer, options: RecordingRoutesOptions): void {
  const { storage, mediaKey, clock } = options;
  const tags = ['recordings'];
  const sign = (grant: MediaGrant): string => `/media/v1/${signMediaToken(mediaKey, grant)}`;

  server.route({
    method: 'GET',
    url: '/recordings/:camera_id',
    config: { action: 'recording.list', resource: cameraResource },
    schema: {
      tags,
      summary: 'List recordings of a camera by time',
      params: cameraOnly,
      querystring: recordingQuery,
      response: answers(200, recordingPage),
    },
    async handler({ params, query }) {
      const { from, to } = query;
      if (from !== undefined && to !== undefined) timeRange(from, to, Number.POSITIVE_INFINITY);
      const page = await storage.listRuns({
        cameraId: params.camera_id,
        fromEpochMs: from === undefined ? 0 : Date.parse(from),
        toEpochMs: to === undefined ? 0 : Date.parse(to),
        limit: query.limit,
        cursor: query.cursor ?? '',
      });
      return {
        recordings: page.runs.map(viewOf),
        nextCursor: page.nextCursor === '' ? null : page.nextCursor,
      };
    },
  });

  server.route({
    method: 'GET',
    url: '/recordings/:camera_id/timeline',
    config: { action: 'recording.list', resource: cameraResource },
    schema: {
      tags,
      summary: 'What is recorded in a range, for a time line',
      params: cameraOnly,
      querystring: timelineQuery,
      response: answers(200, timeline),
    },
    async handler({ params, query }) {
      const { from, to } = timeRange(query.from, query.to, MAX_TIMELINE_MS);
      const { spans } = await storage.listSpans({
        cameraId: params.camera_id,
        fromEpochMs: from,
        toEpochMs: to,
        // n spans have at least n - 1 gaps of this length between them: so there are never more.
        resolutionMs: Math.max(query.resolutionMs, (to - from) / MAX_TIMELINE_SPANS),
      });
      return {
        spans: spans.slice(0, MAX_TIMELINE_SPANS + 1).map((span) => ({
          start: isoOf(span.startEpochMs),
          end: isoOf(span.endEpochMs),
        })),
      };
    },
  });

  server.route({
    method: 'GET',
    url: '/recordings/:camera_id/:id',
    config: { action: 'recording.read', resource: cameraResource },
    schema: {
      tags,
      summary: 'One recording',
      params: oneRecording,
      response: answers(200, recordingView),
    },
    async handler({ params }) {
      return viewOf(await find(storage, params.camera_id, params.id));
    },
  });

  server.route({
    method: 'GET',
    url: '/recordings/:camera_id/:id/file',
    config: { action: 'recording.download', resource: cameraResource },
    schema: {
      tags,
      summary: 'Download a recording as Matroska: leads to a signed address with HTTP ranges',
      params: oneRecording,
      response: answers(307, z.null().describe('Location: the signed address')),
    },
    async handler(request, reply) {
      const { params } = request;
      const run = await find(storage, params.camera_id, params.id);
      const base = sign({
        ...originOf(request),
        camera: params.camera_id,
        action: 'download',
        run: run.id,
        expiresAt: clock.now() + DOWNLOAD_TOKEN_MS,
      });
      void reply.header('cache-control', 'no-store').header('location', `${base}/recording.mkv`);
      void reply.code(307);
      return null;
    },
  });

  server.route({
    method: 'POST',
    url: '/recordings/:camera_id/playback',
    config: { action: 'recording.play', resource: cameraResource },
    schema: {
      tags,
      summary: 'A signed HLS playlist of what was recorded in a range of up to 4 h',
      params: cameraOnly,
      body: playbackInput,
      response: answers(200, playback),
    },
    async handler(request) {
      const { params, body } = request;
      const { from, to } = timeRange(body.from, body.to, MAX_PLAYBACK_MS);
      const { spans } = await storage.listSpans({
        cameraId: params.camera_id,
        fromEpochMs: from,
        toEpochMs: to,
        resolutionMs: to - from,
      });
      if (spans.length === 0) throw nothingInRange();
      const expiresAt = Math.round(clock.now() + PLAYBACK_TOKEN_MS);
      const origin = originOf(request);
      const range = { camera: params.camera_id, action: 'play', from, to, expiresAt } as const;
      const base = sign({ ...origin, ...range });
      return {
        url: publicPath(request, `${base}/index.m3u8`),
        from: isoOf(from),
        to: isoOf(to),
        expiresAt: isoOf(expiresAt),
      };
    },
  });
}

async function find(
  storage: Client<typeof StorageService>,
  cameraId: string,
  runId: string,
): Promise<Run> {
  const { run } = await storage.getRun({ cameraId, runId });
  // Storage answers by camera and run; that they belong together is checked here once more.
  if (run === undefined || run.cameraId !== cameraId) {
    throw new ApiError('recording.not-found', {
      happened: 'There is no such recording (any more).',
      remedy: 'Reload the list of recordings: the oldest are deleted in time.',
    });
  }
  return run;
}

function nothingInRange(): ApiError {
  return new ApiError('recording.nothing-in-range', {
    happened: 'Nothing was recorded in this range of time.',
    remedy: 'Choose another moment on the time line.',
  });
}

function viewOf(run: Run): RecordingView {
  return {
    id: run.id,
    cameraId: run.cameraId,
    stream: run.stream,
    start: isoOf(run.startEpochMs),
    end: isoOf(run.endEpochMs),
    durationMs: Math.max(0, Math.round(run.endEpochMs - run.startEpochMs)),
    open: run.open,
    bytes: Number(run.bytes),
    videoCodec: run.videoCodec || null,
    audioCodec: run.audioCodec || null,
    width: run.width || null,
    height: run.height || null,
  };
}
