import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createContext, type JSX, onCleanup, useContext } from 'solid-js';
import { api, whenSignedOut } from '../api/client.ts';
import type { User } from '../api/types.ts';

interface Session {
  /** undefined while it is not known yet, null where nobody is signed in. */
  readonly user: () => User | null | undefined;
  readonly problem: () => Error | null;
  /** True where a session ended by itself rather than by signing out. */
  readonly expired: () => boolean;
  retry(): void;
  signIn(username: string, password: string): Promise<void>;
  signOut(): Promise<void>;
}

const Context = createContext<Session>();
const KEY = ['session'] as const;

export function SessionProvider(props: { children: JSX.Element }) {
  const client = useQueryClient();
  let expired = false;
  const query = useQuery(() => ({
    queryKey: KEY,
    queryFn: () => api.session(),
    staleTime: Number.POSITIVE_INFINITY,
  }));
  const leave = (byItself: boolean): void => {
    expired = byItself;
    client.setQueryData(KEY, null);
    client.removeQueries({ predicate: (other) => other.queryKey[0] !== KEY[0] });
  };
  whenSignedOut(() => {
    if (client.getQueryData(KEY) !== null) leave(true);
  });
  onCleanup(() => whenSignedOut(() => {}));
  const session: Session = {
    user: () => (query.isPending ? undefined : query.data),
    problem: () => query.error,
    expired: () => expired,
    retry: () => void query.refetch(),
    async signIn(username, password) {
      const { user } = await api.signIn(username, password);
      expired = false;
      client.setQueryData(KEY, user);
    },
    async signOut() {
      await api.signOut();
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
