import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../system/waiting.ts';

const IMAGE_MEGABYTES = 512;
/** EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32), and its flag that leaves the journal unflushed. */
const SHUTDOWN_REQUEST = 0x8004587d;
const NO_LOG_FLUSH = 2;
/** perl is part of every Debian, and the shortest way to an ioctl. */
const SHUTDOWN_PROGRAM = `open(my $f, "<", $ARGV[0]) or die "open: $!"; my $flags = pack("I", ${NO_LOG_FLUSH}); ioctl($f, ${SHUTDOWN_REQUEST}, $flags) or die "ioctl: $!";`;

/** Why power cannot be cut here; undefined where it can. */
export function whyNoPowerCut(): string | undefined {
  if (process.getuid?.() !== 0) return 'it needs root, to mount a loop device';
  for (const tool of ['mkfs.ext4', 'mount', 'umount', 'perl']) {
    if (spawnSync('which', [tool]).status !== 0) return `${tool} is not installed`;
  }
  try {
    const volume = LoopVolume.create();
    volume.remove();
    return undefined;
  } catch (error) {
    return `no loop device can be mounted (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  }
}

/** An ext4 file system in a file, whose power can be cut: what was not flushed is gone. */
export class LoopVolume {
  /** Where it is mounted. */
  readonly path: string;
  readonly #directory: string;
  readonly #image: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.#image = join(directory, 'disk.img');
    this.path = join(directory, 'mounted');
  }

  /** A folder on it, for recordings. */
  get recordings(): string {
    return join(this.path, 'recordings');
  }

  static create(): LoopVolume {
    const volume = new LoopVolume(mkdtempSync(join(tmpdir(), 'vms-power-')));
    mkdirSync(volume.path);
    writeFileSync(volume.#image, '');
    execFileSync('truncate', ['-s', `${IMAGE_MEGABYTES}M`, volume.#image]);
    execFileSync('mkfs.ext4', ['-q', '-F', volume.#image]);
    volume.#mount();
    mkdirSync(volume.recordings);
    writeFileSync(join(volume.path, '.power'), '');
    execFileSync('sync', ['-f', volume.path]);
    return volume;
  }

  /** From this moment nothing reaches the disk any more, as when the plug is pulled. */
  cutPower(): void {
    execFileSync('perl', ['-e', SHUTDOWN_PROGRAM, join(this.path, '.power')]);
  }

  /** From this moment every write, and whatever else changes the disk, hangs. */
  freeze(): void {
    execFileSync('fsfreeze', ['--freeze', this.path]);
  }

  thaw(): void {
    spawnSync('fsfreeze', ['--unfreeze', this.path]);
  }

  /** Mounts again: the journal is replayed, as at the next boot. Every process must have let go. */
  async restorePower(): Promise<void> {
    await waitFor('the volume to be unmounted', () => {
      return spawnSync('umount', [this.path]).status === 0;
    });
    this.#mount();
  }

  remove(): void {
    // A frozen file system can be neither used nor unmounted.
    this.thaw();
    spawnSync('umount', ['-l', this.path]);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #mount(): void {
    execFileSync('mount', ['-o', 'loop', this.#image, this.path], { stdio: 'pipe' });
  }
}
