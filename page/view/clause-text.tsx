/** Clause ids as buttons, and the text of the one that was asked for. */
import { clauseOf, isClauseId } from '../../model/clauses/catalogue.ts';
import { clause } from '../state.ts';

export function ClauseButtons({ ids }: { readonly ids: readonly string[] }) {
  return (
    <>
      {ids.filter(isClauseId).map((id) => (
        <button
          key={id}
          type="button"
          class="clause"
          aria-pressed={clause.value === id}
          title={clauseOf(id).title}
          onClick={() => {
            clause.value = clause.value === id ? undefined : id;
          }}
        >
          {id}
        </button>
      ))}
    </>
  );
}

export function ClauseText() {
  const id = clause.value;
  if (id === undefined || !isClauseId(id)) return null;
  const { title, statement, remarks, versions, source } = clauseOf(id);
  return (
    <section class="clause-text" aria-live="polite" aria-label={`clause ${id}`}>
      <h3>{`${id} ${title}`}</h3>
      <p>{statement}</p>
      {remarks !== undefined && (
        <dl>
          {Object.entries(remarks).map(([profile, text]) => (
            <div key={profile}>
              <dt>{profile}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      )}
      {versions !== undefined && <p>{versions}</p>}
      <p class="sources">{source}</p>
      <button
        type="button"
        onClick={() => {
          clause.value = undefined;
        }}
      >
        close
      </button>
    </section>
  );
}
