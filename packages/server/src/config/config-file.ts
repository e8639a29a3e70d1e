import { readFileSync, statSync } from 'node:fs';
import type { Config } from '@proj/protocol';
import { ConfigSchema, issuesOf } from '@proj/protocol/validators';
import { parse } from 'yaml';
import { LocalError } from '../errors.ts';

const MOST_BYTES = 1_048_576;
const MOST_NAMES = 100;

type ConfigIssue = Parameters<typeof issuesOf>[0]['issues'][number];

/**
 * Reads the configuration; a file that is not there is an empty one.
 * @throws LocalError `config_invalid`, naming the file and each fault in it.
 */
export function readConfigFile(path: string): Config {
  const parsed = ConfigSchema.safeParse(parseYaml(path) ?? {});
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const faults = issuesOf(parsed.error).map(
    ({ path: at, message }, i) => `${at.slice(1).replaceAll('/', '.') || 'it'} ${message}${namesIn(issues[i])}`,
  );
  throw new LocalError('config_invalid', `${path}: ${faults.join('; ')}`);
}

// The file is the user's own: unlike a line of the wire it is quoted, or a typo could not be found.
function namesIn(issue: ConfigIssue | undefined): string {
  return issue?.code === 'unrecognized_keys' ? `: ${issue.keys.join(', ').slice(0, MOST_NAMES)}` : '';
}

function parseYaml(path: string): unknown {
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    return parse(readFileSync(path, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new LocalError('config_invalid', `${path} cannot be read: ${reason}`, error);
  }
}
