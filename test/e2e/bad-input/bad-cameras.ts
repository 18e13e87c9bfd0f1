import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Language } from '../../../apps/vms/language/text.ts';

/** What a person types. */
export const USERNAME = 'operator';
export const PASSWORD = 'kingfisher-7';
const WRONG_PASSWORD = 'heron-8';

/** Neither is ever repeated. */
export const SECRETS = /kingfisher|heron/;

/** Words that page and command line have in common, in each language. */
type Words = Readonly<Record<Language, readonly [happened: RegExp, whatToDo: RegExp]>>;

/** Something that a person enters as a camera, with what is wrong with it. */
export interface BadCamera {
  readonly what: string;
  readonly typed: (world: World) => string;
  readonly password?: string;
  /** By which page and command line go: the state of a test, or the outcome of a search. */
  readonly code: string;
  readonly says: Words;
}

const REFUSED_LOGIN: Words = {
  en: [/refuses this user name and( this)? password/, /again|Check both/],
  'pt-BR': [/recusa este usuário e esta senha/, /de novo|Confira os dois/],
};

/** Typed as a whole RTSP address: what a test of it finds. */
export const BAD_CAMERAS: readonly BadCamera[] = [
  {
    what: 'a wrong password',
    typed: ({ cameras }) => cameras.url('good'),
    password: WRONG_PASSWORD,
    code: 'wrong-password',
    says: REFUSED_LOGIN,
  },
  {
    what: 'a path that is not there',
    typed: ({ cameras }) => cameras.url('gone'),
    code: 'not-found',
    says: {
      en: [/no stream at this path/, /Check the path of the address/],
      'pt-BR': [/não tem .* neste caminho/, /caminho do endereço/],
    },
  },
  {
    what: 'a camera that lets nobody in',
    typed: ({ cameras }) => cameras.url('busy'),
    code: 'refused',
    says: {
      en: [/refuses to send this stream/, /Close other programs/],
      'pt-BR': [/se recusa a enviar/, /Feche outros programas/],
    },
  },
  {
    what: 'an unknown codec',
    typed: ({ cameras }) => cameras.url('motion'),
    code: 'codec-not-supported',
    says: {
      en: [/codec that cannot be recorded/, /Set the camera to H\.264 or H\.265/],
      'pt-BR': [/codec de vídeo que não pode ser gravado/, /H\.264 ou H\.265/],
    },
  },
  {
    what: 'a camera that sends nothing',
    typed: ({ cameras }) => cameras.url('mute'),
    code: 'no-frames',
    says: {
      en: [/answers but sends no pictures/, /restart the camera|Restart the camera/],
      'pt-BR': [/responde, mas não envia imagens/, /[Rr]einicie a câmera/],
    },
  },
  {
    what: 'a closed port',
    typed: ({ closedPort }) => `rtsp://127.0.0.1:${closedPort}/`,
    code: 'unreachable',
    says: {
      en: [/Nothing answers at this address/, /power and network/],
      'pt-BR': [/Nada responde neste endereço/, /energia e rede/],
    },
  },
  {
    what: 'a host without a name',
    typed: () => 'rtsp://camera.invalid/',
    code: 'unreachable',
    says: {
      en: [/Nothing answers at this address/, /address and port are right/],
      'pt-BR': [/Nada responde neste endereço/, /endereço e( a)? porta estão cert/],
    },
  },
  {
    what: 'a web server',
    typed: ({ webPort }) => `rtsp://127.0.0.1:${webPort}/`,
    code: 'not-rtsp',
    says: {
      en: [/Something other than an RTSP camera answers/, /RTSP on 554/],
      'pt-BR': [/não é uma câmera RTSP/, /554/],
    },
  },
  {
    what: 'an address of no single device',
    typed: () => 'rtsp://169.254.169.254/latest/meta-data',
    code: 'address-blocked',
    says: {
      en: [
        /of this machine itself, of its cloud .*or not the address of one device/,
        /in its network/,
      ],
      'pt-BR': [
        /deste próprio computador, da nuvem dele .*ou não pertence a um único aparelho/,
        /na rede dela/,
      ],
    },
  },
];

