import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

const file = {
  name: text('FILE', 'ARQUIVO'),
  help: text('of the back-up', 'da cópia de segurança'),
} as const;

/** Commands that keep the configuration safe. */
export const BACKUP_COMMANDS = {
  'backup create': {
    summary: text(
      'copies the configuration to a file, also while the system runs',
      'copia a configuração para um arquivo, também com o sistema em execução',
    ),
    details: text(
      'Cameras with their passwords, users, API tokens, keys, vms.yaml and the identities of the volumes; not the recordings. The file (rights 0600) opens everything: keep it as you keep a password.',
      'Câmeras com suas senhas, usuários, tokens da API, chaves, vms.yaml e as identidades dos volumes; não as gravações. O arquivo (permissões 0600) abre tudo: guarde-o como uma senha.',
    ),
    arguments: [file],
    options: {},
    examples: [
      {
        line: 'vms backup create /mnt/usb/vms-2026-11-26.backup',
        help: text('best to another disk', 'de preferência em outro disco'),
      },
    ],
  },
  'backup restore': {
    summary: text(
      'brings the configuration back from a file; the system must be stopped',
      'traz a configuração de volta de um arquivo; o sistema deve estar parado',
    ),
    arguments: [file],
    options: {
      replace: {
        type: 'boolean',
        help: text(
          'over a system that is there; what it had is put aside',
          'por cima de um sistema existente; o que ele tinha é guardado à parte',
        ),
      },
    },
    examples: [
      {
        line: 'vms backup restore /mnt/usb/vms-2026-11-26.backup --data /var/lib/vms',
        help: text('on a new machine', 'em uma máquina nova'),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
