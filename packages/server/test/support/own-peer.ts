import { realpathSync } from 'node:fs';
import type { Peer } from '@proj/protocol';

/** What the daemon sees of a client of this process. */
export const ownPeer: Peer = {
  uid: process.geteuid?.() ?? -1,
  pid: process.pid,
  executable: realpathSync(process.execPath),
};
