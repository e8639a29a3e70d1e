import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './root.mjs';

/** The environment of a step. A user whose home folder can't be written gets one inside the checkout. */
export function stepEnvironment() {
  return {
    ...process.env,
    ...(isWritable(homedir()) ? {} : homeIn(join(root, 'node_modules/.cache/home'))),
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    // The lockfile was checked when it was made; checking every publish time again doubles a first install.
    // As an environment variable, because the nested `pnpm exec` would repeat the check otherwise.
    PNPM_CONFIG_MINIMUM_RELEASE_AGE: '0',
  };
}

// npm hands the place of its cache down to what it runs.
function homeIn(folder) {
  return { HOME: folder, npm_config_cache: join(folder, '.npm') };
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
