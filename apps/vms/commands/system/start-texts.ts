import { text } from '../../language/text.ts';

export const START_TEXTS = {
  ready: text('VMS {version} is ready: {url}', 'O VMS {version} está pronto: {url}'),
  welcome: text(
    'First time here? This address signs you in and works until you choose a password: {url}',
    'Primeira vez aqui? Este endereço já entra no sistema e vale até você escolher uma senha: {url}',
  ),
  firstPassword: text(
    'Sign in as {username} with this password (shown only now; change it in Settings): {password}',
    'Entre como {username} com esta senha (mostrada só agora; troque-a em Configurações): {password}',
  ),
  stopping: text(
    'Stopping: files are being closed (Ctrl-C again to force it) …',
    'Encerrando: os arquivos estão sendo fechados (Ctrl-C de novo para forçar) …',
  ),
  forced: text(
    'Stopped by force. Recordings are repaired at the next start.',
    'Encerrado à força. As gravações são reparadas no próximo início.',
  ),
  port: text('port {port} ({key})', 'porta {port} ({key})'),
  udpPort: text('UDP port {port} ({key})', 'porta UDP {port} ({key})'),
  portInUse: {
    happened: text('In use by another program: {ports}.', 'Em uso por outro programa: {ports}.'),
    kept: text('Nothing was started.', 'Nada foi iniciado.'),
    remedy: text(
      'Stop that program ({list} names it), or choose another port in vms.yaml or by {variables}.',
      'Encerre esse programa ({list} mostra qual é) ou escolha outra porta no vms.yaml ou com {variables}.',
    ),
  },
} as const;
