/** Texts of the first run and of choosing a password, in English. */
export const welcomeEn = {
  'welcome.title': 'Welcome',
  'welcome.step.password': 'Password',
  'welcome.step.picture': 'First picture',
  'welcome.step.cameras': 'Your cameras',
  'welcome.signingIn': 'Signing you in…',
  'welcome.used': 'This address no longer signs you in',
  'welcome.usedHint':
    'A password has already been chosen, or the address was not copied completely. Sign in with your password. Whoever runs the system can set a new one with “vms user password”.',
  'welcome.usedSignedIn':
    'You have chosen a password already: the printed address is no longer needed.',
  'welcome.toSignIn': 'Sign in',
  'welcome.password': 'Choose your password',
  'welcome.passwordLead':
    'It replaces the printed one, for the user “{{ name }}”. It is stored so that nobody can read it.',
  'welcome.printed': 'The printed password',
  'welcome.choose': 'Use this password',
  'welcome.later': 'Later',
  'welcome.demoLead':
    'This is the demo camera, live. It is being recorded already, just as yours will be.',
  'welcome.pictureLead': 'This is your camera, live.',
  'welcome.noCameras': 'Add your first camera: its address, user name and password are enough.',
  'welcome.addCameras': 'Add your cameras',
  'welcome.toLive': 'Look around first',

  'password.new': 'New password',
  'password.hint': 'At least 12 characters. Several words are easy to remember and hard to guess.',
  'password.again': 'Repeat the new password',
  'password.againHint': 'Not needed while the password is shown.',
  'password.mismatch': 'The two passwords differ.',
  'password.saved': 'Your password is set.',
  'password.strength.tooShort.one': '{{ count }} more character is needed.',
  'password.strength.tooShort.other': '{{ count }} more characters are needed.',
  'password.strength.has-name': 'It contains the user name: leave that out.',
  'password.strength.repeats': 'It repeats the same few characters.',
  'password.strength.enough': 'Enough, but easy to guess: add a word.',
  'password.strength.good': 'Good: hard to guess.',
  'password.strength.strong': 'Strong: very hard to guess.',
} as const;
