import { text } from '../../language/text.ts';
import type { FindingText } from './finding.ts';

export const DOCTOR_TEXTS = {
  running: text('The system on {data} is running.', 'O sistema em {data} está em execução.'),
  stopped: text('The system on {data} is stopped.', 'O sistema em {data} está parado.'),
  measuring: text('Measuring {path} …', 'Medindo {path} …'),
  ok: text('ok', 'ok'),
  warning: text('WARNING', 'ATENÇÃO'),
  bad: text('PROBLEM', 'PROBLEMA'),
  summary: text(
    'OK: {ok}. Warnings: {warning}. Problems: {bad}.',
    'Ok: {ok}. Atenção: {warning}. Problemas: {bad}.',
  ),
} as const;

export const FINDINGS = {
  nodeOk: {
    state: 'ok',
    text: text('Node {version}', 'Node {version}'),
  },
  nodeOld: {
    state: 'bad',
    text: text('Node {version} is too old', 'Node {version} é antigo demais'),
    remedy: text(
      'Node 24 or newer is needed: start by npm start or bin/vms.mjs, which bring it.',
      'É preciso o Node 24 ou mais novo: inicie com npm start ou bin/vms.mjs, que o trazem.',
    ),
  },
  flockOk: { state: 'ok', text: text('flock is there', 'flock está presente') },
  flockMissing: {
    state: 'bad',
    text: text(
      'The program flock is missing; nothing can be started without it',
      'Falta o programa flock; sem ele nada pode ser iniciado',
    ),
    remedy: text('Install it: sudo apt install util-linux', 'Instale: sudo apt install util-linux'),
  },
  ffmpegOk: { state: 'ok', text: text('ffmpeg {version}', 'ffmpeg {version}') },
  ffmpegMissing: {
    state: 'warning',
    text: text(
      'ffmpeg is missing: cameras are recorded and shown, but there are no still pictures',
      'Falta o ffmpeg: as câmeras são gravadas e exibidas, mas não há imagens estáticas',
    ),
    remedy: text('Install it: sudo apt install ffmpeg', 'Instale: sudo apt install ffmpeg'),
  },
  filesOk: {
    state: 'ok',
    text: text(
      '{limit} files may be open at a time',
      '{limit} arquivos podem ficar abertos ao mesmo tempo',
    ),
  },
  filesFew: {
    state: 'warning',
    text: text(
      'Only {limit} files may be open at a time; many cameras and viewers need {wanted}',
      'Só {limit} arquivos podem ficar abertos ao mesmo tempo; muitas câmeras e espectadores precisam de {wanted}',
    ),
    remedy: text(
      'Raise the hard limit: LimitNOFILE={wanted} in the unit of systemd, or ulimit -Hn {wanted}.',
      'Aumente o limite rígido: LimitNOFILE={wanted} na unidade do systemd, ou ulimit -Hn {wanted}.',
    ),
  },
  dataNone: {
    state: 'ok',
    text: text(
      'There is no system in {path} yet; the first start makes it',
      'Ainda não há um sistema em {path}; o primeiro início o cria',
    ),
  },
  dataOk: { state: 'ok', text: text('Data directory {path}', 'Pasta de dados {path}') },
  dataNotWritable: {
    state: 'bad',
    text: text(
      'This user may not write to {path}: {reason}',
      'Este usuário não pode escrever em {path}: {reason}',
    ),
    remedy: text(
      'Run vms as the user of the system (sudo -u vms vms doctor), or correct the rights of the folder.',
      'Execute o vms como o usuário do sistema (sudo -u vms vms doctor), ou corrija as permissões da pasta.',
    ),
  },
  secretsBad: {
    state: 'bad',
    text: text(
      'A secret cannot be used: {reason}',
      'Uma chave secreta não pode ser usada: {reason}',
    ),
    remedy: text(
      'Put the files in secrets back from a back-up, with rights 0600.',
      'Recupere os arquivos de secrets de uma cópia de segurança, com permissões 0600.',
    ),
  },
} as const satisfies Record<string, FindingText>;

