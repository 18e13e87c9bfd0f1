import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

const dryRun = {
  type: 'boolean',
  help: text('only shows what it would do', 'apenas mostra o que faria'),
} as const;

/** Commands for a system that systemd runs. */
export const SERVICE_COMMANDS = {
  'service install': {
    summary: text(
      'makes systemd run the system, sandboxed, from now on and after every boot',
      'faz o systemd executar o sistema, isolado, a partir de agora e a cada inicialização',
    ),
    details: text(
      'Needs root. Makes the user vms, writes /etc/systemd/system/vms.service and starts it. The data directory is /var/lib/vms where --data names no other.',
      'Precisa de root. Cria o usuário vms, grava /etc/systemd/system/vms.service e o inicia. A pasta de dados é /var/lib/vms, se --data não indicar outra.',
    ),
    arguments: [],
    options: { 'dry-run': dryRun },
    examples: [
      {
        line: 'vms service install --dry-run',
        help: text('shows files and commands', 'mostra os arquivos e os comandos'),
      },
      {
        line: 'vms service install --data /srv/vms',
        help: text('keeps everything in /srv/vms', 'guarda tudo em /srv/vms'),
      },
    ],
  },
  'service uninstall': {
    summary: text(
      'stops the service and takes it away; data and recordings stay',
      'para o serviço e o remove; os dados e as gravações ficam',
    ),
    arguments: [],
    options: { 'dry-run': dryRun },
    examples: [
      {
        line: 'vms service uninstall --dry-run',
        help: text('shows what would go', 'mostra o que sairia'),
      },
    ],
  },
  'service status': {
    summary: text('whether systemd runs the system', 'se o systemd executa o sistema'),
    arguments: [],
    options: {},
    examples: [
      { line: 'vms service status', help: text('installed, active?', 'instalado, ativo?') },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
