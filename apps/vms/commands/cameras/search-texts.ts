import type { SearchOutcome } from '@vms/common/camera-search.ts';
import { type Text, text } from '../../language/text.ts';

/** How a search for a camera's streams ended, in words, with what to do. */
export const SEARCH_TEXTS: Readonly<Record<SearchOutcome, Text>> = {
  found: text('Found.', 'Encontrado.'),
  'password-needed': text(
    'The camera wants a user name and a password. Give --user and --password-file.',
    'A câmera pede usuário e senha. Informe --user e --password-file.',
  ),
  'wrong-password': text(
    'The camera refuses this user name and password. Check both; many cameras lock the account after a few wrong ones.',
    'A câmera recusa este usuário e esta senha. Confira os dois; muitas câmeras bloqueiam a conta depois de algumas tentativas.',
  ),
  unreachable: text(
    'Nothing answers at this address on any RTSP port. Check that the camera has power and network, and that the address is right.',
    'Nada responde neste endereço em nenhuma porta RTSP. Verifique se a câmera tem energia e rede, e se o endereço está certo.',
  ),
  'address-blocked': text(
    'No camera can be there: it is an address of this machine itself, of its cloud or of a tunnel, or not the address of one device. Enter the address of the camera in its network.',
    'Nenhuma câmera pode estar ali: é um endereço deste próprio computador, da nuvem dele ou de um túnel, ou não pertence a um único aparelho. Informe o endereço da câmera na rede dela.',
  ),
  'not-rtsp': text(
    'Something answers that is no camera. Check the address, and its port where you gave one.',
    'Algo responde, mas não é uma câmera. Verifique o endereço, e a porta se você informou uma.',
  ),
  refused: text(
    'The camera refuses to send its streams. Close other programs that watch it, or check the permissions of this user in the camera.',
    'A câmera se recusa a enviar os fluxos. Feche outros programas que a assistem ou verifique as permissões deste usuário nela.',
  ),
  'no-known-stream': text(
    'A camera answers, but has a stream under none of the known paths. Its manual names the RTSP address: give it with --url.',
    'Uma câmera responde, mas não tem vídeo em nenhum dos caminhos conhecidos. O manual dela informa o endereço RTSP: use-o com --url.',
  ),
  error: text(
    'The address cannot be used, or the answers of the camera cannot be understood.',
    'O endereço não pode ser usado, ou as respostas da câmera não podem ser entendidas.',
  ),
};
