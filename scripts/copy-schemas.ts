// schemas/ -> packages/protocol/schemas/, so that the published package carries the contract.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const target = join(root, 'packages/protocol/schemas');

rmSync(target, { recursive: true, force: true });
cpSync(join(root, 'schemas'), target, { recursive: true });
