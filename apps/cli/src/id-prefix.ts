import { Failure } from './failure.ts';

/**
 * The one id that begins with what was typed, or is it.
 * @throws Failure (usage) when none or several do; the hint lists up to five of them.
 */
export function matchId(ids: readonly string[], typed: string, noun: string): string {
  const matches = ids.includes(typed) ? [typed] : ids.filter((id) => id.startsWith(typed));
  const [only, ...others] = matches;
  if (only === undefined) throw new Failure(`no ${noun} has this id`, { hint: `proj ${noun}s lists them` });
  if (others.length === 0) return only;
  const listed = matches.slice(0, 5).join(', ') + (matches.length > 5 ? ', …' : '');
  throw new Failure(`${matches.length} ${noun}s begin with this id`, { hint: `give more of it: ${listed}` });
}
