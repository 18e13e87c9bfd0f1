import { VmsError } from '@vms/common/errors.ts';

export type GatewayErrorCode = 'gateway.insecure-remote';

/** What keeps the gateway from starting. */
export class GatewayError extends VmsError<GatewayErrorCode> {}
