/** The scenario's surroundings: the sides with their profiles and decisions, the guest's byte order, the host. */
import { useState } from 'preact/hooks';
import { decodeScenario } from '../../format/decode.ts';
import { type Json, scenarioToJson } from '../../format/write.ts';
import { type DecisionName, type Decisions, decisionCatalogue } from '../../model/vocabulary/decisions.ts';
import { profileNames, profiles } from '../../model/vocabulary/profiles.ts';
import type { ByteOrder, Profile } from '../../model/vocabulary/vocabulary.ts';
import { typedDecisions } from '../../properties/engine/decisions.ts';
import { change, modelSide, profileFrom, type Side, version } from '../state.ts';
import { Field } from './editor.tsx';

export function Settings() {
  const { scenario, sides } = version.value;
  const other =
    profileNames.find((name) => name !== (sides[0]?.profile ?? scenario.profile ?? 'contract')) ?? 'tcg';
  return (
    <details class="settings">
      <summary>Sides, profiles and decisions</summary>
      {sides.map((side, index) => (
        <SideSettings key={index} side={side} index={index} />
      ))}
      <p class="buttons">
        {sides.length < 2 ? (
          <button type="button" onClick={() => change({ sides: [...sides, modelSide(other)] })}>
            compare with another profile
          </button>
        ) : (
          <button type="button" onClick={() => change({ sides: sides.slice(0, 1) })}>
            show one side
          </button>
        )}
      </p>
      <Surroundings />
    </details>
  );
}

function SideSettings({ side, index }: { readonly side: Side; readonly index: number }) {
  const { sides, scenario } = version.value;
  const own = side.profile ?? scenario.profile ?? 'contract';
  const replace = (next: Side) => change({ sides: sides.with(index, next) });
  const name = index === 0 ? 'first side' : 'second side';
  return (
    <fieldset>
      <legend>{`${name}: ${side.name}`}</legend>
      <label>
        {'profile '}
        <select value={own} onChange={(event) => replace(modelSide(profileFrom(event.currentTarget.value)))}>
          {profileNames.map((profile) => (
            <option key={profile} value={profile}>
              {profile}
            </option>
          ))}
        </select>
      </label>
      {side.stored !== undefined && (
        <p class="note">
          Its effects are in the page. With another profile, or once the scenario is changed, the model takes
          its place.
        </p>
      )}
      <details>
        <summary>single decisions</summary>
        {typedDecisions.map(({ key, name: typed, question }) => (
          <p key={key} class="decision" title={question}>
            <label for={`decision-${index}-${typed}`}>{typed}</label>
            <DecisionSelect
              id={`decision-${index}-${typed}`}
              side={side}
              profile={own}
              name={key}
              onSide={replace}
            />
          </p>
        ))}
      </details>
    </fieldset>
  );
}

type DecisionSelectProps = {
  readonly id: string;
  readonly side: Side;
  readonly profile: Profile;
  readonly name: DecisionName;
  readonly onSide: (side: Side) => void;
};

function DecisionSelect({ id, side, profile, name, onSide }: DecisionSelectProps) {
  const usual = profiles[profile][name];
  const values: Readonly<Record<string, string>> = decisionCatalogue[name].values;
  return (
    <select
      id={id}
      value={side.decisions[name] ?? usual}
      onChange={(event) => {
        const { [name]: _, ...others } = side.decisions;
        const { value } = event.currentTarget;
        // The values of the list are those of the decision.
        const decisions = (value === usual ? others : { ...others, [name]: value }) as Partial<Decisions>;
        onSide({ ...modelSide(profile, decisions), name: nameOf(profile, decisions) });
      }}
    >
      {Object.entries(values).map(([value, meaning]) => (
        <option key={value} value={value} title={meaning}>
          {value === usual ? `${value} (as ${profile})` : value}
        </option>
      ))}
    </select>
  );
}

/** A side as the command takes it: `model@tcg+visibility=first-byte`. */
function nameOf(profile: Profile, decisions: Partial<Decisions>): string {
  const changes = typedDecisions.flatMap(({ key, name }) =>
    decisions[key] === undefined ? [] : [`+${name}=${decisions[key]}`],
  );
  return `model@${profile}${changes.join('')}`;
}

function Surroundings() {
  const { scenario } = version.value;
  const [problem, setProblem] = useState<string | undefined>(undefined);
  return (
    <fieldset>
      <legend>guest and host</legend>
      <label>
        {'byte order of the guest '}
        <select
          value={scenario.target ?? 'little'}
          onChange={(event) =>
            change({ scenario: { ...scenario, target: event.currentTarget.value as ByteOrder } })
          }
        >
          <option value="little">little</option>
          <option value="big">big</option>
        </select>
      </label>
      <Field
        id="field-host"
        label="host, as JSON"
        text={JSON.stringify(scenarioToJson({ host: scenario.host ?? {}, operations: [] })['host'])}
        problem={problem}
        onText={(text) => setProblem(hostReplaced(text))}
      />
    </fieldset>
  );
}

function hostReplaced(text: string): string | undefined {
  try {
    const host = JSON.parse(text) as Json;
    const read = decodeScenario({ ...scenarioToJson({ operations: [] }), host }, '');
    change({ scenario: { ...version.value.scenario, host: read.host ?? {} } }, 'host');
    return undefined;
  } catch (error) {
    return error instanceof SyntaxError
      ? 'not JSON yet'
      : error instanceof Error
        ? error.message
        : String(error);
  }
}
