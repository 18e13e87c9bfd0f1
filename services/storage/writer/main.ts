import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { VOLUME_IDENTITY_FILE } from '@vms/format/paths.ts';
import { parseVolumeIdentity } from '@vms/format/volume-identity.ts';
import { MAX_COALESCE_MS, WRITER_QUEUE_BYTES } from '@vms/medialink/bounds.ts';
import { connectFrames } from '@vms/medialink/frame-client.ts';
import type { LinkAddress } from '@vms/medialink/frame-server.ts';
import type { FrameSource } from '@vms/medialink/frame-source.ts';
import { createLogger, LOG_LEVELS } from '@vms/telemetry/logger.ts';
import { systemDisk } from '../disk/disk.ts';
import { chainKey } from '../recovery/newest-runs.ts';
import { recoverVolume } from '../recovery/recover-volume.ts';
import { StorageError } from '../storage-error.ts';
import { openAckLedger } from './ack-ledger.ts';
import { RETRY_LONGEST_MS, STOP_FLUSH_MS, STOP_TIMEOUT_MS } from './bounds.ts';
import type { ControlMessage, WriterMessage } from './control-messages.ts';
import { describeDiskError, diskFailureOf } from './disk-failure.ts';
import { roundMsOf } from './rounds.ts';
import { BEAT_MS, VOLUME_IN_USE, VolumeClaim } from './volume-claim.ts';
import { fdatasyncEach, syncfsLoop } from './volume-sync.ts';
import { VolumeWriter } from './volume-writer.ts';

const ALIVE_MS = 1_000;

