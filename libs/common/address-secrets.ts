import { unescapeEach } from './percent.ts';
import { meaningOfKey, USUAL_ACCOUNTS } from './secret-keys.ts';

/** Names that stand in a stored address in place of what is kept apart from it. */
export const USERNAME_IN_ADDRESS = '$USERNAME';
export const PASSWORD_IN_ADDRESS = '$PASSWORD';
/** Secrets of one camera's addresses besides its password. Where there are more, a path is sealed as one. */
export const MAX_ADDRESS_SECRETS = 8;
/** How often a text is decoded to see what it hides; what hides more is sealed as it is. */
export const MAX_ESCAPE_LAYERS = 4;
/** Characters of a password from which on it is recognised as the value of any key. */
const MIN_RECOGNISED_PASSWORD = 5;

/** Who signs in, as far as it is known. */
export interface KnownCredentials {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** What goes into an address where its names are. */
export interface AddressCredentials {
  readonly username: string;
  readonly password: string;
  /** By number, from `$SECRET1`, as they were typed: put in as they are. */
  readonly secrets?: readonly string[] | undefined;
}

/** A path with its query in which no secret is left. */
export interface SecretFreePath {
  /** With `$USERNAME`, `$PASSWORD` and `$SECRET1` … in place of what was taken out. */
  readonly path: string;
  /** Found in it; undefined where it has none. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** As they were written, from number `firstSecret` on. */
  readonly secrets: readonly string[];
}

const NAMES = /\$(?:(USERNAME)|(PASSWORD)|SECRET([1-9]\d?))/g;
/** A user whose name may take its place, while the path is looked through. No address holds a NUL. */
const MARKED_USER = /\0([^\0]*)\0/g;
const ONLY_A_NAME = /^\$(?:USERNAME|PASSWORD|SECRET[1-9]\d?)$/;

/**
 * Puts the secrets back where their names are: in one pass, so that a secret that looks like a name stays
 * what it is. User name and password are percent-encoded. A number without a secret stays.
 */
export function fillAddress(template: string, credentials: AddressCredentials): string {
  const { username, password, secrets = [] } = credentials;
  return template.replaceAll(NAMES, (name, isUser, isPassword, number) => {
    if (isUser !== undefined) return encode(username);
    if (isPassword !== undefined) return encode(password);
    return secrets[Number(number) - 1] ?? name;
  });
}

/** Numbers of the secrets that an address names, in their order. */
export function secretNumbersIn(template: string): number[] {
  return [...template.matchAll(NAMES)].flatMap(([, , , number]) =>
    number === undefined ? [] : Number(number),
  );
}

/** The same address with all names alike: which secret stands where depends on who signs in. */
export function withoutNames(template: string): string {
  return template.replaceAll(NAMES, '$');
}

/** The same address with other numbers; one that is mapped to nothing stays. */
export function renumberSecrets<Template extends string>(
  template: Template,
  to: ReadonlyMap<number, number>,
): Template {
  return template.replaceAll(NAMES, (name, _user, _password, number) => {
    const next = number === undefined ? undefined : to.get(Number(number));
    return next === undefined ? name : secretName(next);
  }) as Template;
}

/**
 * Takes every password and token out of a path with its query: values of keys that mean one
 * (`password=`, `/user=a_password=b`, `token=`), `user:password` as a part of the path, the password that
 * is known anyway, and whatever escapes hide of these. Filling in gives the same path again, byte for byte.
 *
 * @param path from the first `/` or `?` on
 * @param known who signs in by what was said elsewhere, which goes before what the path says
 * @param firstSecret number of the first secret that is not the password
 */
export function takeSecrets(
  path: string,
  known: KnownCredentials = {},
  firstSecret = 1,
): SecretFreePath {
  const taking = new Taking(known, firstSecret);
  const parts = path.split(/([/?&;])/);
  let before = '';
  const result = parts.map((part, index) => {
    if (index % 2 === 1 || part === '') return part;
    const taken = taking.part(part, before);
    before = part;
    return taken;
  });
  if (taking.secrets.length > MAX_ADDRESS_SECRETS) return sealedWhole(path, taking, firstSecret);
  return { path: taking.withUser(result.join('')), ...taking.found };
}

class Taking {
  readonly secrets: string[] = [];
  readonly #known: KnownCredentials;
  readonly #firstSecret: number;
  #username: string | undefined;
  #password: string | undefined;
  #usesPassword = false;

  constructor(known: KnownCredentials, firstSecret: number) {
    this.#known = known;
    this.#firstSecret = firstSecret;
  }

