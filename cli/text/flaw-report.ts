/** A flaw of a dispatcher's fork or fingerprint, for people and for programs. */
import { printable } from '../../format/errors.ts';
import { effectsToJson, operationToJson } from '../../format/index.ts';
import type { Effect } from '../../model/vocabulary/vocabulary.ts';
import type { Flaw } from '../../properties/explore/trust/flaw.ts';
import { pageWidth, wrapped } from './layout.ts';
import { effectText, numbered, operationText } from './operation.ts';
import type { Style } from './style.ts';

/** The flaw in a line. */
export function flawLine({ dispatcher, what }: Flaw): string {
  return printable(
    `${dispatcher}: its ${what} is wrong${what === 'fingerprint' ? ': it hides something' : ''}`,
  );
}

/** The flaw, what it means, and the scenarios that show it. */
export function renderFlaw(flaw: Flaw, style: Style): string[] {
  const { what, histories, effects, meanwhile } = flaw;
  const [first = [], second = []] = effects;
  const isTold = effects.length > 0;
  const last = isTold ? 'the last operation has other effects' : 'the last operation leads to other ones';
  const how = isTold ? '' : ', in its fingerprint';
  const explanation =
    what === 'fingerprint'
      ? `Before the last operation of these two scenarios, the fingerprints are equal, but ${last}.`
      : meanwhile === undefined
        ? `After these operations, a session that is forked on the way differs from one that is not${how}.`
        : `A session is forked before the last of these operations, and does something else first. Its fork notices: after the last operation it differs from a session that was not forked${how}.`;
  const lines = [
    style.bold(style.bad(`${flawLine(flaw)}.`)),
    '',
    ...wrapped(`  ${explanation}`, pageWidth),
    '',
  ];
  histories.forEach((history, index) => {
    if (index > 0) lines.push('');
    history.forEach((operation, at) => {
      if (meanwhile !== undefined && at === history.length - 1)
        lines.push(`      the session that was forked: ${operationText(meanwhile)}`);
      lines.push(...numbered(at, operation, '  '));
    });
    if (isTold && what === 'fingerprint') lines.push(...listed('', index === 0 ? first : second));
  });
  if (isTold && what === 'fork') lines.push(...listed('forked: ', first), ...listed('not forked: ', second));
  return lines;
}

function listed(name: string, effects: readonly Effect[]): string[] {
  const texts = effects.length === 0 ? ['(nothing)'] : effects.map(textOf);
  return texts.map((text) => `      ${name}${text}`);
}

/** An operation that failed has one effect that says nothing. */
function textOf(effect: Effect): string {
  return Object.keys(effect).length === 0 ? 'throws, or gives no list of effects' : effectText(effect);
}

export function flawJson({ dispatcher, what, histories, effects, meanwhile }: Flaw) {
  return {
    dispatcher,
    what,
    histories: histories.map((history) => history.map(operationToJson)),
    ...(meanwhile !== undefined && { meanwhile: operationToJson(meanwhile) }),
    effects: effects.map(effectsToJson),
  };
}
