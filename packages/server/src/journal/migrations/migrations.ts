import { initial } from './001-initial.ts';

/** The steps from an empty file to the current schema. A step that was released is never changed. */
export const migrations: readonly string[] = [initial];
