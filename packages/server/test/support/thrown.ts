import { ProtocolError } from '@proj/protocol';
import { LocalError } from '../../src/errors.ts';

/** What the call throws, whole: the body of a ProtocolError, code and message of a LocalError. */
export function thrownBy(call: () => unknown): object {
  try {
    call();
  } catch (error) {
    if (error instanceof ProtocolError) return error.toBody();
    if (error instanceof LocalError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}
