import { join } from 'node:path';
import { openSecrets } from '@vms/auth/secrets.ts';
import { systemClock } from '@vms/common/clock.ts';
import { VERSION } from '@vms/common/version.ts';
import { HttpError } from '@vms/http/http-error.ts';
import { MAX_READS_PER_VOLUME } from '@vms/storage/playback/read-gate.ts';
import { createLogger } from '@vms/telemetry/logger.ts';
import { EXIT } from '../cli-error.ts';
import type { CommandLine } from '../command-line.ts';
import type { Configuration } from '../config/configuration.ts';
import { openDataDirectory } from '../config/data-directory.ts';
import { type Environment, PORT_VARIABLES } from '../config/environment.ts';
import { makeRunDirectory } from '../config/run-directory.ts';
import { DemoCamera } from '../launcher/demo-camera.ts';
import { Launcher, type Program } from '../launcher/launcher.ts';
import type { Output } from '../launcher/log-output.ts';
import { NODE_COMMAND } from '../launcher/node-command.ts';
import { portsInUse, type WantedPort } from '../launcher/port-check.ts';
import { onStopSignals } from '../launcher/stop-signals.ts';
import { findInstallation, type Installation } from './installation.ts';
import { tellError } from './user-words.ts';

/** Threads beside those that hung volumes may keep; Node's default for everything. */
const SPARE_THREADS = 4;

const MAIN = join(import.meta.dirname, '..', 'main.ts');

/**
 * The processes of a system on one machine, in the order in which they are started; they stop in the
 * reverse, so that storage still writes what ingest has taken in.
 */
const PROCESSES = [
  { name: 'storage', services: 'storage' },
  { name: 'ingest', services: 'ingest' },
  { name: 'live', services: 'stream' },
  { name: 'control', services: 'api,gateway' },
] as const;

/** `vms start`: runs the whole system until it is told to stop; resolves with the exit code. */
export async function start(
  line: CommandLine,
  environment: Environment,
  output: Output,
): Promise<number> {
  const installation = findInstallation(line, environment);
  const { configuration, run, dataDirectory } = installation;
  const logger = createLogger({
    service: 'launcher',
    level: configuration.log.level,
    destination: { write: (text) => output.log(text.trimEnd()) },
  });
  const finished = Promise.withResolvers<number>();
  let firstPassword: string | undefined;
  makeRunDirectory(run);

  const launcher = new Launcher({
    run,
    clock: systemClock,
    logger,
    onLog: (text) => output.log(text),
    onMessage: (name, message) => {
      if (message.type === 'announce') {
        output.say(message.text);
        firstPassword = message.password;
      }
      if (message.type === 'demo-camera') demo.heard(message.exists);
      if (message.type === 'ready' && name === DemoCamera.PROCESS) demo.listens(message);
    },
    onGiveUp: (error, exitCode) => {
      tellError(error, output.say);
      finished.resolve(exitCode);
    },
  });
  const demo = new DemoCamera({ dataDirectory, launcher, logger, node: NODE_COMMAND });
  const stopListening = onStopSignals(process, systemClock, {
    stop: () => {
      output.say('Stopping: files are being closed (Ctrl-C again to force it) …');
      finished.resolve(EXIT.ok);
    },
    force: () => {
      launcher.kill();
      output.say('Stopped by force. Recordings are repaired at the next start.');
      process.exit(EXIT.failure);
    },
  });
  try {
    await launcher.open([DemoCamera.PROCESS, ...PROCESSES.map(({ name }) => name)]);
    await checkPorts(configuration);
    const data = openDataDirectory(dataDirectory);
    await openSecrets(data.secrets);
    if (data.isNew && line.demo) demo.want();
    const onReady = (): void => {
      output.say(readyText(configuration));
      if (firstPassword !== undefined) output.say(welcomeText(configuration, firstPassword));
    };
    void launchAll(launcher, demo, installation, line, onReady);
    return await finished.promise;
  } finally {
    await launcher.stop();
    stopListening();
  }
}

/** Starts everything at once; what fails is told by `onGiveUp`. */
async function launchAll(
  launcher: Launcher,
  demo: DemoCamera,
  installation: Installation,
  line: CommandLine,
  onReady: () => void,
): Promise<void> {
  const program = ({ name, services }: (typeof PROCESSES)[number]): Program => ({
    name,
    logs: true,
    command: () => [
      'env',
      `UV_THREADPOOL_SIZE=${threadPoolSize(installation.configuration)}`,
      ...NODE_COMMAND,
      MAIN,
      ...['run', '--services', services, '--data', installation.dataDirectory],
      ...(line.config === undefined ? [] : ['--config', line.config]),
      ...(name === 'control' && demo.url !== undefined ? ['--demo-url', demo.url] : []),
    ],
  });
  // The simulator comes first into the launcher's order, as the last to be stopped.
  const simulator = demo.start();
  await Promise.all(
    PROCESSES.map(async (process) => {
      // Control tells the demo camera where its simulator listens.
      if (process.name === 'control') await simulator;
      await launcher.launch(program(process));
      if (process.name === 'control') onReady();
    }),
  );
}

/**
 * Threads for files of a process: a hung volume keeps MAX_READS_PER_VOLUME of them, and playback from
 * the others must go on, as must name look-ups.
 */
function threadPoolSize({ storage }: Configuration): number {
  return storage.volumes.length * MAX_READS_PER_VOLUME + SPARE_THREADS;
}

function readyText(configuration: Configuration): string {
  return `VMS ${VERSION} is ready: ${pageAddress(configuration)}`;
}

/** The page signs in by the fragment, which browsers send to no server and we take out at once. */
function welcomeText(configuration: Configuration, firstPassword: string): string {
  return `First time here? This address signs you in and works until you choose a password: ${pageAddress(configuration)}/welcome#${firstPassword}`;
}

function pageAddress({ gateway: { host, port } }: Configuration): string {
  const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}

/** @throws HttpError `http.port-in-use` that names every port in use, before anything is started */
async function checkPorts(configuration: Configuration): Promise<void> {
  const { stream } = configuration;
  const wanted: WantedPort[] = (['ingest', 'storage', 'stream', 'api', 'gateway'] as const).map(
    (name) => {
      const { host, port } = configuration[name];
      return { host, port, key: `${name}.port`, variable: PORT_VARIABLES[name] };
    },
  );
  wanted.push({
    host: stream.udpHost,
    port: stream.udpPort,
    protocol: 'udp',
    key: 'stream.udpPort',
    variable: PORT_VARIABLES.streamUdp,
  });
  const inUse = await portsInUse(wanted);
  if (inUse.length === 0) return;
  const ports = inUse.map(
    ({ port, key, protocol }) => `${protocol === 'udp' ? 'UDP ' : ''}port ${port} (${key})`,
  );
  const hasUdp = inUse.some(({ protocol }) => protocol === 'udp');
  const hasTcp = inUse.some(({ protocol }) => protocol !== 'udp');
  const list = `ss -ln${hasTcp ? 't' : ''}${hasUdp ? 'u' : ''}p`;
  throw new HttpError('http.port-in-use', {
    happened: `In use by another program: ${ports.join(', ')}.`,
    kept: 'Nothing was started.',
    remedy: `Stop that program (${list} names it), or choose another port in vms.yaml or by ${inUse
      .map(({ variable }) => variable)
      .join(', ')}.`,
  });
}
