import type { Client } from '@connectrpc/connect';
import { hasSealedPassword } from '@vms/auth/camera-secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import { camerasAt } from '@vms/common/camera-place.ts';
import type { Logger } from '@vms/common/logger.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import type { FastifyRequest } from 'fastify';
import { answers, isoOf, nothing } from '../schemas.ts';
import { readAddresses, readNewAddresses } from './camera-addresses.ts';
import { decodeCursor, encodeCursor } from './camera-cursor.ts';
import { registerCameraProbe } from './camera-probe.ts';
import {
  type CameraStatusView,
  type CameraView,
  cameraChange,
  cameraInput,
  cameraPage,
  cameraPageQuery,
  cameraParams,
  cameraView,
  deletionQuery,
  savedCamera,
} from './camera-schemas.ts';
import { registerCameraSearch } from './camera-search.ts';
import type { CameraStatuses } from './camera-status.ts';
import type { CameraStore, StoredCamera } from './camera-store.ts';
import type { RecordingDeletion } from './recording-deletion.ts';

export interface CameraRoutesOptions {
  readonly cameras: CameraStore;
  readonly statuses: CameraStatuses;
  readonly deletion: RecordingDeletion;
  readonly ingest: Client<typeof IngestService>;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly defaultRetentionDays: number;
  /** Of the system, for cameras without one of their own. */
  readonly timeZone: string;
}

/** What a route with a camera in its path is about. */
export const cameraResource = (request: FastifyRequest) => ({
  kind: 'camera' as const,
  id: String(Object(request.params).camera_id),
});

/** Cameras: list, add, read, change, delete, test. */
export function registerCameraRoutes(server: HttpServer, options: CameraRoutesOptions): void {
  const { cameras, statuses, deletion, bus, logger } = options;
  const tags = ['cameras'];
  const changed = (revision: string): void => {
    statuses.forget();
    try {
      bus.publish('camera.changed', { revision });
    } catch (error) {
      // The list is durable, and the others ask again every 30 s.
      logger.warn({ error }, 'The other services were not told that a camera changed.');
    }
  };
  const view = async (camera: StoredCamera) =>
    viewOf(camera, (await statuses.read())(camera), options.timeZone);
  const savedView = async (camera: StoredCamera) => {
    const others = (await cameras.all()).cameras.filter(({ id }) => id !== camera.id);
    const same = camerasAt(camera.url, others).map(({ id, name }) => ({ id, name }));
    return { ...(await view(camera)), ...(same.length > 0 && { sameAddressAs: same }) };
  };

  server.route({
    method: 'GET',
    url: '/cameras',
    config: { action: 'camera.list' },
    schema: {
      tags,
      summary: 'List cameras by name, with their state',
      querystring: cameraPageQuery,
      response: answers(200, cameraPage),
    },
    async handler({ query }) {
      const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
      const found = await cameras.page(query.limit + 1, after);
      const page = found.slice(0, query.limit);
      const last = page.at(-1);
      const statusOf = await statuses.read();
      return {
        cameras: page.map((camera) => viewOf(camera, statusOf(camera), options.timeZone)),
        nextCursor: found.length > page.length && last !== undefined ? encodeCursor(last) : null,
      };
    },
  });

  server.route({
    method: 'POST',
    url: '/cameras',
    config: { action: 'camera.create' },
    schema: {
      tags,
      summary: 'Add a camera',
      body: cameraInput,
      response: answers(201, savedCamera),
    },
    async handler({ body }, reply) {
      const { url, subUrl, username, password, secrets } = readNewAddresses(body);
      const { camera, revision } = await cameras.create({
        name: body.name,
        url,
        subUrl: subUrl ?? null,
        username: username ?? '',
        password: password ?? '',
        secrets: secrets ?? [],
        enabled: body.enabled,
        retentionDays: body.retentionDays ?? options.defaultRetentionDays,
        maxBytes: body.maxBytes ?? null,
        timeZone: body.timeZone ?? null,
      });
      changed(revision);
      logger.info({ camera: camera.id }, 'A camera was added.');
      void reply.code(201).header('location', `/api/v1/cameras/${camera.id}`);
      return savedView(camera);
    },
  });

  server.route({
    method: 'GET',
    url: '/cameras/:camera_id',
    config: { action: 'camera.read', resource: cameraResource },
    schema: {
      tags,
      summary: 'One camera',
      params: cameraParams,
      response: answers(200, cameraView),
    },
    async handler({ params }) {
      return view(await cameras.get(params.camera_id));
    },
  });

  server.route({
    method: 'PATCH',
    url: '/cameras/:camera_id',
    config: { action: 'camera.update', resource: cameraResource },
    schema: {
      tags,
      summary: 'Change a camera',
      params: cameraParams,
      body: cameraChange,
      response: answers(200, savedCamera),
    },
    async handler({ params, body }) {
      const { camera, revision } = await cameras.change(params.camera_id, (saved) => ({
        name: body.name,
        ...readAddresses(body, { camera: saved, ...cameras.readableSecretsOf(saved) }),
        enabled: body.enabled,
        retentionDays: body.retentionDays,
        maxBytes: body.maxBytes,
        timeZone: body.timeZone,
      }));
      changed(revision);
      logger.info({ camera: camera.id, fields: Object.keys(body) }, 'A camera was changed.');
      return savedView(camera);
    },
  });

  server.route({
    method: 'DELETE',
    url: '/cameras/:camera_id',
    config: { action: 'camera.delete', resource: cameraResource },
    schema: {
      tags,
      summary: 'Delete a camera, and its recordings if asked to',
      params: cameraParams,
      querystring: deletionQuery,
      response: answers(204, nothing),
    },
    async handler({ params, query }, reply) {
      const camera = await cameras.get(params.camera_id);
      const deleteRecordings = camera.demo || query.recordings === 'delete';
      const { revision } = await cameras.delete(camera.id, deleteRecordings);
      changed(revision);
      deletion.wake();
      logger.info({ camera: camera.id, deleteRecordings }, 'A camera was deleted.');
      void reply.code(204);
      return null;
    },
  });

  registerCameraProbe(server, options);
  registerCameraSearch(server, options);
}

function viewOf(camera: StoredCamera, status: CameraStatusView, timeZone: string): CameraView {
  return {
    id: camera.id,
    name: camera.name,
    url: camera.url,
    subUrl: camera.subUrl,
    username: camera.username,
    hasPassword: hasSealedPassword(camera.sealedPassword),
    demo: camera.demo,
    enabled: camera.enabled,
    retentionDays: camera.retentionDays,
    maxBytes: camera.maxBytes,
    timeZone: camera.timeZone ?? timeZone,
    createdAt: isoOf(camera.createdAt),
    updatedAt: isoOf(camera.updatedAt),
    status,
  };
}
