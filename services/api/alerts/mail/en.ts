import { day, decimal, gigabytes, type MailWords } from './words.ts';

const locale = 'en';

export const en: MailWords = {
  locale,
  alerts: {
    'acknowledgements.late': {
      title: (name) => `Disk ${name} confirms late what was recorded`,
      remedy:
        'Recording continues. Look for what else uses the disk, and at its health (smartctl).',
    },
    'camera.down': {
      title: (name) => `${name} sends no pictures`,
      remedy: 'Check its power, its network cable and its password. Nothing of it is recorded now.',
    },
    'camera.not-recording': {
      title: (name) => `${name} is not being recorded`,
      remedy: 'It sends pictures, but none reach the disk. Look at the health page and the log.',
    },
    'camera.recording-damaged': {
      title: (name) => `Recordings of ${name} were deleted or changed from outside`,
      remedy:
        'Recording continues in a new file. Find the program or person that deletes or changes files on the disk of recordings.',
    },
    'camera.undecodable': {
      title: (name) => `The recording of ${name} cannot be decoded`,
      remedy:
        'Check whether the camera encrypts its stream or needs a restart, and play a recording from today.',
    },
    'certificate.expired': {
      title: (_name, { expiresAt }) => `The certificate expired on ${day(expiresAt, locale)}`,
      remedy:
        'Browsers refuse the page or warn about it; recording continues. Renew the certificate; the new one is in use within a minute.',
    },
    'certificate.expiring': {
      title: (_name, { expiresAt }) => `The certificate expires on ${day(expiresAt, locale)}`,
      remedy:
        'It should have been renewed by now: look at what renews it (certbot, acme.sh). A new one is in use within a minute.',
    },
    'deletion.pending': {
      title: (_name, { cameras }) => `Recordings of ${cameras} deleted camera(s) are still there`,
      remedy: 'Retrying automatically. Check that storage is running and can write to its disk.',
    },
    'service.degraded': {
      title: (name) => `Service ${name} works with limits`,
      remedy: 'The detail says what is limited.',
    },
    'service.failing': {
      title: (name) => `Service ${name} does not work`,
      remedy: 'The detail says why. Look at the log of the system.',
    },
    'service.unreachable': {
      title: (name) => `Service ${name} does not answer`,
      remedy: 'It restarts automatically. If it does not come back, look at the log of the system.',
    },
    'volume.failing': {
      title: (name) => `Writing to disk ${name} fails`,
      remedy: 'Cameras of this disk are not recorded. Check the disk and its connection at once.',
    },
    'volume.filling': {
      title: (name, values) =>
        values.reason === 'reserve'
          ? `Disk ${name} has only ${gigabytes(values.freeBytes, locale)} free`
          : `Disk ${name} has room for about ${decimal(values.keptDays, locale)} days, not ${decimal(values.askedDays, locale)}`,
      remedy: 'Add a disk, keep recordings for fewer days, or remove what else is on the disk.',
    },
    'volume.full': {
      title: (name) => `Disk ${name} is full`,
      remedy: 'Cameras of this disk are not recorded. Remove what else is on the disk.',
    },
    'volume.hung': {
      title: (name) => `Disk ${name} does not answer`,
      remedy: 'Cameras of this disk are not recorded. Check the disk and its connection at once.',
    },
    'volume.in-use': {
      title: (name) => `Disk ${name} is in use by another system`,
      remedy:
        'Cameras of this disk are not recorded here. Stop the other system, or use another folder.',
    },
    'volume.missing': {
      title: (name) => `Disk ${name} is missing`,
      remedy: 'Cameras of this disk are not recorded. Check that it is connected and mounted.',
    },
  },
  over: 'Over',
  since: (time) => `Since ${time}`,
  from: (from, to) => `From ${from} to ${to}`,
  detail: 'Detail',
  whatToDo: 'What to do',
  several: (opened, closed) =>
    [opened > 0 && `${opened} new`, closed > 0 && `${closed} over`].filter(Boolean).join(', '),
  testSubject: 'Test message',
  testText: 'This is a test: alerts of this system reach you.',
  signature: 'Sent by the video management system. Nobody reads answers.',
};
