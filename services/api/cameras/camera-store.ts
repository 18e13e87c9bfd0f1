import {
  type CameraSecrets,
  sealCameraSecrets,
  unsealCameraSecrets,
} from '@vms/auth/camera-secrets.ts';
import { type AddressTemplate, storedAddress } from '@vms/common/camera-address.ts';
import type { Clock } from '@vms/common/clock.ts';
import { type CameraId, newCameraId, type RandomBytes } from '@vms/common/ids.ts';
import type { Kysely, Transaction } from 'kysely';
import { ApiError } from '../api-error.ts';
import { MAX_CAMERAS } from '../bounds.ts';
import type { ApiSchema, CameraRow } from '../database/schema.ts';
import type { GrantRevocations } from '../grants/grant-revocations.ts';

/** A camera as it is stored. */
export interface StoredCamera {
  readonly id: CameraId;
  readonly name: string;
  readonly url: AddressTemplate;
  readonly subUrl: AddressTemplate | null;
  readonly username: string;
  /** Of libs/auth/camera-secrets.ts: with the secrets of the addresses. */
  readonly sealedPassword: string;
  readonly enabled: boolean;
  readonly demo: boolean;
  readonly retentionDays: number;
  readonly maxBytes: number | null;
  /** null is the system's. */
  readonly timeZone: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewCamera {
  readonly name: string;
  readonly url: AddressTemplate;
  /** Of the sub stream; default none. */
  readonly subUrl?: AddressTemplate | null;
  readonly username: string;
  /** In clear; empty for none. */
  readonly password: string;
  /** In clear: what `$SECRET1` … in the addresses stand for. Default none. */
  readonly secrets?: readonly string[];
  readonly retentionDays: number;
  readonly maxBytes: number | null;
  /** Whether it is recorded. Default true. */
  readonly enabled?: boolean;
  /** Default null, the system's. */
  readonly timeZone?: string | null;
  readonly demo?: boolean;
}

/** What is to change; what is undefined stays. */
export interface CameraChange {
  readonly name?: string | undefined;
  readonly url?: AddressTemplate | undefined;
  /** null takes the sub stream off. */
  readonly subUrl?: AddressTemplate | null | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly secrets?: readonly string[] | undefined;
  readonly enabled?: boolean | undefined;
  readonly retentionDays?: number | undefined;
  readonly maxBytes?: number | null | undefined;
  readonly timeZone?: string | null | undefined;
}

/** Where a page of cameras ended. */
export interface CameraPosition {
  readonly name: string;
  readonly id: string;
}

export interface CameraStoreOptions {
  readonly queries: Kysely<ApiSchema>;
  readonly revocations: GrantRevocations;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly masterKey: Uint8Array;
}

/** The list of cameras, and its revision, which grows with every change. */
export class CameraStore {
  readonly #queries: Kysely<ApiSchema>;
  readonly #revocations: GrantRevocations;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #masterKey: Uint8Array;

  constructor(options: CameraStoreOptions) {
    this.#queries = options.queries;
    this.#revocations = options.revocations;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#masterKey = options.masterKey;
  }

  /** By name, then id. */
  async page(limit: number, after: CameraPosition | undefined): Promise<StoredCamera[]> {
    let query = this.#queries.selectFrom('camera').selectAll();
    if (after !== undefined) {
      query = query.where((row) =>
        row.or([
          row('name', '>', after.name),
          row.and([row('name', '=', after.name), row('id', '>', after.id)]),
        ]),
      );
    }
    const rows = await query.orderBy('name').orderBy('id').limit(limit).execute();
    return rows.map(cameraOf);
  }

