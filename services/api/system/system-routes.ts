import { VERSION } from '@vms/common/version.ts';
import type { HttpServer } from '@vms/http/server.ts';
import type { VolumeForecast } from '@vms/proto/gen/vms/storage/v1/storage_pb.js';
import { z } from 'zod';
import { answers, instant, isoOf } from '../schemas.ts';
import type { SystemMonitor } from './system-monitor.ts';

export const systemView = z
  .object({
    version: z.string(),
    timeZone: z.string().describe('Of the IANA database, in which the machine keeps time'),
    volumes: z.array(
      z.object({
        id: z.string(),
        path: z.string(),
        totalBytes: z.number(),
        freeBytes: z.number(),
        recordedBytes: z.number(),
        state: z.string().describe('recording, full, missing, hung, failing or in-use'),
        detail: z.string(),
        acknowledgementAgeMs: z
          .number()
          .describe('Age of the oldest frame that is not durable yet'),
        forecast: z
          .object({
            askedDays: z.number().describe('The longest that a camera of it is to be kept'),
            keptDays: z.number().describe('askedDays, or what there is room for'),
            bytesPerDay: z.number(),
          })
          .nullable()
          .describe('How long recordings will be kept; null while too little is recorded to tell'),
      }),
    ),
    services: z.array(
      z.object({
        name: z.string(),
        status: z.enum(['ok', 'degraded', 'failing', 'unreachable']),
        detail: z.string().nullable(),
      }),
    ),
    alarms: z
      .array(
        z.object({
          code: z.string(),
          severity: z.enum(['warning', 'critical']),
          subject: z
            .string()
            .describe('What a person calls it: name of a camera, path of a volume'),
          since: instant,
          detail: z.string(),
        }),
      )
      .describe('The alerts that are open: `GET /alerts` tells more of them'),
  })
  .meta({ id: 'System' });

/** How the whole is: services, volumes, alarms. */
export function registerSystemRoutes(
  server: HttpServer,
  monitor: SystemMonitor,
  timeZone: string,
): void {
  server.route({
    method: 'GET',
    url: '/system',
    config: { action: 'system.read' },
    schema: {
      tags: ['system'],
      summary: 'Version, services, volumes and alarms',
      response: answers(200, systemView),
    },
    async handler() {
      const state = await monitor.look();
      return {
        version: VERSION,
        timeZone,
        volumes: state.volumes.map((volume) => ({
          id: volume.id,
          path: volume.path,
          totalBytes: Number(volume.totalBytes),
          freeBytes: Number(volume.freeBytes),
          recordedBytes: Number(volume.recordedBytes),
          state: volume.state,
          detail: volume.detail,
          acknowledgementAgeMs: volume.acknowledgementAgeMs,
          forecast: forecastOf(volume.forecast),
        })),
        services: [...state.services],
        alarms: state.openAlerts.map(({ code, severity, subject, openedAt, detail }) => ({
          code,
          severity,
          subject: subject.name,
          since: isoOf(openedAt),
          detail,
        })),
      };
    },
  });
}

function forecastOf(forecast: VolumeForecast | undefined) {
  if (forecast === undefined) return null;
  const { askedDays, keptDays, bytesPerDay } = forecast;
  return { askedDays, keptDays, bytesPerDay: Number(bytesPerDay) };
}