export const VOLUME_FINDINGS = {
  missing: {
    state: 'bad',
    text: text('The volume {path} is not there', 'O volume {path} não está lá'),
    remedy: text('Mount its disk.', 'Monte o disco dele.'),
  },
  hung: {
    state: 'bad',
    text: text('The volume {path} does not respond', 'O volume {path} não responde'),
    remedy: text(
      'Check its disk, or the server and the network of a network volume. It is used as soon as it responds.',
      'Verifique o disco, ou o servidor e a rede de um volume de rede. Ele é usado assim que responder.',
    ),
  },
  inUse: {
    state: 'bad',
    text: text(
      'The volume {path} is in use by another system: process {pid} on {host}, with its data in {data}',
      'O volume {path} está em uso por outro sistema: processo {pid} em {host}, com os dados em {data}',
    ),
    remedy: text(
      'Stop the other system, or choose another folder in storage.volumes. Until then this system records nothing to it.',
      'Pare o outro sistema ou escolha outra pasta em storage.volumes. Até lá, este sistema não grava nada nele.',
    ),
  },
  notWritable: {
    state: 'bad',
    text: text(
      'The volume {path} cannot be written: {reason}',
      'O volume {path} não pode ser escrito: {reason}',
    ),
    remedy: text(
      'Check its rights, and whether it is mounted read-only (dmesg tells why).',
      'Verifique as permissões e se ele está montado só para leitura (dmesg diz por quê).',
    ),
  },
  space: {
    state: 'ok',
    text: text('Volume {path}: {free} free of {total}', 'Volume {path}: {free} livres de {total}'),
  },
  spaceLow: {
    state: 'warning',
    text: text(
      'Volume {path}: only {free} free of {total}',
      'Volume {path}: só {free} livres de {total}',
    ),
    remedy: text(
      'Where recordings fill it, the oldest are deleted in time and nothing is to be done. Where something else does, make room.',
      'Se são as gravações que o enchem, as mais antigas são excluídas a tempo e não há o que fazer. Se é outra coisa, libere espaço.',
    ),
  },
  speed: {
    state: 'ok',
    text: text(
      'Volume {path}: writes {speed}/s, a flush takes {flush} ms',
      'Volume {path}: grava {speed}/s, uma sincronização leva {flush} ms',
    ),
  },
  slow: {
    state: 'warning',
    text: text(
      'Volume {path}: writes only {speed}/s, a flush takes {flush} ms',
      'Volume {path}: grava só {speed}/s, uma sincronização leva {flush} ms',
    ),
    remedy: text(
      'That is enough for about {cameras} cameras of 4 Mbit/s. Use a faster disk for more, and see whether something else keeps it busy.',
      'Isso basta para cerca de {cameras} câmeras de 4 Mbit/s. Use um disco mais rápido para mais, e veja se outra coisa o ocupa.',
    ),
  },
  notMeasured: {
    state: 'warning',
    text: text(
      'Volume {path}: its speed was not measured, there is too little room',
      'Volume {path}: a velocidade não foi medida, há pouco espaço',
    ),
    remedy: text('Make room and try again.', 'Libere espaço e tente de novo.'),
  },
  dishonest: {
    state: 'warning',
    text: text(
      'Volume {path}: a flush takes {flush} ms, faster than disks are: it may be confirmed before it is durable',
      'Volume {path}: uma sincronização leva {flush} ms, mais rápido do que discos são: ela pode ser confirmada antes de ser durável',
    ),
    remedy: text(
      'Only a cache with a battery may do that. In a virtual machine set the cache of the disk to writethrough or none; see whether the file system is mounted with nobarrier.',
      'Só um cache com bateria pode fazer isso. Em uma máquina virtual configure o cache do disco como writethrough ou none; veja se o sistema de arquivos está montado com nobarrier.',
    ),
  },
  inMemory: {
    state: 'bad',
    text: text(
      'The volume {path} is in memory ({type}): recordings are gone after a restart',
      'O volume {path} fica na memória ({type}): as gravações somem ao reiniciar',
    ),
    remedy: text('Use a folder on a disk.', 'Use uma pasta em um disco.'),
  },
  network: {
    state: 'warning',
    text: text(
      'The volume {path} is in the network ({type}): a break of the network is a break of the recording',
      'O volume {path} fica na rede ({type}): uma queda da rede é uma queda da gravação',
    ),
    remedy: text('Prefer a disk of this machine.', 'Prefira um disco desta máquina.'),
  },
} as const satisfies Record<string, FindingText>;

