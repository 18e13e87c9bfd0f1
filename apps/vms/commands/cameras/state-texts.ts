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
      'This is an address of this machine itself, or of no single device: it is not connected to.',
      'Este é um endereço deste próprio computador, ou de nenhum aparelho em particular: não nos conectamos a ele.',
    ),
    remedy: text(
      'Give the address of the camera in its network. A camera program on this machine is allowed by ingest.allowLoopbackCameras in vms.yaml.',
      'Informe o endereço da câmera na rede dela. Um programa de câmera neste computador é permitido por ingest.allowLoopbackCameras em vms.yaml.',
    ),
  },
  'wrong-password': {
    label: text('wrong password', 'senha errada'),
    meaning: text(
      'The camera refuses this user name and password.',
      'A câmera recusa este usuário e esta senha.',
    ),
    remedy: text(
      'Give the user name and password of the camera again.',
      'Informe de novo o usuário e a senha da câmera.',
    ),
  },
  'not-found': {
    label: text('stream not found', 'vídeo não encontrado'),
    meaning: text(
      'The camera answers but has no stream at this path.',
      'A câmera responde, mas não tem vídeo neste caminho.',
    ),
    remedy: text(
      'Check the path of the address, the part after the port; or give --address alone, and the path is looked for.',
      'Verifique o caminho do endereço, a parte depois da porta; ou informe só --address, e o caminho é procurado.',
    ),
  },
  'not-rtsp': {
    label: text('not a camera', 'não é câmera'),
    meaning: text(
      'Something else than an RTSP camera answers at this address.',
      'O que responde neste endereço não é uma câmera RTSP.',
    ),
    remedy: text(
      'Check the port: cameras usually serve RTSP on 554, and their web page on 80.',
      'Verifique a porta: câmeras costumam usar a 554 para RTSP e a 80 para a página web.',
    ),
  },
  'codec-not-supported': {
    label: text('codec not supported', 'codec não aceito'),
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
      'A câmera se recusa a enviar este vídeo.',
    ),
    remedy: text(
      'It may have reached its number of viewers, or this user may lack the right.',
      'Ela pode ter chegado ao limite de espectadores, ou este usuário pode não ter o direito.',
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
    label: text('not known', 'não se sabe'),
    meaning: text(
      'The system cannot tell right now how this camera is.',
      'O sistema não consegue dizer agora como está esta câmera.',
    ),
    remedy: passes,
  },
};
