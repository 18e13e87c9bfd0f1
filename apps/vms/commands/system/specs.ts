import { SERVICE_NAMES } from '../../command-line/service-names.ts';
import type { CommandSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

/** Commands that start the system, and that tell of the program itself. */
export const SYSTEM_COMMANDS = {
  start: {
    summary: text(
      'starts the whole system on this machine; Ctrl-C stops it',
      'inicia o sistema inteiro nesta máquina; Ctrl-C encerra',
    ),
    details: text(
      'Ports, where vms.yaml sets none: VMS_GATEWAY_PORT (8080), VMS_API_PORT (9095), VMS_INGEST_PORT (9091), VMS_STORAGE_PORT (9092), VMS_STREAM_PORT (9094), VMS_STREAM_UDP_PORT (8443, UDP, of WebRTC’s media). With --json every line is a JSON document, at a terminal too.',
      'Portas, quando o vms.yaml não define outras: VMS_GATEWAY_PORT (8080), VMS_API_PORT (9095), VMS_INGEST_PORT (9091), VMS_STORAGE_PORT (9092), VMS_STREAM_PORT (9094), VMS_STREAM_UDP_PORT (8443, UDP, do vídeo por WebRTC). Com --json cada linha é um documento JSON, também no terminal.',
    ),
    arguments: [],
    options: {
      demo: {
        type: 'boolean',
        help: text(
          'with a new data directory: a demo camera, fed by a simulator',
          'com uma pasta de dados nova: uma câmera de demonstração, alimentada por um simulador',
        ),
      },
    },
    examples: [
      {
        line: 'vms start --data /srv/vms',
        help: text('keeps everything in /srv/vms', 'guarda tudo em /srv/vms'),
      },
      {
        line: 'vms start --demo',
        help: text('first steps without a camera', 'primeiros passos sem câmera'),
      },
    ],
  },
  run: {
    summary: text(
      'runs some services in this process (vms start does it for you)',
      'executa alguns serviços neste processo (vms start faz isso por você)',
    ),
    arguments: [],
    options: {
      services: {
        type: 'string',
        value: 'A,B',
        help: text(
          `which: ${SERVICE_NAMES.join(', ')}`,
          `quais deles: ${SERVICE_NAMES.join(', ')}`,
        ),
      },
      'demo-url': {
        type: 'string',
        value: 'URL',
        hidden: true,
        help: text(
          'where the simulator of the demo camera is; said by vms start',
          'onde está o simulador da câmera de demonstração; dito por vms start',
        ),
      },
    },
    examples: [
      {
        line: 'vms run --services ingest,storage',
        help: text(
          'takes cameras in and records them, without page and API',
          'recebe e grava as câmeras, sem página e sem API',
        ),
      },
    ],
  },
  status: {
    summary: text(
      'services, cameras, volumes and what needs attention, on one screen',
      'serviços, câmeras, volumes e o que pede atenção, em uma tela',
    ),
    details: text(
      'Ends with exit code 1 where something needs attention.',
      'Termina com código de saída 1 se algo pedir atenção.',
    ),
    arguments: [],
    options: {},
    examples: [
      { line: 'vms status', help: text('how the system is now', 'como o sistema está agora') },
      { line: 'vms status --json', help: text('for a monitor', 'para um monitor') },
    ],
  },
  doctor: {
    summary: text(
      'looks at the machine: what would keep cameras from being recorded and seen, and what to do',
      'examina a máquina: o que impediria de gravar e ver as câmeras, e o que fazer',
    ),
    details: text(
      'Node, programs, data directory, free space, speed and reliability of each volume (64 MB are written and removed again), ports, certificate, clock, firewall. Works while the system runs and while it is stopped. Ends with exit code 1 where something is bad.',
      'Node, programas, pasta de dados, espaço livre, velocidade e confiabilidade de cada volume (64 MB são gravados e removidos), portas, certificado, relógio, firewall. Funciona com o sistema em execução e com ele parado. Termina com código de saída 1 se algo estiver ruim.',
    ),
    arguments: [],
    options: {},
    examples: [
      { line: 'vms doctor', help: text('before the first start', 'antes do primeiro início') },
      {
        line: 'vms doctor --json',
        help: text('the same for a program', 'o mesmo para um programa'),
      },
    ],
  },
  version: {
    summary: text('the version of vms and of its Node', 'a versão do vms e do seu Node'),
    arguments: [],
    options: {},
    examples: [
      { line: 'vms version', help: text('shows both', 'mostra as duas') },
      {
        line: 'vms version --json',
        help: text('the same for a program', 'o mesmo para um programa'),
      },
    ],
  },
  help: {
    summary: text('this list, or the help of a command', 'esta lista, ou a ajuda de um comando'),
    arguments: [
      {
        name: text('COMMAND', 'COMANDO'),
        help: text('a command, such as start', 'um comando, como start'),
        optional: true,
        repeated: true,
      },
    ],
    options: {},
    examples: [
      {
        line: 'vms help start',
        help: text('options and examples of vms start', 'opções e exemplos de vms start'),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
