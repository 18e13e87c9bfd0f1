/**
 * Columns of a list of cameras as CSV: the name of each in the documents, then what else it may be called,
 * in English and Portuguese. The page and the command line read the same.
 */
export const CAMERA_COLUMN_NAMES = {
  name: ['name', 'nome', 'camera', 'câmera'],
  url: ['url', 'rtsp', 'rtsp url', 'url rtsp', 'endereço rtsp'],
  address: ['address', 'endereço', 'ip', 'host', 'endereço ip', 'ip address'],
  user: ['user', 'usuário', 'username', 'user name', 'login'],
  password: ['password', 'senha'],
  subUrl: [
    'sub url',
    'url sub',
    'sub',
    'sub stream',
    'fluxo secundário',
    'url do fluxo secundário',
  ],
  retentionDays: [
    'retention days',
    'retention',
    'days',
    'dias',
    'retenção',
    'dias de retenção',
    'retenção dias',
  ],
  enabled: ['enabled', 'ativa', 'ativo', 'habilitada', 'ligada'],
  timeZone: ['time zone', 'timezone', 'fuso', 'fuso horário'],
} as const;
export type CameraColumn = keyof typeof CAMERA_COLUMN_NAMES;
const COLUMNS = Object.keys(CAMERA_COLUMN_NAMES) as CameraColumn[];

/** The column that a name means; capital letters, accents, spaces and marks do not matter. */
export function cameraColumnOf(name: string): CameraColumn | undefined {
  return COLUMNS.find((column) =>
    CAMERA_COLUMN_NAMES[column].some((known) => plain(known) === plain(name)),
  );
}

/**
 * What a field of a column says. Blanks around it mean nothing, quoted or not, but in a user name and a
 * password, where those in quotes are part of it. Empty where the record has no such field.
 */
export function cameraValueOf(column: CameraColumn, field = ''): string {
  return column === 'user' || column === 'password' ? field : field.trim();
}

function plain(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}
