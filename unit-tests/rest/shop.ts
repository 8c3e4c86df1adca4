/** A small shop, and an API of it, for tests of what stands around the handler. */
import { autoId, belongsTo, field, manyToMany, schema, type WritableClient } from '../../src/index.js'
import { memory } from '../../src/memory.js'
import {
  expression,
  filters,
  nested,
  pageNumber,
  rest,
  serializer,
  text,
  viewset,
  type RestHandler,
} from '../../src/rest.js'

export const shop = schema(
  {
    artist: { id: autoId, name: field.text({ maxLength: 40 }) },
    album: {
      id: autoId,
      title: field.text({ maxLength: 40 }),
      artist: belongsTo('artist', { relatedName: 'albums' }),
      tags: manyToMany('tag', { relatedName: 'albums', blank: true }),
    },
    tag: { id: autoId, name: field.text() },
  },
  { display: { artist: (a) => a.name, tag: (t) => t.name } },
)

/** A hundred artists with two albums each. */
export const shopRows = {
  artist: Array.from({ length: 100 }, (_, i) => ({ id: i + 1, name: `Artist ${String(i + 1)}` })),
  album: Array.from({ length: 200 }, (_, i) => ({
    id: i + 1,
    title: `Album ${String(i + 1)}`,
    artist: (i % 100) + 1,
  })),
  tag: [{ id: 1, name: 'live' }],
  album_tags: [{ id: 1, album: 1, tag: 1 }],
}

export const shopClient = (): WritableClient => memory(shop, shopRows)

export const shopApi = (client: WritableClient): RestHandler => {
  const album = serializer(shop.album, { fields: ['id', 'title', 'tags'], override: { tags: text() } })
  const pages = pageNumber({ size: 100, max: 100 })
  return rest(
    {
      artists: viewset({
        queryset: shop.artist,
        serializer: serializer(shop.artist, { fields: ['id', 'name'] }),
        filters: filters(shop.artist, { id: ['exact', 'in'], name: ['exact', 'icontains'] }),
        search: ['name'],
        ordering: ['id', 'name'],
        pages,
      }),
      'artists-nested': viewset({
        queryset: shop.artist,
        serializer: serializer(shop.artist, {
          fields: ['id', 'name', 'albums', 'count'],
          override: { albums: nested(album, { many: true }), count: expression((a) => a.albums.count()) },
        }),
        pages,
      }),
      albums: viewset({
        queryset: shop.album,
        serializer: serializer(shop.album, { fields: ['id', 'title', 'artist'] }),
        filters: filters(shop.album, { artist: ['exact'], title: ['icontains'] }),
        ordering: ['id', 'title'],
        pages,
      }),
      'albums-nested': viewset({
        queryset: shop.album,
        serializer: serializer(shop.album, {
          fields: ['id', 'title', 'artist'],
          override: { artist: nested(serializer(shop.artist, { fields: ['id', 'name'] })) },
        }),
        pages,
      }),
    },
    { client, prefix: '/api/', document: { title: 'Shop', version: '1.0.0' } },
  )
}
