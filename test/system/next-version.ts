import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CHECKOUT = join(import.meta.dirname, '..', '..');

/**
 * Another installation of the product, in a folder of its own as an upgrade by a changed link makes one:
 * the same services behind another build of the page, in which no script has the name that it had.
 */
export class NextVersion {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static make(): NextVersion {
    const folder = mkdtempSync(join(tmpdir(), 'vms-next-'));
    const web = join(folder, 'apps', 'web', 'dist');
    for (const part of ['package.json', join('apps', 'vms'), join('apps', 'web', 'dist')]) {
      cpSync(join(CHECKOUT, part), join(folder, part), { recursive: true });
    }
    symlinkSync(join(CHECKOUT, 'node_modules'), join(folder, 'node_modules'));
    renameScripts(web);
    return new NextVersion(folder);
  }

  /** The program, to be run by Node. */
  get main(): string {
    return join(this.#folder, 'apps', 'vms', 'main.ts');
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** As if every script had changed: their names are hashes of what is in them. */
function renameScripts(web: string): void {
  const assets = join(web, 'assets');
  const names = readdirSync(assets);
  // Compressed copies hold the old names.
  for (const name of names.filter((each) => /\.(br|gz)$/.test(each))) rmSync(join(assets, name));
  rmSync(join(web, 'index.html.br'), { force: true });
  rmSync(join(web, 'index.html.gz'), { force: true });
  const scripts = names.filter((name) => name.endsWith('.js'));
  const renamed = (text: string): string =>
    scripts.reduce((sum, name) => sum.replaceAll(name, name.replace(/\.js$/, '-next.js')), text);
  for (const path of [join(web, 'index.html'), ...scripts.map((name) => join(assets, name))]) {
    writeFileSync(path, renamed(readFileSync(path, 'utf8')));
  }
  for (const name of scripts) renameSync(join(assets, name), join(assets, renamed(name)));
}
