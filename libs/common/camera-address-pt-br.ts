import type { AddressFaultCode } from './camera-address.ts';

/** What is wrong with the address of a camera and what to do, for page and command line. */
export const ADDRESS_FAULTS_IN_PORTUGUESE: Readonly<Record<AddressFaultCode, string>> = {
  'address.too-long': 'O endereço tem mais de 2048 caracteres. Confira o que foi colado.',
  'address.white-space':
    'O endereço contém um espaço ou um caractere invisível. Retire-o; uma senha com espaço se informa à parte.',
  'address.no-scheme':
    'O endereço não começa com rtsp://. Escreva-o como rtsp://192.168.1.20:554/stream1.',
  'address.web-page':
    'Este é o endereço de uma página web. Procure nas configurações da câmera o endereço RTSP dela, que começa com rtsp://.',
  'address.other-scheme':
    'Câmeras têm endereços que começam com rtsp:// ou rtsps://. Procure esse endereço nas configurações da câmera.',
  'address.unreadable':
    'O host ou a porta do endereço não são válidos. Uma senha com / ? # ou : se informa à parte, não no endereço.',
  'address.no-host':
    'O endereço não diz qual câmera. Escreva-o como rtsp://192.168.1.20:554/stream1.',
  'address.port-zero': 'A porta 0 não existe. Deixe a porta de fora: em geral é a 554.',
  'address.host-late':
    'Há um @ depois do host. Uma senha com / ? ou # se informa à parte, não no endereço. Um @ que faz parte do caminho se escreve %40.',
  'address.escape-unclear':
    'Um % no usuário ou na senha pode ser ele mesmo ou o início de um código. Informe essa senha à parte, ou escreva %25 no lugar do %.',
  'address.cut-off':
    'Um # depois da senha corta o resto dela. Escreva %23 no lugar do # que faz parte da senha.',
  'address.credentials-too-long':
    'O usuário ou a senha no endereço têm mais de 256 caracteres. Confira os dois.',
  'address.same-twice':
    'O fluxo principal e o secundário têm o mesmo endereço. Deixe o secundário de fora se a câmera só tem um.',
};
