import { readFileSync, statSync } from 'node:fs';
import type { Config } from '@proj/protocol';
import { ConfigSchema, issuesOf } from '@proj/protocol/validators';
import { parse } from 'yaml';
import { LocalError } from '../errors.ts';

const MOST_BYTES = 1_048_576;

/**
 * Reads the configuration; a file that is not there is an empty one.
 * @throws LocalError `config_invalid`, naming the file and each fault in it.
 */
export function readConfigFile(path: string): Config {
  const parsed = ConfigSchema.safeParse(parseYaml(path) ?? {});
  if (parsed.success) return parsed.data;
  const faults = issuesOf(parsed.error).map(
    (issue) => `${issue.path.slice(1).replaceAll('/', '.') || 'it'} ${issue.message}`,
  );
  throw new LocalError('config_invalid', `${path}: ${faults.join('; ')}`);
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