/**
 * The writer process of one volume: `main.ts --volume <path> --frames <socket path or host:port>`,
 * forked by storage under `flock` on the volume's lock file. Owns no port. Leaves, with its files
 * closed, when storage says so or when the channel to storage ends.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      volume: { type: 'string' },
      frames: { type: 'string' },
      token: { type: 'string' },
      'ack-ledger': { type: 'string' },
      'log-level': { type: 'string', default: 'info' },
    },
  });
  const { volume, frames } = values;
  if (volume === undefined || frames === undefined || process.send === undefined) {
    throw new Error('This process is started by the storage service.');
  }
  const level = LOG_LEVELS.find((name) => name === values['log-level']) ?? 'info';
  const logger = createLogger({ service: 'writer', level });
  const identity = parseVolumeIdentity(
    readFileSync(join(volume, VOLUME_IDENTITY_FILE), 'utf8'),
    volume,
  );
  const sync =
    identity.sync === 'syncfs'
      ? syncfsLoop(join(volume, VOLUME_IDENTITY_FILE))
      : fdatasyncEach(systemDisk);
  const ledger =
    values['ack-ledger'] === undefined ? undefined : openAckLedger(values['ack-ledger']);
  let writer: VolumeWriter | undefined;
  let source: FrameSource | undefined;
  let linkUp = false;

  let claim: VolumeClaim | undefined;
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

  /** Ends the wait of `take`. */
  let wake = (): void => {};

  /** As soon as it can be written: where the volume is full, storage makes room meanwhile. */
  const take = async (taken: VolumeClaim): Promise<void> => {
    for (;;) {
      try {
        await taken.take();
        return;
      } catch (error) {
        if (isInUse(error) || stopping !== undefined) throw error;
        const state = diskFailureOf(error) === 'full' ? 'full' : 'failing';
        const isExplained = error instanceof StorageError;
        const detail = isExplained ? error.message : describeDiskError(error);
        send({ type: 'state', state, detail });
        await new Promise<void>((resolve) => {
          wake = resolve;
          systemClock.after(RETRY_LONGEST_MS, resolve);
        });
        if (stopping !== undefined) throw error;
      }
    }
  };

  /** Another system writes to the volume: what it writes must not be disturbed. */
  const giveWay = async (error: unknown): Promise<never> => {
    logger.error({ volume }, messageOf(error));
    await sendAndWait({ type: 'state', state: 'in-use', detail: messageOf(error) });
    process.exit(VOLUME_IN_USE);
  };

  /** A record that cannot be read for once says nothing: the next beat looks again. */
  const beat = (make: () => void): void => {
    if (stopping !== undefined) return;
    try {
      make();
    } catch (error) {
      if (isInUse(error)) throw error;
      logger.debug({ volume, error }, 'The owner of the volume could not be read.');
    }
  };

  const start = async (message: Extract<ControlMessage, { type: 'start' }>): Promise<void> => {
    const self = { ...message.system, bootId, pid: process.pid };
    const taken = new VolumeClaim({ volume, self, clock: systemClock });
    claim = taken;
    await take(taken);
    setInterval(() => {
      try {
        beat(() => taken.beat());
      } catch (error) {
        void giveWay(error);
      }
    }, BEAT_MS);
    const recovered = await recoverVolume({
      disk: systemDisk,
      volume,
      sync,
      clock: systemClock,
      logger,
      openRuns: message.openRuns,
      onProgress: () => beat(() => taken.beatWhenDue()),
    });
    // Recovery may have taken long: nothing is recorded before it is sure that the volume is still ours.
    taken.beat();
    const { summary, runs, gone } = recovered;
    send({ type: 'ready', recovery: summary, runs, gone });
    source = connectFrames({
      address: addressOf(frames),
      clock: systemClock,
      logger,
      queueBytes: WRITER_QUEUE_BYTES,
      // Every round asks for them before it begins.
      coalesceMs: MAX_COALESCE_MS,
      ...(values.token !== undefined && { token: values.token }),
      onLink: (up) => {
        linkUp = up;
      },
    });
    writer = new VolumeWriter({
      volume,
      roundMs: roundMsOf(identity.tickMs),
      bootId,
      disk: systemDisk,
      sync,
      source,
      clock: systemClock,
      random: randomBytes,
      logger,
      chainOf: (camera, stream) => recovered.chains.get(chainKey(camera, stream)),
      send,
      ...(ledger !== undefined && { ledger }),
    });
    writer.assign(message.streams);
  };

  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= (async () => {
      // A hung disk must not keep the process: what is not closed is recovered at the next start.
      setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
      // What ingest holds back for us is ours to record.
      await Promise.race([source?.flush(), delay(STOP_FLUSH_MS)]);
      source?.pause();
      wake();
      await started;
      await writer?.stop();
      source?.close();
      claim?.release();
      sync.close();
      ledger?.close();
      await sendAndWait({ type: 'stopped' });
      process.exit(0);
    })();
    return stopping;
  };

  let started: Promise<void> | undefined;
  process.on('message', (message: ControlMessage) => {
    if (message.type === 'start') {
      started ??= start(message).catch((error: unknown) => {
        if (isInUse(error)) return giveWay(error);
        if (stopping !== undefined) return;
        logger.error({ error }, 'The volume could not be recovered.');
        process.exit(1);
      });
    } else if (message.type === 'assign') writer?.assign(message.streams);
    else if (message.type === 'retry') {
      wake();
      writer?.retry();
    } else if (message.type === 'stop') void stop();
  });
  process.on('disconnect', () => void stop());
  process.on('SIGTERM', () => void stop());
  // A terminal's Ctrl-C reaches every process of the group; the launcher stops them in order.
  process.on('SIGINT', () => {});
  setInterval(() => {
    send({ type: 'alive', pendingBytes: writer?.pendingBytes ?? 0, linkUp });
  }, ALIVE_MS);
}

function isInUse(error: unknown): boolean {
  return error instanceof StorageError && error.code === 'storage.volume-in-use';
}

function sendAndWait(message: WriterMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

function send(message: WriterMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

/** `host:port`, or the path of a Unix socket. */
function addressOf(text: string): LinkAddress {
  const match = /^\[?([^/]*?)\]?:(\d{1,5})$/.exec(text);
  if (match?.[1] !== undefined && match[2] !== undefined) {
    return { host: match[1], port: Number(match[2]) };
  }
  return { path: text };
}

main().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(1);
});
