import { schemaOf, type AnyModels } from '../queryset/schema.js'
import type { Model, ModelColumn } from '../schema/Schema.js'
import { allRows } from '../queryset/Queryset.js'
import { anyFilters } from './Filters.js'
import { pageNumber } from './Pages.js'
import { anySerializer } from './serializerOf.js'
import type { Views } from './routes.js'
import { viewset } from './viewset.js'

const anyOf = ['exact', 'in', 'isnull']
const comparable = ['gt', 'gte', 'lt', 'lte', 'range']
const textual = ['icontains', 'istartswith']

const lookupsOf = ({ kind, target }: ModelColumn): ReadonlyArray<string> => {
  if (kind === 'json') return ['isnull']
  if (target !== null || kind === 'boolean' || kind === 'uuid') return anyOf
  return kind === 'text' ? [...anyOf, ...textual] : [...anyOf, ...comparable]
}

const filtersOf = ({ columns }: Model): ReadonlyArray<readonly [string, ReadonlyArray<string>]> =>
  [...columns.values()].map((column) => [column.name, lookupsOf(column)])

/**
 * A view of each model with all of its fields, for callers who may see everything. All columns are shown, and can be
 * filtered, sorted and written.
 *
 * @example
 * import { autoId, field, schema } from 'queryset-ts'
 * import { modelViews } from 'queryset-ts/rest'
 * const music = schema({ artist: { id: autoId, name: field.text() }, album: { id: autoId } })
 * console.log(Object.keys(modelViews(music))) // => [ 'artist', 'album' ]
 *
 * @since 0.2.0
 */
export const modelViews = (models: AnyModels): Views => {
  const schema = schemaOf(models)
  return Object.fromEntries(
    [...schema.models.values()]
      .filter(({ implicit }) => !implicit)
      .map((model) => {
        const queryset = allRows(schema, model.name)
        return [
          model.name,
          viewset({
            queryset,
            serializer: anySerializer(queryset, {
              fields: 'all',
              override: {},
              checks: [],
              unknown: 'ignore',
            }),
            filters: anyFilters(queryset, filtersOf(model)),
            search: [...model.columns.values()].flatMap(({ name, kind }) => (kind === 'text' ? [name] : [])),
            ordering: 'all',
            pages: pageNumber({ size: 100, max: 1000 }),
          }),
        ]
      }),
  )
}
