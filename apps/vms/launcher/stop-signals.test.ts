import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { onStopSignals, SAME_WISH_MS } from './stop-signals.ts';

function listen() {
  const source = new EventEmitter();
  const clock = new ManualClock();
  const wishes: string[] = [];
  const stopListening = onStopSignals(source, clock, {
    stop: (signal) => wishes.push(`stop ${signal}`),
    force: (signal) => wishes.push(`force ${signal}`),
  });
  const send = (signal: string) => source.emit(signal, signal);
  return { source, clock, wishes, send, stopListening };
}

test('a Ctrl-C that arrives twice is one wish', () => {
  const { clock, wishes, send } = listen();
  send('SIGINT');
  clock.advance(SAME_WISH_MS - 1);
  send('SIGINT');
  assert.deepEqual(wishes, ['stop SIGINT']);
});

test('a later one forces, whatever the signal', () => {
  const { clock, wishes, send } = listen();
  send('SIGTERM');
  clock.advance(SAME_WISH_MS);
  send('SIGINT');
  assert.deepEqual(wishes, ['stop SIGTERM', 'force SIGINT']);
});

test('listens no longer than asked', () => {
  const { source, stopListening } = listen();
  stopListening();
  assert.deepEqual(source.eventNames(), []);
});

test('SIGHUP of a service manager reads the configuration again, and stops nothing', () => {
  const source = new EventEmitter();
  const wishes: string[] = [];
  const tell = (wish: string) => () => void wishes.push(wish);
  const handlers = { stop: tell('stop'), force: tell('force'), reload: tell('reload') };
  onStopSignals(source, new ManualClock(), handlers);
  for (const signal of ['SIGHUP', 'SIGHUP', 'SIGTERM']) source.emit(signal, signal);
  assert.deepEqual(wishes, ['reload', 'reload', 'stop']);
});
