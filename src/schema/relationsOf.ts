/**
 * Resolves the relations of a model: those that it defines, and the reverse sides of those that lead to it.
 *
 * @since 0.1.0
 */
import { throughEnds, throughName } from './links.js'
import { labelOf } from './labelOf.js'
import type { Definition, Definitions, ModelRelation, Seen } from './Schema.js'

/**
 * How people see a definition with this name.
 *
 * @since 0.2.0
 */
export const seenOn = (name: string, definition: Definition): Seen => ({
  label: definition.label ?? labelOf(name),
  help: definition.help,
  blank: definition.blank,
  editable: definition.editable,
  limitTo: definition._tag === 'field' ? null : definition.limitTo,
})

/** The options of a relation's reverse side are not given on this side, so they have their defaults. */
const fromBehind = (relatedName: string): Seen => ({
  label: labelOf(relatedName),
  help: '',
  blank: true,
  editable: false,
  limitTo: null,
})

/**
 * The relations of a model, by name.
 *
 * @since 0.1.0
 */
export const relationsOf = (definitions: Definitions, model: string): ReadonlyMap<string, ModelRelation> => {
  const forward = Object.entries(definitions[model] ?? {}).flatMap(
    ([name, definition]): ReadonlyArray<ModelRelation> => {
      if (definition._tag === 'field') return []
      if (definition._tag === 'toOne')
        return [
          {
            name,
            ...seenOn(name, definition),
            target: definition.target,
            many: false,
            nullable: definition.nullable,
            via: { _tag: 'forward', column: name },
          },
        ]
      const through = throughName(model, name, definition)
      const [near, far] = throughEnds(definitions[through] ?? {}, model, definition.target) ?? ['', '']
      return [
        {
          name,
          ...seenOn(name, definition),
          target: definition.target,
          many: true,
          nullable: false,
          via: { _tag: 'through', model: through, near, far },
        },
      ]
    },
  )
  const reverse = Object.entries(definitions).flatMap(([source, fields]) =>
    Object.entries(fields).flatMap(([name, definition]): ReadonlyArray<ModelRelation> => {
      if (definition._tag === 'field' || definition.target !== model || definition.relatedName === null)
        return []
      if (definition._tag === 'toOne')
        return [
          {
            name: definition.relatedName,
            ...fromBehind(definition.relatedName),
            target: source,
            many: !definition.oneToOne,
            nullable: true,
            via: { _tag: 'reverse', column: name },
          },
        ]
      const through = throughName(source, name, definition)
      const [near, far] = throughEnds(definitions[through] ?? {}, source, model) ?? ['', '']
      return [
        {
          name: definition.relatedName,
          ...fromBehind(definition.relatedName),
          target: source,
          many: true,
          nullable: false,
          via: { _tag: 'through', model: through, near: far, far: near },
        },
      ]
    }),
  )
  return new Map([...forward, ...reverse].map((relation) => [relation.name, relation]))
}
