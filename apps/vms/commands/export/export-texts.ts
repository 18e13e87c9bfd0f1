import { text } from '../../language/text.ts';

export const EXPORT_TEXTS = {
  fromMissing: {
    happened: text('vms export needs --from.', 'vms export precisa de --from.'),
    remedy: text(
      "For instance --from 12:00 --to 12:15, or --from '2026-01-31 12:00'.",
      "Por exemplo --from 12:00 --to 12:15, ou --from '31/01/2026 12:00'.",
    ),
  },
  notATime: {
    happened: text(
      '{option} is “{value}”, which is not a valid time ({zone}).',
      '{option} é “{value}”, que não é uma hora válida ({zone}).',
    ),
    remedy: text(
      'Write it like 12:00, 2026-01-31 12:00, 31/01/2026 12:00:30 or 2026-01-31T12:00:00Z.',
      'Escreva como 12:00, 31/01/2026 12:00, 2026-01-31 12:00:30 ou 2026-01-31T12:00:00Z.',
    ),
  },
  notAZone: {
    happened: text('There is no time zone “{zone}”.', 'Não existe o fuso horário “{zone}”.'),
    remedy: text(
      'It is one of the IANA database, such as America/Sao_Paulo.',
      'É um do banco de dados IANA, como America/Sao_Paulo.',
    ),
  },
  endsBefore: {
    happened: text(
      '--to ({to}) is not after --from ({from}).',
      '--to ({to}) não vem depois de --from ({from}).',
    ),
  },
  otherExtension: {
    happened: text(
      '--format is {format}, but the file is called {file}.',
      '--format é {format}, mas o arquivo se chama {file}.',
    ),
    remedy: text('Leave --format out, or rename the file.', 'Retire --format, ou mude o nome.'),
  },
  noCatalogue: {
    happened: text('There is no catalogue at {path}.', 'Não há catálogo em {path}.'),
    remedy: text(
      'Name the data directory with --data; vms reindex rebuilds a lost catalogue.',
      'Diga a pasta de dados com --data; vms reindex refaz um catálogo perdido.',
    ),
  },
  nothingRecorded: {
    happened: text(
      'Nothing is recorded of {camera} from {from} to {to} ({zone}).',
      'Não há gravação de {camera} entre {from} e {to} ({zone}).',
    ),
    remedy: text(
      'Look at the time line of the camera in the page, and check the time zone.',
      'Veja a linha do tempo da câmera na página, e confira o fuso horário.',
    ),
  },
  noSpace: {
    happened: text(
      'The export takes about {needed}, and {folder} has {free} free.',
      'A exportação precisa de cerca de {needed}, e {folder} tem {free} livres.',
    ),
    kept: text('Nothing was written.', 'Nada foi escrito.'),
    remedy: text(
      'Make room, choose another place with --out, or export less.',
      'Libere espaço, escolha outro lugar com --out, ou exporte menos.',
    ),
  },
  exists: {
    happened: text(
      '{path} already exists and was not changed.',
      'Já existe um arquivo {path}, que não foi alterado.',
    ),
    remedy: text('Choose another name with --out.', 'Escolha outro nome com --out.'),
  },
  progress: text('{percent} %  {done} of {total}', '{percent} %  {done} de {total}'),
  head: text('{camera}, {from} to {to} ({zone})', '{camera}, {from} a {to} ({zone})'),
  file: text(
    '  {path}  {size}, {duration}, {pictures} pictures, {sound}',
    '  {path}  {size}, {duration}, {pictures} imagens, {sound}',
  ),
  withSound: text('with sound', 'com som'),
  silent: text('without sound', 'sem som'),
  gap: text(
    '  Nothing is recorded from {from} to {to} ({duration}); it is left out.',
    '  Não há gravação entre {from} e {to} ({duration}); o trecho foi pulado.',
  ),
  recordedTwice: text(
    '  The clock was set back: {from} to {to} ({duration}) was recorded twice. The recording that begins later is exported.',
    '  O relógio foi atrasado: de {from} a {to} ({duration}) há duas gravações. A que começa depois foi exportada.',
  ),
  moreGaps: text(
    '  … and {count} more gaps; --json lists them all.',
    '  … e mais {count} lacunas; --json lista todas.',
  ),
} as const;
