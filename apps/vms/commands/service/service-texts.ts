import { text } from '../../language/text.ts';

export const SERVICE_TEXTS = {
  wouldDo: text('This would be done, as root:', 'Isto seria feito, como root:'),
  installed: text(
    'systemd runs the system from now on, data in {data}. Its log: journalctl -u vms -f (the first start prints the address and the first password there).',
    'A partir de agora o systemd executa o sistema, com os dados em {data}. O registro: journalctl -u vms -f (a primeira inicialização mostra ali o endereço e a primeira senha).',
  ),
  uninstalled: text(
    'The service is gone. Data, recordings and the user vms were kept.',
    'O serviço foi removido. Os dados, as gravações e o usuário vms foram mantidos.',
  ),
  notInstalled: text(
    'The service is not installed; vms service install does it.',
    'O serviço não está instalado; vms service install instala.',
  ),
  state: text(
    'The service is installed; systemd calls it {state}.',
    'O serviço está instalado; para o systemd está {state}.',
  ),
  needsRoot: {
    happened: text('This needs root.', 'Isto precisa de root.'),
    kept: text('Nothing was changed.', 'Nada foi alterado.'),
    remedy: text(
      'Put sudo in front of it; --dry-run shows what it does.',
      'Use sudo na frente; --dry-run mostra o que é feito.',
    ),
  },
  failed: {
    happened: text('A step failed: {why}.', 'Um passo falhou: {why}.'),
    kept: text('The steps above it were done.', 'Os passos acima foram feitos.'),
    remedy: text(
      'Correct its cause and run the command again: doing a step twice does no harm.',
      'Corrija a causa e execute o comando de novo: repetir um passo não faz mal.',
    ),
  },
} as const;
