import { openSecrets } from '@vms/auth/secrets.ts';
import type { Bus } from '@vms/bus/bus.ts';
import { BusError } from '@vms/bus/bus-error.ts';
import { type BusHub, startBusHub } from '@vms/bus/hub.ts';
import { connectBus } from '@vms/bus/local-bus.ts';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf, VmsError } from '@vms/common/errors.ts';
import type { Service } from '@vms/common/lifecycle.ts';
import type { Logger } from '@vms/common/logger.ts';
import { createLogger, LogThreshold } from '@vms/telemetry/logger.ts';
import { EXIT, exitCodeOf } from '../cli-error.ts';
import type { Invocation } from '../command-line/commands.ts';
import type { CommandContext } from '../command-line/context.ts';
import { readServices } from '../command-line/parse.ts';
import { openDataDirectory } from '../config/data-directory.ts';
import { makeRunDirectory } from '../config/run-directory.ts';
import { toldError } from '../language/told-error.ts';
import { onLauncherMessage, tellLauncher } from '../launcher/child-message.ts';
import { onStopSignals } from '../launcher/stop-signals.ts';
import { findInstallation, type Installation } from './installation.ts';
import { type MadeService, makeService, watchDemoCamera } from './make-service.ts';
import { tellFirstPassword } from './system/first-words.ts';

/** Milliseconds that services have to close what they opened; then the process leaves anyway. */
const STOP_TIMEOUT_MS = 12_000;

/**
 * `vms run --services a,b`: runs services in this process until it is told to stop, or until the
 * hub of the bus is gone, which is how it notices that its launcher died.
 */
export async function run(invocation: Invocation<'run'>, context: CommandContext): Promise<number> {
  const isLaunched = process.send !== undefined;
  const finished = Promise.withResolvers<string>();
  const stopListening = onStopSignals(process, systemClock, {
    stop: (signal) => finished.resolve(signal),
    force: () => process.exit(EXIT.failure),
  });
  try {
    return await runServices(invocation, context, finished);
  } catch (error) {
    if (!isLaunched || !(error instanceof VmsError)) throw error;
    const exitCode = exitCodeOf(error);
    const { message } = toldError(error, context.terminal.language);
    await tellLauncher({ type: 'failed', message, exitCode });
    return exitCode;
  } finally {
    stopListening();
  }
}

async function runServices(
  { options }: Invocation<'run'>,
  { environment, terminal, output }: CommandContext,
  finished: PromiseWithResolvers<string>,
): Promise<number> {
  const names = readServices(options.services);
  const installation = findInstallation({ ...options, demoUrl: options['demo-url'] }, environment);
  const { configuration, run: runDirectory } = installation;
  const level = new LogThreshold(configuration.log.level);
  const logger = createLogger({ service: names.join('+'), level });
  makeRunDirectory(runDirectory);
  const data = openDataDirectory(installation.dataDirectory);
  const secrets = await openSecrets(data.secrets);
  const { bus, hub } = await joinBus(installation, logger);
  const services: Service[] = [];
  const reconfigure: MadeService['reconfigure'][] = [];
  const stopHearing = onLauncherMessage(() => {
    try {
      const { configuration: next } = findInstallation(options, environment);
      level.level = next.log.level;
      for (const take of reconfigure) take(next);
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'The changed configuration cannot be read.');
    }
  });
  try {
    void bus.closed.then(() => finished.resolve('the end of the bus'));
    const context = {
      ...{ installation, data, secrets, bus, level },
      announce: (text: string, password: string) => announce(text, password, { terminal, output }),
    };
    for (const name of names) {
      const made = await makeService(name, context);
      services.push(made.service);
      reconfigure.push(made.reconfigure);
      await made.service.start();
    }
    if (names.includes('api')) await watchDemoCamera(context);
    await tellLauncher({ type: 'ready' });
    const why = await finished.promise;
    logger.info({ why }, 'Stopping.');
    return EXIT.ok;
  } finally {
    stopHearing();
    await stopAll(services, logger);
    await bus.close();
    await hub?.close();
  }
}

/** Under a launcher its hub; else the hub of whoever came first, which may be this process. */
async function joinBus(
  { run: { busSocket: path } }: Installation,
  logger: Logger,
): Promise<{ bus: Bus; hub: BusHub | undefined }> {
  const options = { path, clock: systemClock, logger };
  let hub: BusHub | undefined;
  if (process.send === undefined) {
    try {
      hub = await startBusHub(options);
    } catch (error) {
      if (!(error instanceof BusError) || error.code !== 'bus.already-running') throw error;
    }
  }
  return { bus: await connectBus(options), hub };
}

async function announce(
  text: string,
  password: string,
  { terminal, output }: Pick<CommandContext, 'terminal' | 'output'>,
): Promise<void> {
  if (process.send === undefined) tellFirstPassword(password, terminal, output);
  else await tellLauncher({ type: 'announce', text, password });
}

/** The last started first, each within what is left of the time for all. */
async function stopAll(services: readonly Service[], logger: Logger): Promise<void> {
  const timer = systemClock.after(STOP_TIMEOUT_MS, () => {
    logger.error({ afterMs: STOP_TIMEOUT_MS }, 'Closing takes too long; the process leaves.');
    process.exit(EXIT.failure);
  });
  for (const service of [...services].reverse()) {
    try {
      await service.stop();
    } catch (error) {
      logger.error({ service: service.name, error: messageOf(error) }, 'It did not stop cleanly.');
    }
  }
  timer.cancel();
}