export const PORT_FINDINGS = {
  free: {
    state: 'ok',
    text: text('Port {port} ({key}) is free', 'A porta {port} ({key}) está livre'),
  },
  ours: {
    state: 'ok',
    text: text(
      'Port {port} ({key}) is used by this system',
      'A porta {port} ({key}) é usada por este sistema',
    ),
  },
  taken: {
    state: 'bad',
    text: text(
      'Port {port} ({key}) is used by another program: {holder}',
      'A porta {port} ({key}) é usada por outro programa: {holder}',
    ),
    remedy: text(
      'Stop that program, or choose another port in vms.yaml or by {variable}.',
      'Encerre esse programa, ou escolha outra porta no vms.yaml ou com {variable}.',
    ),
  },
  silent: {
    state: 'bad',
    text: text(
      'Nothing listens on port {port} ({key}), though the system runs',
      'Nada escuta na porta {port} ({key}), embora o sistema esteja em execução',
    ),
    remedy: text(
      'vms status tells which service does not work.',
      'vms status diz qual serviço não funciona.',
    ),
  },
} as const satisfies Record<string, FindingText>;

/** Who has a port, where that cannot be seen. */
export const UNKNOWN_HOLDER = text(
  'not to be seen by this user (sudo ss -lntup names it)',
  'este usuário não pode ver (sudo ss -lntup mostra)',
);

export const CERTIFICATE_FINDINGS = {
  good: {
    state: 'ok',
    text: text(
      'The certificate {path} is valid until {until}',
      'O certificado {path} vale até {until}',
    ),
  },
  expiring: {
    state: 'warning',
    text: text(
      'The certificate {path} expires on {until} (days left: {days}) and was not renewed yet',
      'O certificado {path} vence em {until} (dias restantes: {days}) e ainda não foi renovado',
    ),
    remedy: text(
      'See what renews it: certbot renew --dry-run, or the log of acme.sh. New files are in use within a minute.',
      'Veja o que o renova: certbot renew --dry-run, ou o log do acme.sh. Arquivos novos são adotados em até um minuto.',
    ),
  },
  expired: {
    state: 'bad',
    text: text(
      'The certificate {path} expired on {until}: browsers refuse the page',
      'O certificado {path} venceu em {until}: os navegadores recusam a página',
    ),
    remedy: text(
      'Renew it; new files are in use within a minute. Recording continues meanwhile.',
      'Renove-o; arquivos novos são adotados em até um minuto. A gravação continua enquanto isso.',
    ),
  },
  notYet: {
    state: 'bad',
    text: text(
      'The certificate {path} is valid from {from} only: browsers refuse the page',
      'O certificado {path} só vale a partir de {from}: os navegadores recusam a página',
    ),
    remedy: text(
      'Check the clock of this machine, then the certificate.',
      'Verifique o relógio desta máquina, depois o certificado.',
    ),
  },
  unusable: {
    state: 'bad',
    text: text(
      'The certificate cannot be used: {reason}',
      'O certificado não pode ser usado: {reason}',
    ),
    remedy: text(
      'gateway.tls.certFile wants PEM, with the certificate first; gateway.tls.keyFile its key without a password. Both must be readable by the user of the system. Until then one made here is used, which browsers warn of.',
      'gateway.tls.certFile espera PEM, com o certificado primeiro; gateway.tls.keyFile a chave dele, sem senha. O usuário do sistema precisa poder ler os dois. Até lá usa-se um feito aqui, do qual os navegadores avisam.',
    ),
  },
} as const satisfies Record<string, FindingText>;

