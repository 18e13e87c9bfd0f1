/** What the tests need of the system, by Debian's and Ubuntu's package names. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findInPath, run } from './installation.mjs';

/** Exit code where the tests cannot run for want of packages. */
export const MISSING_PACKAGES_EXIT_CODE = 2;

const LIBRARY_FOLDERS = ['/usr/lib', '/usr/lib64'];

/**
 * Package, and what it brings: programs (any one of them will do), or files under a library folder,
 * in the folder of the architecture or outside.
 */
export const TEST_PACKAGES = [
  { name: 'ca-certificates', files: ['/etc/ssl/certs'] },
  { name: 'git', programs: ['git'] },
  { name: 'curl', programs: ['curl'] },
  { name: 'jq', programs: ['jq'] },
  { name: 'ffmpeg', programs: ['ffmpeg'] },
  { name: 'chromium', programs: ['chromium', 'chromium-browser', 'google-chrome'] },
  { name: 'mkvtoolnix', programs: ['mkvinfo'] },
  { name: 'util-linux', programs: ['flock'] },
  { name: 'bsdutils', programs: ['script'] },
  { name: 'mount', programs: ['losetup'] },
  { name: 'systemd', programs: ['systemd-analyze'] },
  { name: 'e2fsprogs', programs: ['mkfs.ext4'] },
  { name: 'procps', programs: ['ps'] },
  { name: 'python3-gi', libraries: ['python3/dist-packages/gi/__init__.py'] },
  { name: 'gir1.2-gst-rtsp-server-1.0', libraries: ['girepository-1.0/GstRtspServer-1.0.typelib'] },
  { name: 'gstreamer1.0-plugins-base', libraries: ['gstreamer-1.0/libgstvideotestsrc.so'] },
  { name: 'gstreamer1.0-plugins-good', libraries: ['gstreamer-1.0/libgstrtp.so'] },
  { name: 'gstreamer1.0-plugins-bad', libraries: ['gstreamer-1.0/libgstvideoparsersbad.so'] },
  { name: 'gstreamer1.0-nice', libraries: ['gstreamer-1.0/libgstnice.so'] },
  { name: 'gir1.2-gst-plugins-bad-1.0', libraries: ['girepository-1.0/GstWebRTC-1.0.typelib'] },
  { name: 'gstreamer1.0-plugins-ugly', libraries: ['gstreamer-1.0/libgstx264.so'] },
];

/** Programs of an administrator, which the PATH of others may lack. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];

/** Names of the packages that are missing. */
export function missingPackages(packages = TEST_PACKAGES, path = process.env.PATH ?? '') {
  const search = [path, ...SYSTEM_FOLDERS].join(':');
  return packages.filter((each) => !isPresent(each, search)).map((each) => each.name);
}

function isPresent({ programs, libraries, files }, path) {
  if (programs !== undefined) return programs.some((each) => findInPath(each, path) !== undefined);
  if (files !== undefined) return files.every((each) => existsSync(each));
  return libraries.every((each) => librariesHave(each));
}

function librariesHave(file) {
  return LIBRARY_FOLDERS.some((folder) => {
    if (existsSync(join(folder, file))) return true;
    if (!existsSync(folder)) return false;
    return readdirSync(folder)
      .filter((each) => each.endsWith('-linux-gnu'))
      .some((each) => existsSync(join(folder, each, file)));
  });
}

/** The command that installs packages, for a person or for root. */
export function aptLine(names) {
  return `apt-get install -y --no-install-recommends ${names.join(' ')}`;
}

/**
 * Installs what is missing where it may; otherwise says how. Resolves with 0 where everything is
 * there, else with an exit code.
 */
export async function ensureSystemPackages({
  missing = missingPackages,
  isRoot = process.getuid?.() === 0,
  hasApt = findInPath('apt-get') !== undefined,
  execute = run,
  say = (line) => console.error(line),
} = {}) {
  const absent = missing();
  if (absent.length === 0) return 0;
  if (!isRoot || !hasApt) {
    say(`The tests need packages that are missing: ${absent.join(', ')}. Nothing was run.`);
    say(hasApt ? 'Install them, then run npm test again:' : 'On Debian or Ubuntu they come by:');
    say(`  sudo ${aptLine(absent)}`);
    return MISSING_PACKAGES_EXIT_CODE;
  }
  say(`Installing what the tests need: ${absent.join(', ')} …`);
  const options = {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 2, 2],
  };
  await execute('apt-get', ['update', '-q'], options);
  await execute('apt-get', aptLine(absent).split(' ').slice(1), options);
  const still = missing();
  if (still.length === 0) return 0;
  say(`These packages could not be installed: ${still.join(', ')}. Nothing was run.`);
  say(`  ${aptLine(still)}`);
  return MISSING_PACKAGES_EXIT_CODE;
}
