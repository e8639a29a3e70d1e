import type { Evidence } from './evidence.ts';
import { faultsOfAcknowledged } from './rules/acknowledged.ts';
import { faultsOfDeadlines } from './rules/deadlines.ts';
import { faultsOfEffects } from './rules/effects.ts';
import { faultsOfSequence } from './rules/sequence.ts';
import { faultsOfSettlements } from './rules/settlements.ts';
import { faultsOfStreams } from './rules/streams.ts';
import { faultsOfVisibility } from './rules/visibility.ts';

type Rule = (evidence: Evidence) => string[];

const rules: Readonly<Record<string, Rule>> = {
  sequence: faultsOfSequence,
  acknowledged: faultsOfAcknowledged,
  effects: faultsOfEffects,
  settlements: faultsOfSettlements,
  visibility: faultsOfVisibility,
  deadlines: faultsOfDeadlines,
  streams: faultsOfStreams,
};

const MOST_FAULTS_A_RULE = 20;

/** Everything in a history that breaks a promise, each with the rule it breaks; nothing for a good history. */
export function validate(evidence: Evidence): string[] {
  return Object.entries(rules).flatMap(([name, rule]) => {
    const faults = rule(evidence).map((fault) => `${name}: ${fault}`);
    const more = faults.length - MOST_FAULTS_A_RULE;
    return more > 0 ? [...faults.slice(0, MOST_FAULTS_A_RULE), `${name}: and ${more} more`] : faults;
  });
}