export const CLOCK_FINDINGS = {
  synchronised: {
    state: 'ok',
    text: text('The clock is synchronised ({by})', 'O relógio está sincronizado ({by})'),
  },
  notSynchronised: {
    state: 'warning',
    text: text(
      'The clock is not synchronised ({by}): the times of recordings drift',
      'O relógio não está sincronizado ({by}): as horas das gravações se desviam',
    ),
    remedy: text(
      'Switch it on: sudo timedatectl set-ntp true, or install chrony.',
      'Ative: sudo timedatectl set-ntp true, ou instale o chrony.',
    ),
  },
  unknown: {
    state: 'warning',
    text: text(
      'Whether the clock is synchronised cannot be known here',
      'Não há como saber aqui se o relógio está sincronizado',
    ),
    remedy: text(
      'In a container it is the clock of the host: look there (timedatectl). Else install systemd-timesyncd or chrony.',
      'Em um contêiner vale o relógio do hospedeiro: veja lá (timedatectl). Senão instale systemd-timesyncd ou chrony.',
    ),
  },
  wrong: {
    state: 'bad',
    text: text(
      'The clock says {time}: that cannot be',
      'O relógio marca {time}: isso não pode ser',
    ),
    remedy: text(
      'Set it, and check the battery of the mainboard.',
      'Acerte-o, e verifique a bateria da placa-mãe.',
    ),
  },
} as const satisfies Record<string, FindingText>;

export const FIREWALL_FINDINGS = {
  none: {
    state: 'ok',
    text: text(
      'No firewall of this machine blocks UDP {port} (live video)',
      'Nenhum firewall desta máquina bloqueia UDP {port} (vídeo ao vivo)',
    ),
  },
  allowed: {
    state: 'ok',
    text: text(
      '{firewall} lets UDP {port} in (live video)',
      '{firewall} deixa entrar UDP {port} (vídeo ao vivo)',
    ),
  },
  ufw: {
    state: 'warning',
    text: text(
      'ufw is active and no rule lets UDP {port} in: browsers elsewhere then watch by the slower way',
      'O ufw está ativo e nenhuma regra deixa entrar UDP {port}: navegadores de fora assistem pelo caminho mais lento',
    ),
    remedy: text('sudo ufw allow {port}/udp', 'sudo ufw allow {port}/udp'),
  },
  firewalld: {
    state: 'warning',
    text: text(
      'firewalld is active and does not let UDP {port} in: browsers elsewhere then watch by the slower way',
      'O firewalld está ativo e não deixa entrar UDP {port}: navegadores de fora assistem pelo caminho mais lento',
    ),
    remedy: text(
      'sudo firewall-cmd --permanent --add-port={port}/udp && sudo firewall-cmd --reload',
      'sudo firewall-cmd --permanent --add-port={port}/udp && sudo firewall-cmd --reload',
    ),
  },
  dropped: {
    state: 'warning',
    text: text(
      'The rules of {firewall} refuse what they do not name, and do not name UDP {port}: browsers elsewhere then watch by the slower way',
      'As regras do {firewall} recusam o que não citam, e não citam UDP {port}: navegadores de fora assistem pelo caminho mais lento',
    ),
    remedy: text(
      'Let UDP {port} in, in the file where your rules stand.',
      'Deixe entrar UDP {port}, no arquivo em que estão suas regras.',
    ),
  },
  unknown: {
    state: 'warning',
    text: text(
      'The rules of the firewall can be seen by root alone',
      'As regras do firewall só podem ser vistas pelo root',
    ),
    remedy: text(
      'Run sudo vms doctor once, with --data of this system.',
      'Execute sudo vms doctor uma vez, com --data deste sistema.',
    ),
  },
} as const satisfies Record<string, FindingText>;
