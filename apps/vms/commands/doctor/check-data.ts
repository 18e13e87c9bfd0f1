import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { readMasterKey } from '@vms/auth/secrets.ts';
import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { layoutOf } from '../../config/data-directory.ts';
import { FINDINGS } from './doctor-texts.ts';
import { type Finding, found } from './finding.ts';

/** The data directory: whether it is there, may be written, and its secrets can be used. */
export async function checkData(path: string): Promise<Finding[]> {
  try {
    await stat(path);
  } catch (error) {
    const isNone = systemErrorCode(error) === 'ENOENT';
    const values = { path, reason: messageOf(error) };
    return [found('data', isNone ? FINDINGS.dataNone : FINDINGS.dataNotWritable, values)];
  }
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [found('data', FINDINGS.dataNotWritable, { path, reason: messageOf(error) })];
  }
  try {
    await readMasterKey(layoutOf(path).secrets);
    return [found('data', FINDINGS.dataOk, { path })];
  } catch (error) {
    return [found('secrets', FINDINGS.secretsBad, { reason: messageOf(error) })];
  }
}
