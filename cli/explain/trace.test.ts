import { deepStrictEqual, strictEqual } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { readScenarios } from '../../format/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import { initialState } from '../../model/reference/state.ts';
import type { AccessTrace, BusTrace, Candidate, PartTrace, WriteTrace } from '../../model/trace/trace.ts';
import { type TracedStep, tracedStep } from '../../model/trace/traced-step.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Effect, Operation, Scenario, WriteEffect } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { anyChangedProfile } from '../../properties/testing/any-decisions.ts';

const generated = fc.sample(new ScenarioArbitrary({ profiles: profileNames }), { numRuns: 120, seed: 11 });
const named: Scenario[] = [];
let steps: readonly Step[] = [];

beforeAll(async () => {
  const folder = join(import.meta.dirname, '../../properties/scenarios');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    for await (const { scenario } of readScenarios(join(folder, file))) named.push(scenario);
  }
  steps = [...allSteps()];
});

type Step = TracedStep & { readonly operation: Operation };

/** Every step of every scenario, under each profile. */
function* allSteps(): Generator<Step> {
  for (const scenario of [...named, ...generated]) {
    for (const profile of profileNames) {
      let state = initialState({ ...scenario, profile });
      for (const operation of scenario.operations) {
        const traced = tracedStep(state, operation);
        yield { ...traced, operation };
        state = traced.state;
      }
    }
  }
}

function* writes(): Generator<{ readonly trace: WriteTrace; readonly effects: readonly Effect[] }> {
  for (const { trace, effects } of steps) if (trace.kind === 'write') yield { trace, effects };
}

/** The effects that a trace tells, each stored byte on its own: the trace joins stores in a part, the effects in a write. */
function bytewise(effects: readonly Effect[]): readonly unknown[] {
  return effects.flatMap((effect): unknown[] => {
    if (!('ram' in effect)) return [effect];
    const bytes = effect.bytes.match(/../g) ?? [];
    return bytes.map((byte, i) => ({ ram: effect.ram, offset: effect.offset + BigInt(i), byte }));
  });
}

function toldEffects({ parts }: WriteTrace): readonly WriteEffect[] {
  return parts.flatMap((part) =>
    part.bus?.signal === undefined
      ? accessesIn(part).flatMap(({ effects }) => effects)
      : [{ signal: part.bus.signal }],
  );
}

function accessesIn({ pieces }: PartTrace): readonly AccessTrace[] {
  return pieces.flatMap(({ accesses }) => accesses);
}

/** The notifiers of the candidates that are said to match. */
function matching(candidates: readonly Candidate[]): readonly string[] {
  return candidates.filter(({ verdict }) => verdict === 'matches').map(({ notifier }) => notifier);
}

const signals = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => ('signal' in effect ? [effect.signal] : []));

describe('the trace of an operation', () => {
  it('leaves the step as it is', () => {
    for (const scenario of generated) {
      const session = modelDispatcher.open(scenario);
      let state = initialState(scenario);
      for (const operation of scenario.operations) {
        const traced = tracedStep(state, operation);
        deepStrictEqual(traced.effects, session.apply(operation));
        state = traced.state;
      }
    }
  });

  it('leaves the step as it is, whatever is decided, and tells all of its effects', () => {
    const changes = fc.sample(anyChangedProfile, { numRuns: generated.length, seed: 12 });
    for (const [i, { operations, target }] of generated.entries()) {
      const header = { ...changes[i], ...(target !== undefined && { target }) };
      const session = modelDispatcher.open(header);
      let state = initialState(header);
      for (const operation of operations) {
        const traced = tracedStep(state, operation);
        deepStrictEqual(traced.effects, session.apply(operation));
        if (traced.trace.kind === 'write') {
          deepStrictEqual(bytewise(toldEffects(traced.trace)), bytewise(traced.effects));
        }
        state = traced.state;
      }
    }
  });

  it('tells an error where there is one, and what the host was told', () => {
    for (const { trace, effects } of steps) {
      if (trace.kind === 'error') deepStrictEqual(effects, [{ error: trace.error }]);
      if (trace.kind === 'change') deepStrictEqual(effects, trace.effects);
    }
  });

  it('calls an ioeventfd not visible exactly where the host is not told of it', () => {
    for (const { trace, operation, effects, state } of steps) {
      if (trace.kind !== 'change' || operation.op !== 'add-eventfd' || state.depth > 0) continue;
      strictEqual(trace.outcome, effects.length === 0 ? 'not visible' : 'done');
    }
  });
});