  get found(): Omit<SecretFreePath, 'path'> {
    const { secrets } = this;
    return { username: this.#username, password: this.#password, secrets };
  }

  /** Who signs in is named beside a password that is named, so that both can be changed. */
  withUser(path: string): string {
    return path.replaceAll(MARKED_USER, this.#usesPassword ? USERNAME_IN_ADDRESS : '$1');
  }

  part(part: string, before: string): string {
    const account = /^([^:@=]+):(.+)@([^@]*)$/.exec(part) ?? this.#usualAccount(part);
    if (account !== null) {
      const [, user = '', password = '', behind] = account;
      const end = behind === undefined ? '' : `@${behind}`;
      return `${this.#user(user)}:${this.#secret(password, 'password')}${end}`;
    }
    if (this.#isPassword(part) && this.#isKnownUser(before)) {
      return this.#secret(part, 'password');
    }
    // Keys may follow one another by other marks: /user=admin_password=x_channel=1
    const pieces = part.split(/(?=[_,:|!*~(][^=_,:|!*~(]+=)/);
    return pieces.map((piece) => this.#piece(piece)).join('');
  }

  #piece(piece: string): string {
    const [, start = '', key = '', value = ''] = /^([_,:|!*~(]?)([^=]+)=(.*)$/s.exec(piece) ?? [];
    if (value === '') return hides(piece) ? this.#whole(piece) : piece;
    const meaning = meaningOfKey(decodeAll(key));
    const put = (text: string): string => `${start}${key}=${text}`;
    if (meaning === 'username') return put(hides(value) ? this.#whole(value) : this.#user(value));
    if (meaning !== undefined) return put(this.#secret(value, meaning));
    const isLong = value.length >= MIN_RECOGNISED_PASSWORD;
    if (isLong && this.#isPassword(value)) return put(this.#secret(value, 'password'));
    if (hides(piece)) return hides(key) ? this.#whole(piece) : put(this.#whole(value));
    return piece;
  }

  #usualAccount(part: string): RegExpExecArray | null {
    const found = /^([^:@=]+):([^:@=]+)$/.exec(part);
    if (found === null) return null;
    const user = unescapeEach(found[1] ?? '').text;
    const isAccount = USUAL_ACCOUNTS.has(user.toLowerCase()) || this.#isKnownUser(user);
    return isAccount ? found : null;
  }

  #isKnownUser(text: string): boolean {
    const { username = '' } = this.#known;
    return username !== '' && unescapeEach(text).text === username;
  }

  #isPassword(text: string): boolean {
    const { password = '' } = this.#known;
    if (password === '' || ONLY_A_NAME.test(text)) return false;
    return text === password || unescapeEach(text).text === password;
  }

  #user(written: string): string {
    if (ONLY_A_NAME.test(written)) return written;
    const user = unescapeEach(written).text;
    this.#username ??= user;
    const signsIn = this.#known.username || this.#username;
    return user === signsIn && encode(user) === written ? `\0${written}\0` : written;
  }

  #secret(written: string, meaning: 'password' | 'token'): string {
    if (ONLY_A_NAME.test(written)) return written;
    if (meaning === 'token') return this.#whole(written);
    const password = unescapeEach(written).text;
    this.#password ??= password;
    const signsIn = this.#known.password || this.#password;
    // The name stands only for what comes out of it the same.
    if (password !== signsIn || encode(password) !== written) return this.#whole(written);
    this.#usesPassword = true;
    return PASSWORD_IN_ADDRESS;
  }

  #whole(written: string): string {
    if (ONLY_A_NAME.test(written)) return written;
    const before = this.secrets.indexOf(written);
    if (before === -1) this.secrets.push(written);
    const index = before === -1 ? this.secrets.length - 1 : before;
    return secretName(this.#firstSecret + index);
  }
}

/** A path with more secrets than are kept apart is one secret. */
function sealedWhole(path: string, { found }: Taking, firstSecret: number): SecretFreePath {
  const start = path.slice(0, 1);
  return { ...found, path: start + secretName(firstSecret), secrets: [path.slice(1)] };
}

function secretName(number: number): string {
  return `$SECRET${number}`;
}

function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function decodeAll(text: string): string {
  let result = text;
  for (let layer = 0; layer < MAX_ESCAPE_LAYERS; layer++) result = unescapeEach(result).text;
  return result;
}

/** Whether escapes hide a secret, or so much behind one another that nobody can tell. */
function hides(text: string): boolean {
  let before = text;
  for (let layer = 0; layer < MAX_ESCAPE_LAYERS; layer++) {
    const { text: after, decoded } = unescapeEach(before);
    if (!decoded) return false;
    if (shows(after)) return true;
    before = after;
  }
  return unescapeEach(before).decoded;
}

/** `name:word@` within a part of a path. */
function showsUserInformation(text: string): boolean {
  return text
    .split('@')
    .slice(0, -1)
    .some((before) => /[^:?&=]:./s.test(before.slice(before.lastIndexOf('/') + 1)));
}

function shows(text: string): boolean {
  if (showsUserInformation(text)) return true;
  return text.split(/[/?&;_,|!*~(]/).some((piece) => {
    const [, key = '', mark, value = ''] = /^([^:=]+)([:=])(.+)$/s.exec(piece) ?? [];
    if (value === '' || ONLY_A_NAME.test(value)) return false;
    if (mark === ':') return USUAL_ACCOUNTS.has(key.toLowerCase());
    const meaning = meaningOfKey(decodeAll(key));
    return meaning === 'password' || meaning === 'token';
  });
}
