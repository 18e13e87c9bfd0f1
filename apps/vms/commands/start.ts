import { join } from 'node:path';
import { openSecrets } from '@vms/auth/secrets.ts';
import { systemClock } from '@vms/common/clock.ts';
import { MAX_THREADS_PER_VOLUME } from '@vms/storage/disk/volume-gate.ts';
import { createLogger, LogThreshold } from '@vms/telemetry/logger.ts';
import { CliError, EXIT } from '../cli-error.ts';
import type { Invocation } from '../command-line/commands.ts';
import type { CommandContext } from '../command-line/context.ts';
import type { Configuration } from '../config/configuration.ts';
import { ConfigurationInForce } from '../config/configuration-in-force.ts';
import { openDataDirectory } from '../config/data-directory.ts';
import { makeRunDirectory } from '../config/run-directory.ts';
import { type Language, text, translate } from '../language/text.ts';
import { DemoCamera } from '../launcher/demo-camera.ts';
import { Launcher, type Program } from '../launcher/launcher.ts';
import {
  CONTROL_NODE_COMMAND,
  LIVE_ENVIRONMENT,
  LIVE_NODE_COMMAND,
  NODE_COMMAND,
} from '../launcher/node-command.ts';
import { portsInUse } from '../launcher/port-check.ts';
import { onStopSignals } from '../launcher/stop-signals.ts';
import { wantedPorts } from '../launcher/wanted-ports.ts';
import { checkVolumeOwners } from './doctor/check-volume-owner.ts';
import { findInstallation, type Installation } from './installation.ts';
import { tellFirstPassword, tellReady } from './system/first-words.ts';
import { START_TEXTS } from './system/start-texts.ts';

/** Threads beside those that hung volumes may keep; Node's default for everything. */
const SPARE_THREADS = 4;

const MAIN = join(import.meta.dirname, '..', 'main.ts');

/**
 * The processes of a system on one machine, in the order in which they are started; they stop in the
 * reverse, so that storage still writes what ingest has taken in.
 */
const PROCESSES = [
  { name: 'storage', services: 'storage', environment: [], node: NODE_COMMAND },
  { name: 'ingest', services: 'ingest', environment: [], node: NODE_COMMAND },
  { name: 'live', services: 'stream', environment: LIVE_ENVIRONMENT, node: LIVE_NODE_COMMAND },
  { name: 'control', services: 'api,gateway', environment: [], node: CONTROL_NODE_COMMAND },
] as const;

/** `vms start`: runs the whole system until it is told to stop; resolves with the exit code. */
export async function start(
  { options }: Invocation<'start'>,
  { environment, output, terminal }: CommandContext,
): Promise<number> {
  const installation = findInstallation(options, environment);
  const { configuration, run, dataDirectory } = installation;
  const threshold = new LogThreshold(configuration.log.level);
  const logger = createLogger({
    service: 'launcher',
    level: threshold,
    destination: { write: (text) => output.log(text.trimEnd()) },
  });
  const finished = Promise.withResolvers<number>();
  let firstPassword: string | undefined;
  let isReady = false;
  makeRunDirectory(run);

  const launcher = new Launcher({
    run,
    clock: systemClock,
    logger,
    onLog: (text) => output.log(text),
    onMessage: (name, message) => {
      if (message.type === 'announce') {
        firstPassword = message.password;
        // Whoever watches finds it beside the address, below the lines of the start.
        if (!output.isWatched) tellFirstPassword(firstPassword, terminal, output);
      }
      if (message.type === 'demo-camera') demo.heard(message.exists);
      if (message.type === 'ready' && name === DemoCamera.PROCESS) demo.listens(message);
    },
    onGiveUp: (error, exitCode) => {
      terminal.fail(error);
      finished.resolve(exitCode);
    },
  });
  const demo = new DemoCamera({ dataDirectory, launcher, logger, node: NODE_COMMAND });
  const inForce = new ConfigurationInForce({
    file: installation.configurationFile,
    copy: run.configuration,
    configuration,
    clock: systemClock,
    logger,
    load: () => findInstallation(options, environment).configuration,
    onChange: ({ log }) => {
      threshold.level = log.level;
      launcher.tell({ type: 'configuration-changed' });
    },
  });
  const stopListening = onStopSignals(process, systemClock, {
    stop: () => {
      terminal.say(START_TEXTS.stopping);
      finished.resolve(EXIT.ok);
    },
    force: () => {
      launcher.kill();
      terminal.say(START_TEXTS.forced);
      process.exit(EXIT.failure);
    },
    // A terminal that is closed says SIGHUP too, and means the end.
    ...(!process.stdin.isTTY && { reload: () => inForce.look() }),
  });
  try {
    await launcher.open([DemoCamera.PROCESS, ...PROCESSES.map(({ name }) => name)]);
    await checkPorts(configuration);
    inForce.begin();
    const data = openDataDirectory(dataDirectory);
    await openSecrets(data.secrets);
    await tellVolumesInUse(configuration, terminal);
    if (data.isNew && options.demo) demo.want();
    const onReady = (): void => {
      isReady = true;
      tellReady(pageAddress(configuration), firstPassword, terminal, output);
    };
    void launchAll(launcher, demo, installation, { ...options, lang: terminal.language }, onReady);
    return await finished.promise;
  } finally {
    await launcher.stop();
    inForce.stop();
    stopListening();
    // It is made once: it is told even where nothing came of the start.
    if (output.isWatched && firstPassword !== undefined && !isReady) {
      tellFirstPassword(firstPassword, terminal, output);
    }
  }
}

