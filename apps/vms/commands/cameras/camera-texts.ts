import { text } from '../../language/text.ts';

export const CAMERA_TEXTS = {
  headName: text('NAME', 'NOME'),
  headState: text('STATE', 'ESTADO'),
  headVideo: text('VIDEO', 'VÍDEO'),
  headAddress: text('ADDRESS', 'ENDEREÇO'),
  headId: text('ID', 'ID'),
  none: text(
    'There is no camera yet. Add one: vms cameras add NAME --address 192.168.1.20 --user admin',
    'Ainda não há câmera. Adicione uma: vms cameras add NOME --address 192.168.1.20 --user admin',
  ),
  count: text('Cameras online: {online} of {count}.', 'Câmeras on-line: {online} de {count}.'),
  unknown: {
    happened: text('There is no camera “{asked}”.', 'Não há câmera “{asked}”.'),
    remedy: text('vms cameras list names them all.', 'vms cameras list mostra todas.'),
  },
  ambiguous: {
    happened: text(
      'Several cameras are called “{asked}”: {ids}.',
      'Várias câmeras se chamam “{asked}”: {ids}.',
    ),
    remedy: text('Give the id instead of the name.', 'Informe o id em vez do nome.'),
  },
  whatToTest: {
    happened: text('No camera to test was given.', 'Falta a câmera a testar.'),
    remedy: text(
      'Give its name, its id, its rtsp:// address, or --address.',
      'Informe o nome, o id, o endereço rtsp:// ou --address.',
    ),
  },
  whereIsIt: {
    happened: text('No camera address was given.', 'Falta o endereço da câmera.'),
    remedy: text(
      'Give either --url or --address, for instance --address 192.168.1.20.',
      'Informe --url ou --address, por exemplo --address 192.168.1.20.',
    ),
  },
  notANumber: {
    happened: text(
      '{option} is “{value}”, which is not a whole number between {min} and {max}.',
      '{option} é “{value}”, que não é um número inteiro entre {min} e {max}.',
    ),
  },
  passwordInUrl: text(
    'A password in an address stays in the history of the shell and is seen in the list of processes: --user and --password-file keep it out of both.',
    'Uma senha no endereço fica no histórico do shell e aparece na lista de processos: --user e --password-file evitam as duas coisas.',
  ),
  sameAddress: text(
    'There is another camera with this address: {names}. If it is the same one, remove one of them.',
    'Já existe outra câmera com este endereço: {names}. Se for a mesma, remova uma delas.',
  ),
  askCameraPassword: text('Password of the camera:', 'Senha da câmera:'),
  testing: text('Asking the camera …', 'Consultando a câmera …'),
  found: text('Found: {maker}.', 'Encontrada: {maker}.'),
  unknownMaker: text('maker not known', 'fabricante desconhecido'),
  mainStream: text('Main stream  {url}', 'Fluxo principal   {url}'),
  subStream: text('Sub stream   {url}', 'Fluxo secundário  {url}'),
  video: text('  video     {track}', '  vídeo        {track}'),
  audio: text('  audio     {track}', '  áudio        {track}'),
  rate: text('{fps} frames/s, {rate}', '{fps} quadros/s, {rate}'),
  gop: text('keyframe every {seconds} s', 'quadro-chave a cada {seconds} s'),
  notRecorded: text('{codec} (not recorded)', '{codec} (não gravado)'),
  nothingYet: text(
    '{track} (announced; nothing usable received for {time})',
    '{track} (anunciado; nada utilizável recebido há {time})',
  ),
  stopped: text('{track} (nothing received for {time})', '{track} (nada recebido há {time})'),
  refused: text(
    '{track} (announced, but the camera refuses to send it)',
    '{track} (anunciado, mas a câmera se recusa a enviar)',
  ),
  browsers: text('  browsers  {list}', '  navegadores  {list}'),
  webrtc: text('live by WebRTC', 'ao vivo por WebRTC'),
  mse: text('live by MSE', 'ao vivo por MSE'),
  yes: text('{what}: yes', '{what}: sim'),
  whereH265: text(
    '{what}: where the browser plays H.265',
    '{what}: onde o navegador reproduz H.265',
  ),
  no: text('{what}: no ({why})', '{what}: não ({why})'),
  advice: text('  advice    {text}', '  conselho     {text}'),
  detail: text('  detail    {text}', '  detalhe (em inglês)  {text}'),
  added: text(
    'Added “{name}” ({id}). It is being recorded.',
    'Câmera “{name}” ({id}) adicionada. Ela está sendo gravada.',
  ),
  notAdded: {
    happened: text('“{name}” was not added: {why}', '“{name}” não foi adicionada: {why}'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text(
      'Correct it, or add it as it is with --force (only with --url).',
      'Corrija, ou adicione assim mesmo com --force (só com --url).',
    ),
  },
  confirmRemove: text(
    'Remove “{name}” ({id})? Its recordings are kept. [y/N]',
    'Remover “{name}” ({id})? As gravações são mantidas. [s/N]',
  ),
  confirmDelete: text(
    'Remove “{name}” ({id}) and DELETE ALL ITS RECORDINGS? [y/N]',
    'Remover “{name}” ({id}) e EXCLUIR TODAS AS GRAVAÇÕES DELA? [s/N]',
  ),
  sayYes: {
    happened: text(
      'Removing a camera must be confirmed, and no terminal is attached.',
      'Remover uma câmera exige confirmação, e não há um terminal.',
    ),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text('Add --yes.', 'Use --yes.'),
  },
  notConfirmed: text('Nothing was changed.', 'Nada foi alterado.'),
  removed: text(
    'Removed “{name}”; its recordings are kept.',
    'Câmera “{name}” removida; as gravações são mantidas.',
  ),
  removedAll: text(
    'Removed “{name}”; its recordings are being deleted.',
    'Câmera “{name}” removida; as gravações dela estão sendo excluídas.',
  ),
} as const;

/** Why a browser cannot show a stream live, by the code of the live view’s error. */
export const NOT_PLAYABLE_TEXTS = {
  'stream.b-frames': text('B-frames', 'quadros B'),
  'stream.codec-not-playable': text('codec', 'codec'),
  'stream.h265-not-playable': text('H.265', 'H.265'),
  'stream.pixels-not-square': text('pixels that are not square', 'pixels não quadrados'),
  'stream.without-idr': text('no IDR pictures', 'sem quadros IDR'),
  'stream.no-frames': text('no pictures', 'sem imagens'),
} as const;