describe('the trace of a write', () => {
  it('tells all effects of the write, in their order', () => {
    for (const { trace, effects } of writes()) {
      deepStrictEqual(bytewise(toldEffects(trace)), bytewise(effects));
    }
  });

  it('covers each byte of the write once', () => {
    for (const { trace } of writes()) {
      for (const part of trace.parts) {
        const { size, bus, pieces } = part;
        const expected = bus?.signal === undefined ? size : 0;
        const sizeOf = (all: readonly { readonly size: number }[]) =>
          all.reduce((sum, one) => sum + one.size, 0);
        strictEqual(sizeOf(accessesIn(part)), expected);
        strictEqual(sizeOf(pieces), expected);
      }
    }
  });

  it('lets one candidate match where there is a signal, and none elsewhere', () => {
    const check = (candidates: readonly Candidate[], signalled: readonly string[]) =>
      deepStrictEqual(matching(candidates), signalled);
    let signalling = 0;
    for (const { trace } of writes()) {
      for (const part of trace.parts) {
        const { bus } = part;
        if (bus !== undefined) check(bus.candidates, bus.signal === undefined ? [] : [bus.signal]);
        for (const { candidates, effects } of accessesIn(part)) check(candidates, signals(effects));
        if (signals(toldEffects(trace)).length > 0) signalling++;
      }
    }
    expect(signalling).toBeGreaterThan(100);
  });

  it('gives every reason that it knows', () => {
    const verdicts = new Set<string>();
    const lengths = new Set<string>();
    const routes = new Set<string>();
    const others = new Set<string>();
    const note = ({ length, adaptation, rejection, place, candidates }: AccessTrace) => {
      lengths.add(length.bound);
      for (const { verdict } of candidates) verdicts.add(verdict);
      if (adaptation !== undefined) others.add(adaptation.kind);
      if (rejection !== undefined) others.add(`rejected: ${rejection.reason}`);
      if (place !== undefined && place.via.length > 0) others.add('via');
      if (place?.endsBeyond) others.add('ends beyond');
    };
    const noteBus = ({ candidates, takenFrom }: BusTrace) => {
      for (const { verdict } of candidates) verdicts.add(verdict);
      if (takenFrom !== undefined) others.add('taken from another');
    };
    for (const { trace } of writes()) {
      for (const part of trace.parts) {
        const { route, isCut, bus } = part;
        routes.add(route);
        if (isCut) others.add('cut');
        if (bus !== undefined) noteBus(bus);
        accessesIn(part).forEach(note);
      }
    }
    expect([...routes].sort()).toEqual(
      ['8-byte port', 'RAM page', 'kernel bus', 'memory core', 'own write'].sort(),
    );
    expect([...lengths].sort()).toEqual(
      ['alignment', 'default maximum', 'left', 'maximum', 'power of two'].sort(),
    );
    expect([...others].sort()).toEqual(
      [
        'cut',
        'ends beyond',
        'none',
        'rejected: alignment',
        'rejected: size',
        'split',
        'taken from another',
        'via',
        'widened',
      ].sort(),
    );
    // `lost` needs the merge of unsorted lists and a match in what the host holds: no profile has both.
    expect([...verdicts].sort()).toEqual(
      [
        'begins elsewhere',
        'data too wide',
        'hidden',
        'later in the order',
        'matches',
        'not committed',
        'not found by the search',
        'not looked at',
        'not visible',
        'other data',
        'other size',
        'refused',
      ].sort(),
    );
  });
});
