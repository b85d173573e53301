/** docs/divergences.md, rendered from the ledger and from what is known of each decision. */
import { effectText, operationText } from '../../cli/text/operation.ts';
import { type DecisionName, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profileNames, profiles } from '../../model/vocabulary/profiles.ts';
import { type Knowledge, knowledge } from '../../properties/ledger/knowledge.ts';
import { dispatchersOf, type LedgerEntry } from '../../properties/ledger/witnesses.ts';

const introduction = `<!-- Generated: build, and run \`node dist/docs/generate/write-divergences.js\`. -->

# The ledger: where QEMU and the kernel differ from the contract

A profile is a record of decisions ([profiles](contract.md#where-the-profiles-differ)). Each section below is one decision in which
a running system differs from the contract. Its lines are found by the tool itself: the profile is compared with the same profile in
which this one decision is as the contract has it, so the difference shows alone. For each kind of difference the shortest scenario
of a scope is kept, breadth first, so no shorter one of that kind exists in the scope.

The view *guest* compares what writes do: a guest can notice nothing else. A *lost* signal is one that the contract promises, a
*superfluous* one is given where it promises none; otherwise the write is answered otherwise. The view *host* compares what the host is
told and what it refuses, and which calls are errors.

\`ioeventfd-check ledger\` builds all of it anew, and compares. Lines marked *own operations* were found by random scenarios: no shorter
scenario that consists of the same operations, in any order and number, shows the difference. Two commands ask whether the ledger names every
difference to the contract, and fail where it does not:

- \`ioeventfd-check ledger --shipped --runs N\` tries N random scenarios of each profile.
- \`ioeventfd-check ledger --shipped --scope all\` explores each scope to its end, each profile beside the contract, differences of
  earlier operations included. A deletion may leave different registrations on the two sides. Then every operation is tried once. The pair
  is followed further only if the registrations are the same again after it.

What was tried: a million random scenarios of each profile, and all 27 scopes to their ends (52 million pairs of states, 281 million
differences). The ledger names every difference. \`default\` takes some five minutes a profile; \`large\` took 36 to 100, on a core that had other
work, and 4.3 GB.`;

export function renderDivergences(entries: readonly LedgerEntry[]): string {
  const sections = (Object.keys(knowledge) as DecisionName[]).flatMap((decision) => {
    const own = entries.filter(({ pair }) => pair.decisions.includes(decision));
    return own.length === 0 ? [] : [sectionOf(decision, knowledge[decision], own)];
  });
  return `${[introduction, ...sections].join('\n\n')}\n`;
}

function sectionOf(decision: DecisionName, known: Knowledge, entries: readonly LedgerEntry[]): string {
  const { question, values } = decisionCatalogue[decision];
  const answers = profileNames.map((profile) => `${profile}: \`${profiles[profile][decision]}\``).join('; ');
  return [
    `## ${known.title}`,
    `*Decision \`${decision}\`*: ${question}. ${answers}.`,
    Object.entries(values)
      .map(([value, text]) => `- \`${value}\`: ${text}`)
      .join('\n'),
    known.statement,
    [
      `- **Clauses**: ${known.clauses.map((id) => `[${id}](contract.md#clauses)`).join(', ')}`,
      `- **Source**: ${known.source}`,
      `- **Since**: ${known.since}`,
      `- **Reported**: ${known.reported}`,
      `- **What a guest notices**: ${known.guest}`,
      `- **What a device author should do**: ${known.advice}`,
    ].join('\n'),
    tableOf(entries),
    ...shownOf(entries),
  ].join('\n\n');
}

function tableOf(entries: readonly LedgerEntry[]): string {
  const rows = entries.map(({ pair, view, kind, scenario, scope, file }) => {
    const path = `../properties/witnesses/${file}`;
    const together = pair.decisions.length === 1 ? '' : ` (${pair.decisions.join(' and ')} together)`;
    return `| ${pair.profile} | ${view} | ${kind}${together} | [${scenario.operations.length}](${path}) | ${scope} |`;
  });
  return [
    '| Profile | View | What differs | Operations | Shortest in scope |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The shortest line that a guest notices, of each profile, in full. */
function shownOf(entries: readonly LedgerEntry[]): string[] {
  const shown = new Map<string, LedgerEntry>();
  for (const entry of entries) {
    const { profile } = entry.pair;
    const known = shown.get(profile);
    const isBetter =
      known === undefined ||
      (entry.view === 'guest' && known.view !== 'guest') ||
      (entry.view === known.view && entry.scenario.operations.length < known.scenario.operations.length);
    if (isBetter) shown.set(profile, entry);
  }
  return [...shown.values()].map(scenarioText);
}

function scenarioText({ pair, scenario }: LedgerEntry): string {
  const [a, b] = dispatchersOf(pair);
  const [mine = [], theirs = []] = scenario.found?.effects ?? [];
  const effects = (list: typeof mine) => list.map(effectText).join('; ') || 'nothing';
  return [
    `\`${a}\` and \`${b}\`:`,
    '',
    '```text',
    ...scenario.operations.map((operation, index) => `[${index}] ${operationText(operation)}`),
    `    ${a}: ${effects(mine)}`,
    `    ${b}: ${effects(theirs)}`,
    '```',
  ].join('\n');
}
