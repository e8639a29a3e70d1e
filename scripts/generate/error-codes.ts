import { banner } from './banner.ts';
import type { Schemas } from './read-schemas.ts';

/** The closed list of error codes as data, with what each means. */
export function emitErrorCodes({ definitions }: Schemas): string {
  const lines = (definitions['ErrorCode']?.oneOf ?? []).map(
    ({ const: code, description }) => `  ${code}: ${JSON.stringify(description)},\n`,
  );
  return `${banner}import type { ErrorCode } from './types.gen.ts';

/** Every error code of the wire, with what it means. */
export const errorCodes: { readonly [Code in ErrorCode]: string } = {
${lines.join('')}};
`;
}
