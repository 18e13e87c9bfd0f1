import type { Migration } from '@vms/database/migrations.ts';
import { sql } from 'kysely';

/** Every step of the control database's schema. A published step is never changed: add the next. */
export const API_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'users, sessions, tokens, cameras',
    async up(queries) {
      await queries.schema
        .createTable('user')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('username', sql`text collate nocase`, (column) => column.notNull().unique())
        .addColumn('password_hash', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('password_changed_at', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createTable('session')
        .addColumn('id_hash', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) =>
          column.notNull().references('user.id').onDelete('cascade'),
        )
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('last_used_at', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createIndex('session_by_user')
        .on('session')
        .columns(['user_id', 'last_used_at'])
        .execute();
      await queries.schema
        .createTable('api_token')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('user_id', 'text', (column) =>
          column.notNull().references('user.id').onDelete('cascade'),
        )
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('token_hash', 'text', (column) => column.notNull().unique())
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('last_used_at', 'integer')
        .execute();
      await queries.schema
        .createTable('camera')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('name', sql`text collate nocase`, (column) => column.notNull())
        .addColumn('url', 'text', (column) => column.notNull())
        .addColumn('username', 'text', (column) => column.notNull())
        .addColumn('sealed_password', 'text', (column) => column.notNull())
        .addColumn('enabled', 'integer', (column) => column.notNull())
        .addColumn('demo', 'integer', (column) => column.notNull())
        .addColumn('retention_days', 'integer', (column) => column.notNull())
        .addColumn('max_bytes', 'integer')
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('updated_at', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createIndex('camera_by_name')
        .on('camera')
        .columns(['name', 'id'])
        .execute();
      await queries.schema
        .createTable('recording_deletion')
        .addColumn('camera_id', 'text', (column) => column.primaryKey())
        .addColumn('requested_at', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createTable('counter')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'integer', (column) => column.notNull())
        .execute();
      await sql`insert into counter (name, value) values ('camera-revision', 0)`.execute(queries);
    },
  },
  {
    version: 2,
    name: 'sub streams of cameras',
    async up(queries) {
      await queries.schema.alterTable('camera').addColumn('sub_url', 'text').execute();
    },
  },
  {
    version: 3,
    name: 'first passwords that are to be replaced',
    async up(queries) {
      await queries.schema
        .alterTable('user')
        .addColumn('must_choose_password', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
    },
  },
  {
    version: 4,
    name: 'alerts',
    async up(queries) {
      await queries.schema
        .createTable('alert')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('code', 'text', (column) => column.notNull())
        .addColumn('subject_kind', 'text', (column) => column.notNull())
        .addColumn('subject_id', 'text', (column) => column.notNull())
        .addColumn('subject_name', 'text', (column) => column.notNull())
        .addColumn('severity', 'text', (column) => column.notNull())
        .addColumn('detail', 'text', (column) => column.notNull())
        .addColumn('value_json', 'text', (column) => column.notNull())
        .addColumn('opened_at', 'integer', (column) => column.notNull())
        .addColumn('closed_at', 'integer')
        .execute();
      await queries.schema
        .createIndex('alert_by_time')
        .on('alert')
        .columns(['opened_at', 'id'])
        .execute();
      await queries.schema
        .createIndex('alert_open_once')
        .on('alert')
        .columns(['code', 'subject_id'])
        .unique()
        .where(sql.ref('closed_at'), 'is', null)
        .execute();
    },
  },
  {
    version: 5,
    name: 'time zones of cameras',
    async up(queries) {
      await queries.schema.alterTable('camera').addColumn('time_zone', 'text').execute();
    },
  },
  {
    version: 6,
    name: 'deliveries of alerts',
    async up(queries) {
      await queries.schema
        .createTable('alert_delivery')
        .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('id', 'text', (column) => column.notNull().unique())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('message_json', 'text', (column) => column.notNull())
        .addColumn('batch', 'text')
        .addColumn('created_at', 'integer', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .execute();
      await queries.schema
        .createIndex('alert_delivery_by_channel')
        .on('alert_delivery')
        .columns(['channel', 'sequence'])
        .execute();
      await queries.schema
        .createTable('alert_channel')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('last_delivered_at', 'integer')
        .addColumn('last_error', 'text')
        .execute();
    },
  },
  {
    version: 7,
    name: 'revocations of grants',
    async up(queries) {
      await queries.schema
        .createTable('grant_revocation')
        .addColumn('position', 'integer', (column) => column.primaryKey())
        .addColumn('grant_id', 'text', (column) => column.notNull())
        .addColumn('user_id', 'text', (column) => column.notNull())
        .addColumn('camera_id', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('made_before', 'integer')
        .execute();
    },
  },
];
