import { z } from 'zod';

/** What a process tells its launcher over the channel of child_process. */
const childMessageSchema = z.discriminatedUnion('type', [
  /** It takes work; the camera simulator adds where its cameras are. */
  z.object({
    type: z.literal('ready'),
    port: z.number().optional(),
    cameras: z.array(z.object({ name: z.string(), url: z.string() })).optional(),
  }),
  /** It cannot work, and says why; it leaves next. */
  z.object({ type: z.literal('failed'), message: z.string(), exitCode: z.number().int() }),
  /** For the person who started the system, once, and never for a log: the first password. */
  z.object({ type: z.literal('announce'), text: z.string(), password: z.string() }),
  /** Whether there is a demo camera, whenever that changes. */
  z.object({ type: z.literal('demo-camera'), exists: z.boolean() }),
]);
export type ChildMessage = z.infer<typeof childMessageSchema>;

/** The message, or undefined where it is none of ours. */
export function readChildMessage(message: unknown): ChildMessage | undefined {
  return childMessageSchema.safeParse(message).data;
}

/** Tells the launcher; does nothing where the process has none. */
export function tellLauncher(message: ChildMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, undefined, undefined, () => resolve());
  });
}

/** What the launcher tells its processes. */
const launcherMessageSchema = z.object({ type: z.literal('configuration-changed') });
export type LauncherMessage = z.infer<typeof launcherMessageSchema>;

/** Hears the launcher until the returned function is called. */
export function onLauncherMessage(listener: (message: LauncherMessage) => void): () => void {
  const heard = (raw: unknown): void => {
    const message = launcherMessageSchema.safeParse(raw).data;
    if (message !== undefined) listener(message);
  };
  process.on('message', heard);
  return () => process.off('message', heard);
}
