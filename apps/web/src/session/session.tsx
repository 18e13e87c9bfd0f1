import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createContext, createSignal, type JSX, onCleanup, useContext } from 'solid-js';
import { api, whenSignedOut } from '../api/client.ts';
import type { SignedIn, User } from '../api/types.ts';
import { remembered } from '../ui/remembered.ts';

interface Session {
  /** undefined while it is not known yet, null where nobody is signed in. */
  readonly user: () => User | null | undefined;
  readonly problem: () => Error | null;
  /** True where a session ended by itself rather than by signing out. */
  readonly expired: () => boolean;
  /** The password is still the one that was printed at the first start. */
  readonly hasFirstPassword: () => boolean;
  /** It is to be replaced before anything else; false once that was put off in this tab. */
  readonly mustChoosePassword: () => boolean;
  /** The first password, from the printed address or as typed: lost when the page is loaded again. */
  readonly firstPassword: () => string | undefined;
  /** Takes a first password in, from an address that was opened later. */
  offerFirstPassword(password: string): void;
  retry(): void;
  signIn(username: string, password: string): Promise<void>;
  changePassword(current: string, next: string): Promise<void>;
  /** The password is chosen another time; the settings go on saying so. */
  putOffPassword(): void;
  signOut(): Promise<void>;
}

const Context = createContext<Session>();
const KEY = ['session'] as const;
const PUT_OFF = ['no', 'yes'] as const;

export function SessionProvider(props: { firstPassword?: string; children: JSX.Element }) {
  const client = useQueryClient();
  let expired = false;
  const stored = remembered('vms.password.later', PUT_OFF, 'no', () => sessionStorage);
  const [putOff, setPutOff] = createSignal(stored.initial === 'yes');
  const [firstPassword, setFirstPassword] = createSignal(props.firstPassword);
  const query = useQuery(() => ({
    queryKey: KEY,
    queryFn: () => api.session(),
    staleTime: Number.POSITIVE_INFINITY,
  }));
  const putOffUntil = (later: boolean): void => {
    stored.save(later ? 'yes' : 'no');
    setPutOff(later);
  };
  const leave = (byItself: boolean): void => {
    expired = byItself;
    client.setQueryData(KEY, null);
    client.removeQueries({ predicate: (other) => other.queryKey[0] !== KEY[0] });
  };
  const known = (): SignedIn | null | undefined => (query.isPending ? undefined : query.data);
  const hasFirstPassword = (): boolean => known()?.mustChoosePassword === true;
  whenSignedOut(() => {
    if (client.getQueryData(KEY) !== null) leave(true);
  });
  onCleanup(() => whenSignedOut(() => {}));
  const session: Session = {
    user: () => {
      const signedIn = known();
      return signedIn === undefined || signedIn === null ? signedIn : signedIn.user;
    },
    problem: () => query.error,
    expired: () => expired,
    hasFirstPassword,
    mustChoosePassword: () => hasFirstPassword() && !putOff(),
    firstPassword,
    offerFirstPassword: setFirstPassword,
    retry: () => void query.refetch(),
    async signIn(username, password) {
      const signedIn = await api.signIn(username, password);
      expired = false;
      putOffUntil(false);
      setFirstPassword(signedIn.mustChoosePassword ? password : undefined);
      client.setQueryData(KEY, signedIn);
    },
    async changePassword(current, next) {
      await api.changePassword(current, next);
      setFirstPassword(undefined);
      const signedIn = client.getQueryData<SignedIn | null>(KEY);
      if (signedIn) client.setQueryData(KEY, { ...signedIn, mustChoosePassword: false });
    },
    putOffPassword: () => putOffUntil(true),
    async signOut() {
      await api.signOut();
      setFirstPassword(undefined);
      leave(false);
    },
  };
  return <Context.Provider value={session}>{props.children}</Context.Provider>;
}

export function useSession(): Session {
  const session = useContext(Context);
  if (session === undefined) throw new Error('useSession needs a SessionProvider above it');
  return session;
}
