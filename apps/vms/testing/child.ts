/** A process for the tests of the launcher; its argument says how it behaves. */
import { appendFileSync } from 'node:fs';

const [, , behaviour, file, name] = process.argv;
const send = (message: object): void => {
  process.send?.(message);
};

process.on('SIGINT', () => {});
switch (behaviour) {
  case 'works':
    process.on('SIGTERM', () => {
      if (file !== undefined)
        appendFileSync(file, `${name === undefined ? '' : `${name} `}closed\n`);
      process.exit(0);
    });
    console.log('a line');
    send({ type: 'ready' });
    setInterval(() => {}, 1000);
    break;
  case 'stubborn':
    process.on('SIGTERM', () => {});
    send({ type: 'ready' });
    setInterval(() => {}, 1000);
    break;
  case 'crashes':
    process.exit(3);
    break;
  case 'says why':
    send({ type: 'failed', message: 'The disk is missing. Mount it.', exitCode: 2 });
    process.exitCode = 2;
    break;
  case 'nonsense':
    send({ type: 'unknown' });
    process.send?.('text');
    send({ type: 'ready' });
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
    break;
}
