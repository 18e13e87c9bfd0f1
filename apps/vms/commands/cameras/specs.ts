import type { CommandSpec, OptionSpec } from '../../command-line/spec.ts';
import { text } from '../../language/text.ts';

const SIGN_IN = {
  user: {
    type: 'string',
    value: text('USER', 'USUÁRIO'),
    help: text(
      'user name at the camera; its password is asked for where --password-file is not given',
      'usuário da câmera; a senha é perguntada se --password-file não for informado',
    ),
  },
  'password-file': {
    type: 'string',
    value: text('FILE', 'ARQUIVO'),
    help: text(
      'file whose first line is the password; - is standard input',
      'arquivo cuja primeira linha é a senha; - é a entrada padrão',
    ),
  },
} as const satisfies Record<string, OptionSpec>;

const ADDRESS = {
  type: 'string',
  value: text('ADDRESS', 'ENDEREÇO'),
  help: text(
    'name or IP address alone: the paths of many makers are tried',
    'só o nome ou o endereço IP: os caminhos de muitos fabricantes são tentados',
  ),
} as const satisfies OptionSpec;

const CAMERA = {
  name: text('CAMERA', 'CÂMERA'),
  help: text('its name or its id', 'o nome ou o id dela'),
} as const;

export const CAMERA_COMMANDS = {
  'cameras list': {
    summary: text('the cameras and how they are', 'as câmeras e como estão'),
    arguments: [],
    options: {},
    examples: [
      {
        line: 'vms cameras list',
        help: text('name, state, video, address', 'nome, estado, vídeo, endereço'),
      },
      {
        line: 'vms cameras list --json',
        help: text('everything that is known of them', 'tudo o que se sabe delas'),
      },
    ],
  },
  'cameras add': {
    summary: text('tests a camera and adds it', 'testa uma câmera e a adiciona'),
    details: text(
      'A camera that does not work is not added, unless --force says so. Passwords are stored sealed; give them by a file, by standard input, or when asked, never in the command line.',
      'Uma câmera que não funciona não é adicionada, a não ser com --force. Senhas são guardadas cifradas; informe-as por arquivo, pela entrada padrão ou quando perguntado, nunca na linha de comando.',
    ),
    arguments: [
      {
        name: text('NAME', 'NOME'),
        help: text('what you call it, for instance Gate', 'como você a chama, por exemplo Portão'),
      },
    ],
    options: {
      address: ADDRESS,
      url: {
        type: 'string',
        value: 'URL',
        help: text(
          'its rtsp:// or rtsps:// address, where you know it',
          'o endereço rtsp:// ou rtsps:// dela, se você o conhece',
        ),
      },
      'sub-url': {
        type: 'string',
        value: 'URL',
        help: text('address of its small stream', 'endereço do fluxo secundário'),
      },
      ...SIGN_IN,
      'retention-days': {
        type: 'string',
        value: text('DAYS', 'DIAS'),
        help: text('how long recordings are kept', 'por quantos dias as gravações são mantidas'),
      },
      force: {
        type: 'boolean',
        help: text(
          'adds it even if it does not work now',
          'adiciona mesmo que ela não funcione agora',
        ),
      },
    },
    examples: [
      {
        line: text(
          "vms cameras add 'Front gate' --address 192.168.1.20 --user admin",
          "vms cameras add 'Portão' --address 192.168.1.20 --user admin",
        ),
        help: text(
          'finds main and sub stream by itself; asks for the password',
          'encontra sozinho os fluxos principal e secundário; pergunta a senha',
        ),
      },
      {
        line: text(
          'vms cameras add Yard --url rtsp://192.168.1.21/stream1 --user admin --password-file - < secret.txt',
          'vms cameras add Pátio --url rtsp://192.168.1.21/stream1 --user admin --password-file - < senha.txt',
        ),
        help: text('for scripts', 'para scripts'),
      },
    ],
  },
  'cameras test': {
    summary: text(
      'says in plain words what a camera sends, and what to change in it',
      'diz em palavras simples o que uma câmera envia e o que mudar nela',
    ),
    arguments: [
      {
        name: text('CAMERA', 'CÂMERA'),
        help: text(
          'name or id of a saved camera, or an rtsp:// address',
          'nome ou id de uma câmera salva, ou um endereço rtsp://',
        ),
        optional: true,
      },
    ],
    options: { address: ADDRESS, ...SIGN_IN },
    examples: [
      {
        line: text("vms cameras test 'Front gate'", "vms cameras test 'Portão'"),
        help: text('a saved camera', 'uma câmera salva'),
      },
      {
        line: 'vms cameras test --address 192.168.1.20 --user admin',
        help: text('one that is not saved yet', 'uma que ainda não está salva'),
      },
    ],
  },
  'cameras import': {
    summary: text(
      'adds the cameras of a CSV file; can be tried first, and repeated',
      'adiciona as câmeras de um arquivo CSV; pode ser simulado antes, e repetido',
    ),
    details: text(
      'The first line names the columns, of which name and either url or address are needed: name, url, address, user, password, sub url, retention days, enabled (yes or no), time zone. Values are separated by commas or semicolons; UTF-8, UTF-16 and Windows-1252 are read. Each camera is tested, and added if it works. Each row that is wrong or does not work is told with its line and what to do, and the others are imported. Cameras that already exist are skipped, so that it can be run again.',
      'A primeira linha dá nome às colunas, das quais são necessárias nome e url ou endereço: nome, url, endereço, usuário, senha, fluxo secundário, dias de retenção, ativa (sim ou não), fuso horário. Os valores são separados por vírgula ou ponto e vírgula; UTF-8, UTF-16 e Windows-1252 são lidos. Cada câmera é testada, e adicionada se funciona. Cada linha errada ou que não funciona é mostrada com seu número e o que fazer, e as outras são importadas. Câmeras que já existem são puladas, de modo que pode ser executado de novo.',
    ),
    arguments: [{ name: text('FILE', 'ARQUIVO'), help: text('a CSV file', 'um arquivo CSV') }],
    options: {
      'dry-run': {
        type: 'boolean',
        help: text(
          'changes nothing: asks each camera and says what it sends',
          'não muda nada: consulta cada câmera e diz o que ela envia',
        ),
      },
      'no-test': {
        type: 'boolean',
        help: text(
          'adds rows with a full URL as they are; an address alone is searched all the same',
          'adiciona linhas com URL completa como estão; um endereço sozinho é procurado mesmo assim',
        ),
      },
    },
    examples: [
      {
        line: 'vms cameras import cameras.csv --dry-run',
        help: text('tests every row first', 'testa cada linha antes'),
      },
      {
        line: 'vms cameras import cameras.csv',
        help: text('tests and adds them', 'testa e adiciona as câmeras'),
      },
    ],
  },
  'cameras remove': {
    summary: text(
      'removes a camera; its recordings are kept',
      'remove uma câmera; as gravações são mantidas',
    ),
    arguments: [CAMERA],
    options: {
      'delete-recordings': {
        type: 'boolean',
        help: text(
          'deletes what was recorded of it, for good',
          'exclui o que foi gravado dela, para sempre',
        ),
      },
      yes: {
        type: 'boolean',
        help: text('does not ask', 'não pergunta'),
      },
    },
    examples: [
      {
        line: text("vms cameras remove 'Front gate'", "vms cameras remove 'Portão'"),
        help: text('asks before it does', 'pergunta antes'),
      },
      {
        line: 'vms cameras remove cam_abcdefghijklmnop --delete-recordings --yes',
        help: text('for scripts', 'para scripts'),
      },
    ],
  },
} as const satisfies Record<string, CommandSpec>;
