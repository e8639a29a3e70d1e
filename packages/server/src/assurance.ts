import type { Assurance, Peer } from '@proj/protocol';

/** What the level in force is worth against this program: modes keep out neither our own user, nor root. */
export function assuranceAgainst(inForce: Assurance, program: Peer | undefined): Assurance {
  if (inForce !== 'two_uid') return inForce;
  const uid = program?.uid;
  const isKeptOut = uid !== undefined && uid !== 0 && uid !== process.geteuid?.();
  return isKeptOut ? 'two_uid' : 'guardrail';
}
