import { text } from '../language/text.ts';

/** What is wrong with the data directory, what was kept, and what to do. */
export const DATA_TEXTS = {
  unusable: {
    happened: text(
      'The data directory {path} cannot be used: {reason}.',
      'A pasta de dados {path} não pode ser usada: {reason}.',
    ),
    remedy: text(
      'Check its rights and its disk, or choose another one with VMS_DATA_DIR.',
      'Verifique as permissões e o disco dela, ou escolha outra com VMS_DATA_DIR.',
    ),
  },
  newerVersion: {
    happened: text(
      'The data directory {path} belongs to a newer version of vms ({writtenBy}, format {format}); this is {version}, which knows format {knownFormat}.',
      'A pasta de dados {path} é de uma versão mais nova do vms ({writtenBy}, formato {format}); esta é a {version}, que conhece o formato {knownFormat}.',
    ),
    kept: text('Nothing in it was touched.', 'Nada nela foi alterado.'),
    remedy: text(
      'Start the newer version again, or choose another directory with VMS_DATA_DIR.',
      'Inicie de novo a versão mais nova, ou escolha outra pasta com VMS_DATA_DIR.',
    ),
  },
  damaged: {
    happened: text(
      '{file} does not hold what vms wrote there.',
      '{file} não contém o que o vms escreveu ali.',
    ),
    kept: text(
      'Nothing in the data directory was touched.',
      'Nada na pasta de dados foi alterado.',
    ),
    remedy: text(
      'Put it back from a copy; for this version it is {"format":{format}}.',
      'Traga-o de volta de uma cópia; para esta versão ele é {"format":{format}}.',
    ),
  },
} as const;

/** What is wrong with the folder of the sockets. */
export const RUN_DIRECTORY_TEXTS = {
  tooLong: {
    happened: text(
      'The socket {socket} would have a path of {bytes} bytes; Linux allows {max}.',
      'O socket {socket} teria um caminho de {bytes} bytes; o Linux permite {max}.',
    ),
    kept: text('Nothing was started.', 'Nada foi iniciado.'),
    remedy: text(
      'Name a folder with a shorter path in VMS_RUN_DIR.',
      'Indique em VMS_RUN_DIR uma pasta de caminho mais curto.',
    ),
  },
} as const;

export const CONFIGURATION_TEXTS = {
  unreadable: {
    happened: text(
      'The configuration {file} cannot be read: {reason}.',
      'A configuração {file} não pode ser lida: {reason}.',
    ),
    kept: text('Nothing was started.', 'Nada foi iniciado.'),
    remedy: text('Check its name and its rights.', 'Verifique o nome e as permissões dela.'),
  },
  notAPort: {
    happened: text(
      '{variable} is “{value}”, which is no port.',
      '{variable} é “{value}”, que não é uma porta.',
    ),
    remedy: text(
      'Set it to a number from 1 to {max}, or leave it out.',
      'Dê a ela um número de 1 a {max}, ou deixe-a de fora.',
    ),
  },
} as const;
