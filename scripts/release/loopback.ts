import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The environment in which npm, pnpm and changesets publish to `address` and to nothing else. Each of the three reads
 * another variable, and a publish with one of them missing goes to the default registry. Throws when the address is
 * not on 127.0.0.1 or when either tool would still use another one.
 */
export function loopbackEnvironment(address: string, folder: string): NodeJS.ProcessEnv {
  if (new URL(address).hostname !== '127.0.0.1') throw new Error(`${address} is not on this machine`);
  const settings = join(folder, 'npmrc');
  writeFileSync(settings, `registry=${address}\n//${new URL(address).host}/:_authToken=rehearsal\n`);
  const env = {
    ...process.env,
    PNPM_CONFIG_REGISTRY: address,
    npm_config_registry: address,
    NPM_CONFIG_USERCONFIG: settings,
    npm_config_userconfig: settings,
  };
  for (const tool of ['npm', 'pnpm']) {
    const used = execFileSync(tool, ['config', 'get', 'registry'], { env, encoding: 'utf8' }).trim();
    if (used !== address) throw new Error(`${tool} would publish to another registry than ${address}`);
  }
  return env;
}
