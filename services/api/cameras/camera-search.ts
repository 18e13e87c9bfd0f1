import type { Client } from '@connectrpc/connect';
import { SEARCH_OUTCOMES, type StreamRole } from '@vms/common/camera-search.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { IngestService } from '@vms/proto/gen/vms/ingest/v1/ingest_pb.js';
import { ApiError } from '../api-error.ts';
import { CAMERA_SEARCH_TIMEOUT_MS, MAX_CAMERA_SEARCHES } from '../bounds.ts';
import { answers } from '../schemas.ts';
import { cameraSearch, cameraSearchInput } from './camera-schemas.ts';
import { testView } from './camera-test-view.ts';
import { parseSearchAddress } from './search-address.ts';

/** Lets ingest look for the streams of a camera of which only the address is known. */
export function registerCameraSearch(
  server: HttpServer,
  { ingest }: { readonly ingest: Client<typeof IngestService> },
): void {
  let underWay = 0;

  server.route({
    method: 'POST',
    url: '/cameras/find',
    config: { action: 'camera.test' },
    schema: {
      tags: ['cameras'],
      summary: "Find a camera's streams from its address, user name and password, and test them",
      body: cameraSearchInput,
      response: answers(200, cameraSearch),
    },
    async handler({ body }) {
      const { host, port, tls, ...typed } = parseSearchAddress(body.address);
      const username = body.username || (typed.username ?? '');
      const password = body.password || (typed.password ?? '');
      if (underWay >= MAX_CAMERA_SEARCHES) throw tooManySearches();
      underWay++;
      try {
        const found = await ingest.findStreams(
          { host, port, tls, username, password },
          { timeoutMs: CAMERA_SEARCH_TIMEOUT_MS },
        );
        const { maker } = found;
        return {
          outcome: SEARCH_OUTCOMES.find((known) => known === found.outcome) ?? 'error',
          detail: found.detail,
          maker: maker === undefined ? null : { id: maker.id, name: maker.name },
          streams: found.streams.flatMap(({ role, url, test }) =>
            test === undefined ? [] : { role: roleOf(role), url, test: testView(test) },
          ),
          tried: found.tried,
          elapsedMs: found.elapsedMs,
        };
      } finally {
        underWay--;
      }
    },
  });
}

function roleOf(role: string): StreamRole {
  return role === 'sub' ? 'sub' : 'main';
}

function tooManySearches(): ApiError {
  return new ApiError(
    'camera.too-many-tests',
    {
      happened: `${MAX_CAMERA_SEARCHES} searches for cameras are under way already.`,
      remedy: 'Wait for one to end, then try again.',
    },
    { retryAfterSeconds: 10 },
  );
}
