/** What the value behind a key in an address is; undefined where it is no secret and no user. */
export type KeyMeaning = 'password' | 'token' | 'username';

/** Without capital letters and marks, as `plain` makes them. */
const MEANINGS: Readonly<Record<KeyMeaning, ReadonlySet<string>>> = {
  password: words(
    'password passwords passwd passwrd passwort pass passw passphrase passcode pw pwd pswd psw psd psswd pword pas',
    'senha clave contrasena contrasenha kennwort motdepasse mdp parola haslo wachtwoord losenord',
    'loginpas loginpass userpas usrpwd camerapwd adminpwd',
  ),
  token: words(
    'token key secret sig signature sign auth authorization authentication authtoken authkey authinfo',
    'apikey apitoken accesskey accesstoken refreshtoken securitytoken sessiontoken streamtoken streamkey',
    'session sessionid sid ssid ticket credential credentials cred creds jwt bearer basic digest hash',
    'licence license pin verificationcode validatecode securitycode devicecode encryptkey privatekey',
  ),
  username: words(
    'user username usr uname login loginuse loginuser account usuario benutzer utilisateur utente un',
  ),
};
/** Whoever ends so is one too: `rtspPassword`, `camPwd`, `streamToken`. */
const ENDINGS: readonly (readonly [ending: string, meaning: KeyMeaning])[] = [
  ['password', 'password'],
  ['passwd', 'password'],
  ['pwd', 'password'],
  ['psw', 'password'],
  ['token', 'token'],
  ['secret', 'token'],
  ['apikey', 'token'],
  ['authkey', 'token'],
  ['accesskey', 'token'],
];

/** What a key means, whatever its capital letters and marks. */
export function meaningOfKey(key: string): KeyMeaning | undefined {
  const name = key
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  for (const meaning of ['password', 'token', 'username'] as const) {
    if (MEANINGS[meaning].has(name)) return meaning;
  }
  return ENDINGS.find(([ending]) => name.endsWith(ending))?.[1];
}

/** Users that cameras come with: what stands behind one of them and a colon is its password. */
export const USUAL_ACCOUNTS = words(
  'admin administrator root user guest operator viewer service supervisor default ubnt onvif rtsp 888888 666666',
);

function words(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.join(' ').split(' '));
}
