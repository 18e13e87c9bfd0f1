import { text } from '../../language/text.ts';

export const RECORDING_TEXTS = {
  noCatalogue: text(
    'There is no catalogue at {path}; files are checked alone.',
    'Não há catálogo em {path}; só os arquivos são verificados.',
  ),
  error: text('ERROR  {path}: {text}', 'ERRO   {path}: {text}'),
  note: text('note   {path}: {text}', 'nota   {path}: {text}'),
  more: text('… and {count} more.', '… e mais {count}.'),
  checked: text(
    '{path}: {runs} recordings, {fragments} fragments, {bytes} bytes read, all in order.',
    '{path}: {runs} gravações, {fragments} fragmentos, {bytes} bytes lidos, tudo em ordem.',
  ),
  checkedWrong: text(
    '{path}: {runs} recordings, {fragments} fragments, {bytes} bytes read, {errors} errors.',
    '{path}: {runs} gravações, {fragments} fragmentos, {bytes} bytes lidos, {errors} erros.',
  ),
  skipped: text('skipped  {text}', 'pulado   {text}'),
  indexed: text(
    '{path}: {runs} recordings are in the catalogue.',
    '{path}: {runs} gravações estão no catálogo.',
  ),
  putAside: text(
    'The catalogue could not be opened and was put aside as {path}.',
    'O catálogo não pôde ser aberto e foi posto de lado como {path}.',
  ),
  volumeMissing: {
    happened: text(
      'The volume {path} cannot be read: {reason}.',
      'O volume {path} não pode ser lido: {reason}.',
    ),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text(
      'Mount its disk. A volume that was never recorded to has nothing to look at.',
      'Monte o disco dele. Um volume em que nunca se gravou não tem nada para ver.',
    ),
  },
} as const;
