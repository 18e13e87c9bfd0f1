/** Texts of the settings, of the list of keys and of a page that is older than the system, in English. */
export const settingsEn = {
  'nav.settings': 'Settings',
  'settings.appearance': 'Appearance',
  'settings.appearanceHint': 'Stored in this browser; it changes nothing for other people.',
  'settings.zone': 'Time zone',
  'settings.zone.camera': 'Each camera’s',
  'settings.zone.system': 'The system’s',
  'settings.zone.device': 'This device’s',
  'zone.menu': 'Times in {{ zone }}: change',
  'zone.question': 'In which time zone should times be shown?',
  'zone.clocks': 'It is {{ system }} on the system and {{ device }} on this device.',
  'settings.zoneOfDevice': 'This device',
  'settings.zoneOfSystem': 'The system',
  'settings.about': 'About',
  'settings.licence':
    'Free software, under the MIT licence or the Apache License 2.0, as you prefer.',
  'settings.firstPassword': 'You still use the printed password',
  'settings.firstPasswordHint':
    'Whoever saw it in the terminal can sign in. Choose one that only you know.',

  'shortcuts.title': 'Keyboard shortcuts',
  'shortcuts.everywhere': 'Everywhere',
  'shortcuts.help': 'Show this list',
  'shortcuts.tab': 'To the next control',
  'shortcuts.escape': 'Close what is open',
  'shortcuts.tiles': 'From camera to camera',
  'shortcuts.open': 'Open the camera',
  'shortcuts.pages': 'Previous or next page',
  'shortcuts.timeline': 'Time line',
  'shortcuts.step': 'One step back or forward',
  'shortcuts.tenSteps': 'Ten steps',
  'shortcuts.zoom': 'Zoom in or out',
  'shortcuts.pan': 'Earlier or later',
  'shortcuts.ends': 'First recording, or live',
  'shortcuts.space': 'Space',
  'shortcuts.player': 'Camera',
  'shortcuts.playPause': 'Play or pause',
  'shortcuts.play': 'Play from here',

  'away.title': 'The system is not responding',
  'away.partTitle': 'A part of the system is not responding',
  'away.shown': 'What you see here is from {{ time }}. Retrying automatically.',
  'away.part': 'This page is loaded as soon as the system responds.',
  'away.page': 'This page reloads automatically as soon as the system responds.',

  'upgrade.title': 'A newer version of this page is ready',
  'upgrade.hint':
    'The system was upgraded while this page was open. After reloading, what you watch continues where it is.',
  'upgrade.reload': 'Reload',
  'upgrade.later': 'Later',
  'upgrade.broken': 'This part of the page could not be loaded',
  'upgrade.brokenHint':
    'The system was probably upgraded, or the connection broke. Reload the page: it opens where you are now.',
  'error.web.not-understood':
    'This page does not understand the system’s answer: their versions differ. Reload the page.',
} as const;