  /** Every camera, and the revision of exactly this list. */
  all(): Promise<{ cameras: StoredCamera[]; revision: string }> {
    return this.#queries.transaction().execute(async (transaction) => {
      const rows = await transaction.selectFrom('camera').selectAll().orderBy('id').execute();
      return { cameras: rows.map(cameraOf), revision: await revisionOf(transaction) };
    });
  }

  async find(id: string): Promise<StoredCamera | undefined> {
    const row = await this.#queries
      .selectFrom('camera')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row === undefined ? undefined : cameraOf(row);
  }

  /** @throws ApiError `camera.not-found` */
  async get(id: string): Promise<StoredCamera> {
    const camera = await this.find(id);
    if (camera === undefined) throw cameraNotFound();
    return camera;
  }

  async demo(): Promise<StoredCamera | undefined> {
    const row = await this.#queries
      .selectFrom('camera')
      .selectAll()
      .where('demo', '=', 1)
      .executeTakeFirst();
    return row === undefined ? undefined : cameraOf(row);
  }

  /** @throws ApiError `camera.limit-reached` */
  async create(camera: NewCamera): Promise<{ camera: StoredCamera; revision: string }> {
    const id = newCameraId(this.#random);
    const now = Math.floor(this.#clock.now());
    const row: CameraRow = {
      id,
      name: camera.name,
      url: camera.url,
      sub_url: camera.subUrl ?? null,
      username: camera.username,
      sealed_password: this.#seal(id, {
        password: camera.password,
        secrets: camera.secrets ?? [],
      }),
      enabled: camera.enabled === false ? 0 : 1,
      demo: camera.demo === true ? 1 : 0,
      retention_days: camera.retentionDays,
      max_bytes: camera.maxBytes,
      time_zone: camera.timeZone ?? null,
      created_at: now,
      updated_at: now,
    };
    return this.#queries.transaction().execute(async (transaction) => {
      const { count } = await transaction
        .selectFrom('camera')
        .select((of) => of.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      if (count >= MAX_CAMERAS) {
        throw new ApiError('camera.limit-reached', {
          happened: `One installation holds ${MAX_CAMERAS} cameras at most.`,
          remedy: 'Delete a camera that is not used any more, or set up a second installation.',
        });
      }
      await transaction.insertInto('camera').values(row).execute();
      return { camera: cameraOf(row), revision: await nextRevision(transaction) };
    });
  }

  /**
   * @param plan what to change of the camera as it is; nothing else changes it meanwhile
   * @throws ApiError `camera.not-found`, and whatever `plan` throws: then nothing is changed
   */
  async change(
    id: string,
    plan: (before: StoredCamera) => CameraChange,
  ): Promise<{ camera: StoredCamera; revision: string }> {
    return this.#queries.transaction().execute(async (transaction) => {
      const before = await transaction
        .selectFrom('camera')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirst();
      if (before === undefined) throw cameraNotFound();
      const camera = cameraOf(before);
      const change = plan(camera);
      const row = await transaction
        .updateTable('camera')
        .set({
          ...columnsOf(change),
          ...this.#sealedAgain(camera, change),
          updated_at: Math.floor(this.#clock.now()),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      return { camera: cameraOf(row), revision: await nextRevision(transaction) };
    });
  }

  /**
   * Takes a camera off the list; `deleteRecordings` notes in the same transaction that its recordings
   * are to go (see recording-deletion.ts).
   * @throws ApiError `camera.not-found`
   */
  async delete(id: string, deleteRecordings: boolean): Promise<{ revision: string }> {
    return this.#revocations.ending(async (transaction) => {
      const { numDeletedRows } = await transaction
        .deleteFrom('camera')
        .where('id', '=', id)
        .executeTakeFirst();
      if (numDeletedRows === 0n) throw cameraNotFound();
      if (deleteRecordings) {
        await transaction
          .insertInto('recording_deletion')
          .values({ camera_id: id, requested_at: Math.floor(this.#clock.now()) })
          .execute();
      }
      // Its recordings may be looked at as long as they are there.
      const ended = [{ camera: id, action: 'live' }];
      return { ended, result: { revision: await nextRevision(transaction) } };
    });
  }

  /**
   * In clear, for ingest's test of a camera and to read its addresses again.
   * @throws AuthError `auth.seal-broken`
   */
  secretsOf(camera: StoredCamera): CameraSecrets {
    return unsealCameraSecrets(this.#masterKey, camera.id, camera.sealedPassword);
  }

  /** What cannot be opened any more is none: it must not stand in the way of entering it again. */
  readableSecretsOf(camera: StoredCamera): CameraSecrets {
    try {
      return this.secretsOf(camera);
    } catch {
      return NO_SECRETS;
    }
  }

  /** What is sealed of a camera, where something of it changes. */
  #sealedAgain(camera: StoredCamera, { password, secrets }: CameraChange) {
    if (password === undefined && secrets === undefined) return {};
    const kept = this.readableSecretsOf(camera);
    const all = { password: password ?? kept.password, secrets: secrets ?? kept.secrets };
    return { sealed_password: this.#seal(camera.id, all) };
  }

  #seal(id: string, secrets: CameraSecrets): string {
    return sealCameraSecrets(this.#masterKey, id, secrets, this.#random);
  }
}

const NO_SECRETS: CameraSecrets = { password: '', secrets: [] };

function columnsOf(change: CameraChange) {
  return {
    ...(change.name !== undefined && { name: change.name }),
    ...(change.url !== undefined && { url: change.url }),
    ...(change.subUrl !== undefined && { sub_url: change.subUrl }),
    ...(change.username !== undefined && { username: change.username }),
    ...(change.enabled !== undefined && { enabled: change.enabled ? 1 : 0 }),
    ...(change.retentionDays !== undefined && { retention_days: change.retentionDays }),
    ...(change.maxBytes !== undefined && { max_bytes: change.maxBytes }),
    ...(change.timeZone !== undefined && { time_zone: change.timeZone }),
  };
}

async function revisionOf(transaction: Transaction<ApiSchema>): Promise<string> {
  const row = await transaction
    .selectFrom('counter')
    .select('value')
    .where('name', '=', 'camera-revision')
    .executeTakeFirstOrThrow();
  return String(row.value);
}

async function nextRevision(transaction: Transaction<ApiSchema>): Promise<string> {
  await transaction
    .updateTable('counter')
    .set((row) => ({ value: row('value', '+', 1) }))
    .where('name', '=', 'camera-revision')
    .execute();
  return revisionOf(transaction);
}

function cameraOf(row: CameraRow): StoredCamera {
  return {
    id: row.id as CameraId,
    name: row.name,
    url: storedAddress(row.url),
    subUrl: row.sub_url === null ? null : storedAddress(row.sub_url),
    username: row.username,
    sealedPassword: row.sealed_password,
    enabled: row.enabled === 1,
    demo: row.demo === 1,
    retentionDays: row.retention_days,
    maxBytes: row.max_bytes,
    timeZone: row.time_zone,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

export function cameraNotFound(): ApiError {
  return new ApiError('camera.not-found', {
    happened: 'There is no such camera (any more).',
    remedy: 'Reload the list of cameras.',
  });
}