/** Starts everything at once; what fails is told by `onGiveUp`. */
async function launchAll(
  launcher: Launcher,
  demo: DemoCamera,
  installation: Installation,
  options: Invocation<'start'>['options'],
  onReady: () => void,
): Promise<void> {
  const program = ({ environment, name, node, services }: (typeof PROCESSES)[number]): Program => ({
    name,
    logs: true,
    command: () => [
      'env',
      `UV_THREADPOOL_SIZE=${threadPoolSize(installation.configuration)}`,
      ...environment,
      ...node,
      MAIN,
      ...['run', '--services', services, '--data', installation.dataDirectory],
      ...['--config', installation.run.configuration],
      ...(options.lang === undefined ? [] : ['--lang', options.lang]),
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

/** Nothing is recorded to them until the other system lets go: worth telling, no reason not to start. */
async function tellVolumesInUse(
  { storage }: Configuration,
  terminal: CommandContext['terminal'],
): Promise<void> {
  for (const { text: words, remedy, values } of await checkVolumeOwners(storage, systemClock)) {
    terminal.say(words, values);
    if (remedy !== undefined) terminal.say(remedy, values);
  }
}

/**
 * Threads for files of a process: a hung volume keeps MAX_THREADS_PER_VOLUME of them, and playback from
 * the others must go on, as must name look-ups.
 */
function threadPoolSize({ storage }: Configuration): number {
  return storage.volumes.length * MAX_THREADS_PER_VOLUME + SPARE_THREADS;
}

function pageAddress({ gateway }: Configuration): string {
  const { host, pathPrefix, port, tls } = gateway;
  const scheme = tls === 'none' ? 'http' : 'https';
  const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${scheme}://${shown.includes(':') ? `[${shown}]` : shown}:${port}${pathPrefix}`;
}

/** @throws CliError `launcher.port-in-use` that names every port in use, before anything is started */
async function checkPorts(configuration: Configuration): Promise<void> {
  const inUse = await portsInUse(wantedPorts(configuration));
  if (inUse.length === 0) return;
  const portsIn = (language: Language): string =>
    inUse
      .map(({ port, key, protocol }) => {
        const named = protocol === 'udp' ? START_TEXTS.udpPort : START_TEXTS.port;
        return translate(named, language, { port, key });
      })
      .join(', ');
  const hasUdp = inUse.some(({ protocol }) => protocol === 'udp');
  const hasTcp = inUse.some(({ protocol }) => protocol !== 'udp');
  const list = `ss -ln${hasTcp ? 't' : ''}${hasUdp ? 'u' : ''}p`;
  throw new CliError('launcher.port-in-use', START_TEXTS.portInUse, {
    values: {
      ports: text(portsIn('en'), portsIn('pt-BR')),
      list,
      variables: inUse.map(({ variable }) => variable).join(', '),
    },
  });
}
