import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Language } from '../../../apps/vms/language/text.ts';
import { runVms } from '../../system/vms-command.ts';
import { assertSpoken, LANGUAGES } from './spoken.ts';

/** Something that keeps the system from starting. */
interface BadStart {
  readonly what: string;
  readonly code: string;
  /** 2: what was written is wrong; 1: the machine will not. */
  readonly exit: 1 | 2;
  /** Files of the data directory, by name; none: it is not there yet. */
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: (world: {
    readonly portInUse: number;
    readonly aFile: string;
  }) => NodeJS.ProcessEnv;
  readonly says: Readonly<Record<Language, readonly RegExp[]>>;
}

const BAD_STARTS: readonly BadStart[] = [
  {
    what: 'a data directory of a newer version',
    code: 'data.newer-version',
    exit: 1,
    files: { 'version.json': '{"format":99,"writtenBy":"9.9.9"}' },
    says: {
      en: [/newer version of vms \(9\.9\.9/, /Nothing in it was touched/, /Start the newer/],
      'pt-BR': [/versão mais nova do vms \(9\.9\.9/, /Nada nela foi alterado/, /Inicie de novo/],
    },
  },
  {
    what: 'a data directory that holds something else',
    code: 'data.damaged',
    exit: 1,
    files: { 'version.json': '{"format":' },
    says: {
      en: [
        /does not hold what vms wrote/,
        /Nothing in the data directory was touched/,
        /from a copy/,
      ],
      'pt-BR': [
        /não contém o que o vms escreveu/,
        /Nada na pasta de dados foi alterado/,
        /de uma cópia/,
      ],
    },
  },
  {
    what: 'a file where the data directory should be',
    code: 'data.unusable',
    exit: 1,
    environment: ({ aFile }) => ({ VMS_DATA_DIR: aFile }),
    says: {
      en: [/cannot be used: a file of this name is in the way \(EEXIST\)/, /VMS_DATA_DIR/],
      'pt-BR': [/não pode ser usada: um arquivo com este nome está no caminho/, /VMS_DATA_DIR/],
    },
  },
  {
    what: 'a port in use',
    code: 'launcher.port-in-use',
    exit: 1,
    environment: ({ portInUse }) => ({ VMS_API_PORT: String(portInUse) }),
    says: {
      en: [/In use by another program: port \d+/, /Nothing was started/, /VMS_API_PORT/],
      'pt-BR': [/Em uso por outro programa: porta \d+/, /Nada foi iniciado/, /VMS_API_PORT/],
    },
  },
  {
    what: 'a port that is none',
    code: 'cli.usage',
    exit: 2,
    environment: () => ({ VMS_GATEWAY_PORT: 'many' }),
    says: {
      en: [/VMS_GATEWAY_PORT is “many”, which is no port/, /from 1 to 65535/],
      'pt-BR': [/VMS_GATEWAY_PORT é “many”, que não é uma porta/, /de 1 a 65535/],
    },
  },
  {
    what: 'an unknown key in vms.yaml',
    code: 'config.invalid',
    exit: 2,
    files: { 'vms.yaml': 'gateway:\n  prot: 80\n' },
    says: {
      en: [/gateway\.prot \(line 2\) is unknown/, /Nothing was started/, /gateway\.port\?/],
      'pt-BR': [/nada foi iniciado/, /Corrija .* a chave/, /gateway\.prot \(line 2\)/],
    },
  },
  {
    what: 'a vms.yaml that is no YAML',
    code: 'config.syntax',
    exit: 2,
    files: { 'vms.yaml': 'gateway:\n\tport: 80\n' },
    says: {
      en: [/not valid YAML at line 2/, /Correct that line/],
      'pt-BR': [/não é YAML válido/, /Corrija a linha/, /line 2/],
    },
  },
  {
    what: 'a variable that nobody set',
    code: 'config.variable-missing',
    exit: 2,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what vms.yaml fills in.
    files: { 'vms.yaml': 'storage:\n  dataPath: ${VMS_NOBODY_SET_ME}\n' },
    says: {
      en: [/VMS_NOBODY_SET_ME/],
      'pt-BR': [/Falta uma variável de ambiente/, /Defina/, /VMS_NOBODY_SET_ME/],
    },
  },
];

let folder: string;
let taken: Server;

describe('what keeps the system from starting, in both languages', () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vms-bad-start-'));
    writeFileSync(join(folder, 'a-file'), '');
    taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
  });

  after(() => {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  });

  BAD_STARTS.forEach(({ what, code, exit, files = {}, environment, says }, at) => {
    it(`${what}: ${code}`, async () => {
      const data = join(folder, String(at));
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(data, { recursive: true });
        writeFileSync(join(data, name), text);
      }
      const { port: portInUse } = taken.address() as AddressInfo;
      const variables = environment?.({ portInUse, aFile: join(folder, 'a-file') });
      const start = (...args: string[]) =>
        runVms(['start', ...args], { environment: { VMS_DATA_DIR: data, ...variables } });
      const { json, stderr } = await start('--json');
      assert.equal(json.error.code, code, stderr);
      for (const language of LANGUAGES) {
        const told = await start('--lang', language);
        assertSpoken(told.stderr, language, says[language]);
        assert.equal(told.stderr.trimEnd().split('\n').length, 1, told.stderr);
        assert.equal(told.code, exit);
      }
      // Nothing was made beside what was there.
      for (const made of ['secrets', 'api', 'storage']) {
        assert.equal(existsSync(join(data, made)), false);
      }
    });
  });
});
