import { text } from '../language/text.ts';

export const ACCESS_TEXTS = {
  neverStarted: {
    happened: text('There is no system in {data} yet.', 'Ainda não há um sistema em {data}.'),
    remedy: text(
      'Start it with vms start, or name its data directory with --data or VMS_DATA_DIR.',
      'Inicie com vms start, ou diga onde fica a pasta de dados com --data ou VMS_DATA_DIR.',
    ),
  },
  notPermitted: {
    happened: text(
      'This user may not read the secrets in {data}.',
      'Este usuário não pode ler as chaves secretas em {data}.',
    ),
    remedy: text(
      'Run vms as the user of the system, for instance sudo -u vms vms ….',
      'Execute o vms como o usuário do sistema, por exemplo sudo -u vms vms ….',
    ),
  },
  notRunning: {
    happened: text(
      'The system on {data} is not running: nothing answers at {url} ({reason}).',
      'O sistema em {data} não está em execução: nada responde em {url} ({reason}).',
    ),
    remedy: text(
      'Start it with vms start (sudo systemctl start vms where it is installed as a service), or name another data directory with --data.',
      'Inicie com vms start (sudo systemctl start vms onde ele está instalado como serviço), ou diga outra pasta de dados com --data.',
    ),
  },
  noAnswer: {
    happened: text(
      'The system at {url} did not answer within {seconds} s.',
      'O sistema em {url} não respondeu em {seconds} s.',
    ),
    remedy: text(
      'vms doctor looks for what keeps it busy.',
      'vms doctor procura o que o mantém ocupado.',
    ),
  },
  otherDataDirectory: {
    happened: text(
      'What answers at {url} is not the system on {data}.',
      'O que responde em {url} não é o sistema em {data}.',
    ),
    remedy: text(
      'Name the data directory of the system that runs with --data or VMS_DATA_DIR.',
      'Diga a pasta de dados do sistema em execução com --data ou VMS_DATA_DIR.',
    ),
  },
  notUnderstood: {
    happened: text(
      'What answers at {url} is not this version of vms.',
      'O que responde em {url} não é esta versão do vms.',
    ),
    remedy: text(
      'Restart the system after an upgrade; vms doctor names the program that has the port.',
      'Reinicie o sistema depois de uma atualização; vms doctor mostra o programa que usa a porta.',
    ),
  },
} as const;
