import type { Import } from './read-imports.ts';

const systems = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'];
const peerBindings = systems.map((system) => `@koromix/koffi-${system}`);

/** What the sources of a package may import from elsewhere. Node's own modules are free to all. */
export const packageLaw: Record<string, string[]> = {
  'packages/protocol': ['zod'],
  'packages/client': ['@proj/protocol'],
  'packages/server': ['@proj/protocol', '@proj/protocol/validators', 'yaml', ...peerBindings],
  'apps/cli': ['@clack/prompts', '@proj/client', '@proj/protocol', '@proj/server', 'commander'],
};

/** What loads only when something needs it, by the file a program starts with. */
export const lateLaw: { folder: string; entry: string; late: string[] }[] = [
  { folder: 'packages/protocol', entry: 'index.ts', late: ['zod'] },
  { folder: 'packages/client', entry: 'index.ts', late: ['zod', '@proj/protocol/validators'] },
  { folder: 'apps/cli', entry: 'main.ts', late: ['zod', 'yaml', '@proj/server', '@clack/prompts'] },
];

const domains = ['asks', 'clients', 'config', 'lifecycle', 'sessions'];
const top = ['core-options.ts', 'core.ts', 'daemon.ts', 'endpoints.ts', 'index.ts', 'state.ts', 'wiring.ts'];
/** The other files that stand in src itself. All may see them; they see one another. */
const ground = 'ground';

/**
 * What each folder of the server may see besides itself and the ground: other folders, or a single file of one. The
 * outermost ring, `top`, sees everything.
 */
const serverLaw: Record<string, string[]> = {
  [ground]: [],
  transport: [],
  journal: [],
  directory: [],
  connection: ['transport/transport.ts'],
  feed: ['journal/journal.ts'],
  ...Object.fromEntries(domains.map((folder) => [folder, ['journal/journal.ts']])),
  dispatch: [...domains, 'feed', 'journal/journal.ts'],
  'text-commands': ['dispatch'],
};

/** The imports that break the law of a package. */
export function strangers(imports: Import[], allowed: string[]): Import[] {
  return imports.filter(({ target }) => {
    return target.startsWith('..') || (!isOwn(target) && !target.startsWith('node:') && !allowed.includes(target));
  });
}

/** The imports that break the law of the server's rings. */
export function climbers(imports: Import[]): Import[] {
  return imports.filter(({ file, target }) => {
    const from = placeOf(file);
    if (from === 'top' || !isOwn(target)) return false;
    const visible = [from, ground, ...(serverLaw[from] ?? [])];
    return !visible.includes(placeOf(target)) && !visible.includes(target);
  });
}

/** The places of the server that the law says nothing about. */
export function unknownPlaces(imports: Import[]): string[] {
  const places = new Set(imports.map(({ file }) => placeOf(file)));
  return [...places].filter((place) => place !== 'top' && !(place in serverLaw)).toSorted();
}

function isOwn(target: string): boolean {
  return target.endsWith('.ts');
}

function placeOf(file: string): string {
  const [folder = '', inside] = file.split('/');
  if (inside !== undefined) return folder;
  return top.includes(file) ? 'top' : ground;
}