/** Typed as a whole RTSP address that is refused before anything is asked. */
export const BAD_URLS: readonly BadCamera[] = [
  {
    what: 'nonsense',
    typed: () => 'nonsense',
    code: 'address.no-scheme',
    says: {
      en: [/does not begin with rtsp:\/\//, /rtsp:\/\/192\.168\.1\.20:554\/stream1/],
      'pt-BR': [/não começa com rtsp:\/\//, /como rtsp:\/\/192\.168\.1\.20:554\/stream1/],
    },
  },
  {
    what: 'the address of a web page',
    typed: () => 'http://127.0.0.1/',
    code: 'address.web-page',
    says: {
      en: [/the address of a web page/, /settings of the camera for its RTSP address/],
      'pt-BR': [/endereço de uma página web/, /configurações da câmera o endereço RTSP/],
    },
  },
  ...['file:///etc/passwd', 'concat:///etc/passwd'].map(
    (typed): BadCamera => ({
      what: typed,
      typed: () => typed,
      code: 'address.other-scheme',
      says: {
        en: [/(is not supported|are reached by)/, /rtsp:\/\/ (and|or) rtsps:\/\//],
        'pt-BR': [/Câmeras têm endereços que começam com rtsp:/, /Procure esse endereço/],
      },
    }),
  ),
  {
    what: 'an address without a host',
    typed: () => 'rtsp:///live',
    code: 'address.no-host',
    says: {
      en: [/names no (host|camera)/, /rtsp:\/\/192/],
      'pt-BR': [/não diz qual câmera/, /Escreva-o como rtsp:/],
    },
  },
  {
    what: 'a password that ends the host too early',
    typed: () => 'rtsp://operator:7/kingfisher@192.0.2.7:554/live',
    code: 'address.host-late',
    says: {
      en: [/[Tt]here is an @ after the host/, /A password with/],
      'pt-BR': [/um @ depois do host/, /Uma senha com/],
    },
  },
  {
    what: 'an address with an invisible character',
    typed: () => 'rtsp://192.0.2.7/live\u0000stream',
    code: 'address.white-space',
    says: {
      en: [/a space or an invisible character/, /Delete it|Write it like/],
      'pt-BR': [/um espaço ou um caractere invisível/, /Apague-o|Retire-o/],
    },
  },
];

/** Typed as the address of a camera alone: what a search for its streams ends with. */
export const BAD_ADDRESSES: readonly BadCamera[] = [
  {
    what: 'a wrong password',
    typed: ({ known }) => new URL(known.url('stream1')).host,
    password: WRONG_PASSWORD,
    code: 'wrong-password',
    says: REFUSED_LOGIN,
  },
  {
    what: 'a closed port',
    typed: ({ closedPort }) => `127.0.0.1:${closedPort}`,
    code: 'unreachable',
    says: {
      en: [/Nothing answers at/, /power and network/],
      'pt-BR': [/Nada responde/, /energia e rede/],
    },
  },
  {
    what: 'a web server',
    typed: ({ webPort }) => `127.0.0.1:${webPort}`,
    code: 'not-rtsp',
    says: {
      en: [/Something answers/, /port/],
      'pt-BR': [/Algo responde/, /porta/],
    },
  },
  {
    what: 'a camera whose streams have other paths',
    typed: ({ cameras }) => new URL(cameras.url('good')).host,
    code: 'no-known-stream',
    says: {
      en: [/A camera answers, but/, /manual/],
      'pt-BR': [/Uma câmera responde, mas/, /manual/],
    },
  },
  {
    what: 'an address of no single device',
    typed: () => '169.254.169.254',
    code: 'address-blocked',
    says: {
      en: [/No camera can be/, /in its network/],
      'pt-BR': [/Nenhuma câmera pode estar/, /na rede dela/],
    },
  },
];

/** Cameras of the simulator, each with what is wrong with it. */
const FAULTS = {
  gone: 'not-found',
  busy: 'refused',
  motion: 'unknown-codec',
  mute: 'stall',
} as const;

/** Everything that the rows ask of the outside world. */
export interface World {
  readonly cameras: CameraSimulator;
  /** A camera whose path is one that a search asks for. */
  readonly known: CameraSimulator;
  /** Of a server that serves web pages. */
  readonly webPort: number;
  /** On which nothing listens. */
  readonly closedPort: number;
  close(): Promise<void>;
}

export async function openWorld(): Promise<World> {
  const credentials = { username: USERNAME, password: PASSWORD };
  const names = [...Object.keys(FAULTS), 'good'];
  const [cameras, known] = await Promise.all([
    startCameraSimulator({ cameras: names.map((name) => ({ name })), credentials }),
    startCameraSimulator({ cameras: [{ name: 'stream1' }], credentials }),
  ]);
  for (const [name, fault] of Object.entries(FAULTS)) cameras.setFault(fault, name);
  const web = createServer((_request, response) => response.end('not a camera'));
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  return {
    cameras,
    known,
    webPort: (web.address() as AddressInfo).port,
    closedPort: await closedPort(),
    close: async () => {
      web.closeAllConnections();
      web.close();
      await Promise.all([cameras.stop(), known.stop()]);
    },
  };
}

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
