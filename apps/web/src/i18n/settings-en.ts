/** Texts of the settings, of the list of keys and of a page that is older than the system, in English. */
export const settingsEn = {
  'nav.settings': 'Settings',
  'settings.appearance': 'Appearance',
  'settings.appearanceHint': 'Kept in this browser; others see it their own way.',
  'settings.zone': 'Times of cameras',
  'settings.zone.camera': 'In the camera’s zone',
  'settings.zone.device': 'In this device’s zone',
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
  'shortcuts.step': 'One step back or on',
  'shortcuts.tenSteps': 'Ten steps',
  'shortcuts.zoom': 'Zoom in or out',
  'shortcuts.pan': 'Earlier or later',
  'shortcuts.ends': 'First recording, or live',
  'shortcuts.play': 'Play from here',

  'upgrade.title': 'A newer version of this page is ready',
  'upgrade.hint':
    'The system was upgraded while this page was open. What you watch goes on where it is.',
  'upgrade.reload': 'Reload',
  'upgrade.later': 'Later',
  'upgrade.broken': 'This part of the page could not be loaded',
  'upgrade.brokenHint':
    'The system was probably upgraded, or the connection broke. Reload the page: you come back to where you are.',
  'error.web.not-understood':
    'The system answered something that this page does not understand: one of them is of another version. Reload the page.',
} as const;
