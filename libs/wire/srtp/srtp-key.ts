/** How the packets of a suite are protected (RFC 3711, RFC 6188, RFC 7714). */
export interface SrtpSuite {
  readonly name: string;
  readonly cipher: 'counter' | 'gcm';
  /** Bytes. */
  readonly keyBytes: 16 | 24 | 32;
  readonly saltBytes: 12 | 14;
  /** Bytes of the authentication tag; 0 where packets are not authenticated. */
  readonly tagBytes: number;
}

const HMAC_SHA1_80_BYTES = 10;
const HMAC_SHA1_32_BYTES = 4;
const GCM_TAG_BYTES = 16;
const COUNTER = { cipher: 'counter', saltBytes: 14 } as const;
const GCM = { cipher: 'gcm', saltBytes: 12, tagBytes: GCM_TAG_BYTES } as const;

/** Suites of RFC 4568 §6.2, RFC 6188 §4 and RFC 7714 §14. F8 is not among them. */
export const SRTP_SUITES: readonly SrtpSuite[] = [
  { name: 'AES_CM_128_HMAC_SHA1_80', ...COUNTER, keyBytes: 16, tagBytes: HMAC_SHA1_80_BYTES },
  { name: 'AES_CM_128_HMAC_SHA1_32', ...COUNTER, keyBytes: 16, tagBytes: HMAC_SHA1_32_BYTES },
  { name: 'AES_192_CM_HMAC_SHA1_80', ...COUNTER, keyBytes: 24, tagBytes: HMAC_SHA1_80_BYTES },
  { name: 'AES_192_CM_HMAC_SHA1_32', ...COUNTER, keyBytes: 24, tagBytes: HMAC_SHA1_32_BYTES },
  { name: 'AES_256_CM_HMAC_SHA1_80', ...COUNTER, keyBytes: 32, tagBytes: HMAC_SHA1_80_BYTES },
  { name: 'AES_256_CM_HMAC_SHA1_32', ...COUNTER, keyBytes: 32, tagBytes: HMAC_SHA1_32_BYTES },
  { name: 'AEAD_AES_128_GCM', ...GCM, keyBytes: 16 },
  { name: 'AEAD_AES_256_GCM', ...GCM, keyBytes: 32 },
];

/** One master key with all that goes with it. */
export interface SrtpKey {
  readonly suite: SrtpSuite;
  readonly masterKey: Uint8Array;
  readonly masterSalt: Uint8Array;
  /** In every packet before the tag; empty where there is none. */
  readonly mki: Uint8Array;
  /** Whether payloads are encrypted at all. */
  readonly encrypted: boolean;
  /** Rollover counters that are known already, by SSRC. */
  readonly rollovers: ReadonlyMap<number, number>;
}

/** What protects a track. */
export interface SrtpProtection {
  /** `RTP/SAVP` or `RTP/SAVPF`, as in the Transport header. */
  readonly profile: string;
  /** The first is that of packets without MKI. */
  readonly keys: readonly SrtpKey[];
}
