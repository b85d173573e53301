/** docs/contract.md, rendered from the clause catalogue: what is written there is written here first. */

import { type Clause, type ClauseId, clauseSections } from '../../model/clauses/catalogue.ts';
import { decisions, ivshmemObservations } from '../../model/clauses/decisions.ts';
import { type Divergence, divergences } from '../../model/clauses/divergences.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';

/**
 * The document, as Markdown.
 *
 * @param scenarios the names of the named scenarios, without folder and `.json`; those that begin with a clause's
 * id are listed with it
 */
export function renderContract(scenarios: readonly string[]): string {
  const parts = [
    '<!-- Generated from model/clauses: build, and run `node dist/docs/generate/write-contract-document.js`. -->',
    '# The contract of memory_region_add_eventfd',
    question,
    profilesIntroduction,
    '## Where the profiles differ',
    decisionTable(),
    '## Clauses',
    clausesIntroduction,
    ...clauseSections.flatMap((section) => [
      `### ${section.letter}: ${section.title}`,
      section.introduction,
      ...section.clauses.map((clause) => clauseText(clause, scenarios)),
      ...(section.letter === 'C' ? [ivshmemIntroduction, ivshmemTable()] : []),
    ]),
    '## Divergences found',
    divergencesIntroduction,
    ...divergences.map(divergenceText),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The named scenarios that show a clause: their names begin with its id in lower case. */
export function scenariosOf(id: ClauseId, scenarios: readonly string[]): readonly string[] {
  return scenarios.filter((name) => name.startsWith(`${id.toLowerCase()}-`)).sort();
}

const question = `## The question

QEMU's header says of \`memory_region_add_eventfd\` that a word in an IO region becomes a trigger for an eventfd,
that the I/O callback will not be called, and that the caller must be prepared to handle failure: to take the
required action if the callback *is* called. On 26 February 2016 Markus Armbruster asked on qemu-devel ("Question
on ioeventfd behavior") what that means. What are the failure modes? Is "the value written does not match" one of
them? When the guest writes to ivshmem's Doorbell a value that no registration has, is the callback called exactly
as if ioeventfd were not in use?

**Yes: a write that matches no registration calls the callback, with the arguments that it would get if nothing
were registered (D3).** That is no failure, only the other half of the rule; it was seen on QEMU 7.2 with ioeventfd
on and off. Failure is that a registration is not in force although it was made: the host may refuse it, have no
room, or hear of it only at the commit, and some writes never meet the host's registrations at all (F1). The function
returns nothing, so a caller cannot tell. *Every* write, a matching one too, may arrive at the callback, which has to
do what the signal would have done (F2). ivshmem's does.`;

const profilesIntroduction = `## Profiles

One set of clauses, and an answer for each profile where the systems differ.

- \`contract\`: what the author of a device may rely on everywhere; the header's promise, made exact.
- \`tcg\`: QEMU's memory core as it is, with eventfds emulated in user space, and a CPU that TCG translates, as in QEMU 8.1 and
  later. A write by QEMU itself (\`bytes\`: DMA, qtest) does not come from the CPU, and takes another way (T8).
- \`tcg-7.2\`: the same with the CPU of QEMU 7.2, which cuts a store differently (T1).
- \`kvm\`: QEMU with KVM. Registrations live on the kernel's bus. What the kernel does not take reaches the memory
  core, which then does not look at registrations again.

Functions are named as in QEMU 7.2 (softmmu/memory.c, softmmu/physmem.c). All that is not marked *Versions* was read in 7.2, 10.0, 10.2 and
in the newest source (system/memory.c, system/physmem.c), and is the same there.

"Sorted" means: by address, size, no data before data, data, notifier.`;

const clausesIntroduction = `The statement is what holds under every profile; a remark says where one differs, or what it adds. *Read in* names the
functions to compare it with. *Shown by* lists scenarios that can be replayed, each with the effects that must be seen;
the files \`recorded-*\` beside them hold what a running QEMU 7.2 did. *Versions* says where QEMU's versions from 7.2 on differ.`;

const ivshmemIntroduction = `What ivshmem does with three peers of four vectors each, as seen on QEMU 7.2 with ioeventfd on and off. What is notified is the
same in both, which is F2:`;

const divergencesIntroduction = `Where a running system does not keep the contract. Each can be replayed, and so can what the contract says instead.
Whether each is known upstream is not established.`;

function decisionTable(): string {
  return table(
    ['Decision', ...profileNames, 'Clauses'],
    decisions.map((row) => [
      row.decision,
      ...profileNames.map((profile) => row[profile] ?? 'as tcg'),
      row.clauses.map(linkToClause).join(', '),
    ]),
  );
}

function ivshmemTable(): string {
  return table(
    ['Write', 'Callback called', 'Notified'],
    ivshmemObservations.map((row) => [row.write, row.callback, row.notified]),
  );
}

function clauseText(clause: Clause, scenarios: readonly string[]): string {
  const remarks = profileNames.flatMap((profile) => {
    const remark = clause.remarks?.[profile];
    return remark === undefined ? [] : [`- \`${profile}\`: ${remark}`];
  });
  const shown = scenariosOf(clause.id, scenarios).map(linkToScenario);
  return [
    `#### <a id="${clause.id.toLowerCase()}"></a>${clause.id}: ${clause.title}`,
    clause.statement,
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
    ...(clause.versions === undefined ? [] : [`*Versions:* ${clause.versions}`]),
    `*Read in:* ${clause.source}.`,
    ...(shown.length > 0 ? [`*Shown by:* ${shown.join(', ')}.`] : []),
  ].join('\n\n');
}

function divergenceText(divergence: Divergence): string {
  const counterpart =
    divergence.counterpart === undefined ? '' : `; the contract: ${linkToScenario(divergence.counterpart)}`;
  return [
    `### ${divergence.number}. ${divergence.title}`,
    `${divergence.statement} (${divergence.clauses.map(linkToClause).join(', ')})`,
    `*Shown by:* ${linkToScenario(divergence.scenario)}${counterpart}.`,
  ].join('\n\n');
}

function linkToClause(id: ClauseId): string {
  return `[${id}](#${id.toLowerCase()})`;
}

function linkToScenario(name: string): string {
  return `[${name}](../properties/scenarios/${name}.json)`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
