const NODE = [process.execPath, '--disable-warning=ExperimentalWarning'] as const;

/**
 * How services that take in and write frames are run. Frames lie outside of V8's heap, but V8 counts them and would
 * collect a heap that has hardly changed about once a second: more CPU than reading the frames
 * themselves (measured: 1.28 against 0.93 s in 10 s with 20 cameras). So the heap may grow to a few times
 * its size first.
 */
export const NODE_COMMAND = [...NODE, '--heap-growing-percent=300'] as const;

/**
 * How api and gateway are run: no frames, and objects that live as long as a request. With the flag above,
 * and V8's young generation of up to 3 × 32 MiB, garbage took 45 KB a live view before it was collected,
 * 340 MB after 3,200 views; with these it is 0.2 KB a view, and 166 MB.
 */
export const CONTROL_NODE_COMMAND = [
  ...NODE,
  '--max-semi-space-size=4',
  '--heap-growing-percent=25',
] as const;

/**
 * How live is run. It handles the frames of what is watched, and lets go of them with every view. What has
 * left V8's young generation was collected once it had grown to three times the heap, and the allocator
 * keeps what it once had: 264 MB for one camera whose views come and go, against 161 MB, for 4 % more CPU.
 */
export const LIVE_NODE_COMMAND = [
  ...NODE,
  '--max-semi-space-size=4',
  '--heap-growing-percent=100',
] as const;

/**
 * Environment of live. By default each thread of the WebRTC library may get a heap of its own from glibc,
 * which keeps there what a view once needed: two heaps are enough.
 */
export const LIVE_ENVIRONMENT = ['MALLOC_ARENA_MAX=2'] as const;
