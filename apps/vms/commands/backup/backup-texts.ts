import { text } from '../../language/text.ts';

export const BACKUP_TEXTS = {
  created: text(
    'The configuration was backed up to {file}: cameras ({cameras}), users ({users}), keys, vms.yaml. Recordings are not in it. Keep it safe: whoever has it has the passwords of the cameras.',
    'A configuração foi copiada para {file}: câmeras ({cameras}), usuários ({users}), chaves, vms.yaml. As gravações não estão nela. Guarde bem: quem a tem, tem as senhas das câmeras.',
  ),
  restored: text(
    'The configuration of {createdAt} is back in {data}. Start the system: recordings on volumes that are there are found by themselves.',
    'A configuração de {createdAt} está de volta em {data}. Inicie o sistema: as gravações nos volumes presentes são encontradas automaticamente.',
  ),
  putAside: text(
    'What was there before lies beside it, in folders {folder}.',
    'O que havia antes está ao lado, em pastas {folder}.',
  ),
  correctionsAside: text(
    'The vms.yaml.refused of an earlier restore, and what was corrected in it, is now in {folder}.',
    'O vms.yaml.refused de uma restauração anterior, com o que foi corrigido nele, está agora em {folder}.',
  ),
  detail: text('{detail}', 'detalhe (em inglês): {detail}'),
  openRights: text(
    'Others on this machine may read {file}: chmod 600 {file}',
    'Outros usuários desta máquina podem ler {file}: chmod 600 {file}',
  ),
  volumeBack: text(
    'The volume {path} had lost its volume.json; it is back.',
    'O volume {path} havia perdido seu volume.json; ele está de volta.',
  ),
  volumeOther: text(
    'The volume {path} is another one than at the time of the back-up.',
    'O volume {path} não é o mesmo do momento da cópia.',
  ),
  nothing: {
    happened: text('There is no system in {data}.', 'Não há um sistema em {data}.'),
    remedy: text('Name its data directory with --data.', 'Indique a pasta de dados com --data.'),
  },
  exists: {
    happened: text(
      '{file} already exists and was not changed.',
      'Já existe um arquivo {file}, que não foi alterado.',
    ),
    remedy: text('Choose another name.', 'Escolha outro nome.'),
  },
  unreadable: {
    happened: text('{file} cannot be read: {why}.', '{file} não pode ser lido: {why}.'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
  },
  unwritable: {
    happened: text(
      'The back-up could not be written: {why}.',
      'A cópia não pôde ser gravada: {why}.',
    ),
    kept: text('The system was not touched.', 'O sistema não foi alterado.'),
  },
  damaged: {
    happened: text(
      '{file} is no back-up, or it is damaged: its hash is not that of its content.',
      '{file} não é uma cópia de segurança, ou está danificado: o hash não confere com o conteúdo.',
    ),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text('Use another copy of it.', 'Use outra cópia dele.'),
  },
  newer: {
    happened: text(
      '{file} was made by a newer version of vms (format {version}; this one knows {known}).',
      '{file} foi criado por uma versão mais nova do vms (formato {version}; esta conhece {known}).',
    ),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text('Restore it with that version.', 'Restaure com aquela versão.'),
  },
  running: {
    happened: text('The system of {data} is running.', 'O sistema de {data} está em execução.'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text('Stop it first.', 'Encerre-o primeiro.'),
  },
  refused: {
    happened: text(
      'The vms.yaml of the back-up cannot be used on this machine: {why}',
      'O vms.yaml da cópia não pode ser usado nesta máquina: {why}',
    ),
    kept: text('Nothing was replaced.', 'Nada foi substituído.'),
    remedy: text(
      'It lies in {config}: correct it there and restore again with --config {config}',
      'Ele está em {config}: corrija-o ali e restaure de novo com --config {config}',
    ),
  },
  wouldReplace: {
    happened: text('There is a system in {data} already.', 'Já existe um sistema em {data}.'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text(
      '--replace puts its configuration aside and restores over it.',
      '--replace guarda a configuração dele à parte e restaura por cima.',
    ),
  },
} as const;
