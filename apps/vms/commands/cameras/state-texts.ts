import type { CameraState } from '@vms/common/camera.ts';
import { type Text, text } from '../../language/text.ts';

interface StateText {
  readonly label: Text;
  readonly meaning: Text;
  readonly remedy: Text;
}

const nothing = text('Nothing to do.', 'Nada a fazer.');
const passes = text(
  'Nothing to do: it usually takes a few seconds.',
  'Nada a fazer: costuma levar alguns segundos.',
);

/** How a camera is, in words. */
export const STATE_TEXTS: Readonly<Record<CameraState | 'unknown', StateText>> = {
  connecting: {
    label: text('connecting', 'conectando'),
    meaning: text('Waiting for the camera to answer.', 'Aguardando a resposta da câmera.'),
    remedy: passes,
  },
  online: {
    label: text('online', 'on-line'),
    meaning: text('The camera sends pictures.', 'A câmera envia imagens.'),
    remedy: nothing,
  },
  'no-frames': {
    label: text('no pictures', 'sem imagens'),
    meaning: text(
      'The camera answers but sends no pictures.',
      'A câmera responde, mas não envia imagens.',
    ),
    remedy: text(
      'Restart the camera, or check its stream settings.',
      'Reinicie a câmera ou verifique as configurações de vídeo dela.',
    ),
  },
  unreachable: {
    label: text('unreachable', 'inacessível'),
    meaning: text('Nothing answers at this address.', 'Nada responde neste endereço.'),
    remedy: text(
      'Check that the camera has power and network, and that address and port are right.',
      'Verifique se a câmera tem energia e rede, e se endereço e porta estão certos.',
    ),
  },
  'address-blocked': {
    label: text('address not possible', 'endereço impossível'),
    meaning: text(
      'This is an address of this machine itself, of its cloud or of a tunnel, or not the address of one device. The system does not connect to it.',
      'Este é um endereço deste próprio computador, da nuvem dele ou de um túnel, ou não pertence a um único aparelho. O sistema não se conecta a ele.',
    ),
    remedy: text(
      'Enter the address of the camera in its network. To use a camera program on this machine, set ingest.allowLoopbackCameras in vms.yaml.',
      'Informe o endereço da câmera na rede dela. Para usar um programa de câmera neste computador, defina ingest.allowLoopbackCameras no vms.yaml.',
    ),
  },
  'wrong-password': {
    label: text('wrong password', 'senha errada'),
    meaning: text(
      'The camera refuses this user name and password.',
      'A câmera recusa este usuário e esta senha.',
    ),
    remedy: text(
      'Enter the user name and password of the camera again.',
      'Informe de novo o usuário e a senha da câmera.',
    ),
  },
  'not-found': {
    label: text('stream not found', 'fluxo não encontrado'),
    meaning: text(
      'The camera answers but has no stream at this path.',
      'A câmera responde, mas não tem nenhum fluxo neste caminho.',
    ),
    remedy: text(
      'Check the path of the address, the part after the port; or give --address alone, and the path is looked for.',
      'Verifique o caminho do endereço, a parte depois da porta; ou informe só --address, e o caminho é procurado.',
    ),
  },
  'not-rtsp': {
    label: text('not a camera', 'não é câmera'),
    meaning: text(
      'Something other than an RTSP camera answers at this address.',
      'O que responde neste endereço não é uma câmera RTSP.',
    ),
    remedy: text(
      'Check the port: cameras usually serve RTSP on 554, and their web page on 80.',
      'Verifique a porta: câmeras costumam usar a 554 para RTSP e a 80 para a página web.',
    ),
  },
  'codec-not-supported': {
    label: text('codec not supported', 'codec não suportado'),
    meaning: text(
      'The camera sends a video codec that cannot be recorded.',
      'A câmera envia um codec de vídeo que não pode ser gravado.',
    ),
    remedy: text('Set the camera to H.264 or H.265.', 'Configure a câmera para H.264 ou H.265.'),
  },
  refused: {
    label: text('refused', 'recusada'),
    meaning: text(
      'The camera refuses to send this stream.',
      'A câmera se recusa a enviar este fluxo.',
    ),
    remedy: text(
      'Close other programs that watch it, or check the permissions of this user in the camera.',
      'Feche outros programas que a assistem ou verifique as permissões deste usuário na câmera.',
    ),
  },
  disabled: {
    label: text('disabled', 'desativada'),
    meaning: text(
      'This camera was switched off here and is not recorded.',
      'Esta câmera foi desligada aqui e não é gravada.',
    ),
    remedy: text('Switch it on in the page.', 'Ligue-a na página.'),
  },
  error: {
    label: text('error', 'erro'),
    meaning: text(
      'Something unexpected happened with this camera.',
      'Aconteceu algo inesperado com esta câmera.',
    ),
    remedy: text('See the detail.', 'Veja o detalhe.'),
  },
  unknown: {
    label: text('unknown', 'desconhecido'),
    meaning: text(
      'The state of this camera is not known right now.',
      'O estado desta câmera não é conhecido no momento.',
    ),
    remedy: passes,
  },
};
