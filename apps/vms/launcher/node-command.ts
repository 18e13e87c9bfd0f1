/**
 * How services are run. Frames lie outside of V8's heap, but V8 counts them and would collect a heap
 * that has hardly changed about once a second: more CPU than reading the frames themselves (measured:
 * 1.28 against 0.93 s in 10 s with 20 cameras). So the heap may grow to a few times its size first.
 */
export const NODE_COMMAND = [
  process.execPath,
  '--disable-warning=ExperimentalWarning',
  '--heap-growing-percent=300',
] as const;
