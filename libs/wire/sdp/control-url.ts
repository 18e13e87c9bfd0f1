/** Where a description came from; needed to resolve its control URLs. */
export interface DescriptionOrigin {
  /** URL of the DESCRIBE request. */
  readonly requestUrl: string;
  /** Content-Base header, as written. */
  readonly contentBase?: string | undefined;
  /** Content-Location header, as written. */
  readonly contentLocation?: string | undefined;
}

const RTSP_URL = /^rtsps?:\/\/[^\s/?#]+/i;
/** What would break a request line. */
const UNWRITABLE = /[\s\p{Cc}]/gu;

/** What control URLs are relative to, and whether a header that was meant to say so could not be used. */
export interface Base {
  readonly url: string;
  readonly malformed: boolean;
}

/** Content-Base, else Content-Location, else the URL of the request (RFC 2326 §C.1.1). */
export function baseOf(origin: DescriptionOrigin): Base {
  let malformed = false;
  for (const header of [origin.contentBase, origin.contentLocation]) {
    if (header === undefined) continue;
    const url = usableBase(header, origin.requestUrl);
    if (url !== undefined) return { url, malformed: malformed || url !== header.trim() };
    malformed = true;
  }
  return { url: withoutUserInfo(origin.requestUrl), malformed };
}

function usableBase(header: string, requestUrl: string): string | undefined {
  // Some cameras write the scheme twice.
  const text = header
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/^(rtsps?:\/\/)(?:rtsps?:\/\/)+/i, '$1');
  const url = text.startsWith('/') ? originOf(requestUrl) + text : withoutUserInfo(text);
  return RTSP_URL.test(url) && url.search(UNWRITABLE) < 0 ? url : undefined;
}

/**
 * Joins as LIVE555 and FFmpeg do, because cameras are tested with those: what is relative is put behind
 * the base, query and all, and not resolved by RFC 3986.
 */
export function resolveControl(base: string, control: string | undefined): string {
  const text = (control ?? '*').trim();
  if (text === '*' || text === '') return base;
  const written = text.replace(UNWRITABLE, '');
  const absolute = withoutUserInfo(written);
  if (RTSP_URL.test(absolute)) return absolute;
  if (/^rtsps?:/i.test(written)) return base; // a URL without a host
  const relative = written.replace(/^\/+/, '');
  if (relative === '' || relative.startsWith('?')) return base + relative;
  return `${base}${base.endsWith('/') ? '' : '/'}${relative}`;
}

/** A URL without `user:password@`: credentials travel in headers alone. */
export function withoutUserInfo(url: string): string {
  return url.replace(/^(rtsps?:\/\/)[^/?#]*@/i, '$1');
}

function originOf(url: string): string {
  return withoutUserInfo(RTSP_URL.exec(url)?.[0] ?? url);
}
