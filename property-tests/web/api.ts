/**
 * The API of the recorded cases, written as a user of the library would write it.
 *
 * `endpoints.json`, beside the cases, says what each view is; its views are here one by one.
 */
import { either as E, function as F, taskEither as TE } from 'fp-ts'
import * as t from 'io-ts'
import { distinct, filter, orderBy, toArray, valuesList, type WritableClient } from 'queryset-ts'
import {
  basic,
  computed,
  cursor,
  endpoint,
  expression,
  filters,
  isAuthenticated,
  isAuthenticatedOrReading,
  allowIf,
  limitOffset,
  link,
  mistake,
  modelPermissions,
  nested,
  pageNumber,
  perMinute,
  rest,
  sameSecret,
  selfLink,
  serializer,
  slug,
  text,
  throttleStore,
  token,
  unpaged,
  viewset,
  type FilterLookup,
  type Known,
  type RestHandler,
} from 'queryset-ts/rest'
import type { webModels, WebUser } from './models.js'

const { pipe } = F

type WebModels = ReturnType<typeof webModels>

const texts = [
  'exact',
  'iexact',
  'contains',
  'icontains',
  'startswith',
  'istartswith',
  'endswith',
  'iendswith',
  'regex',
  'iregex',
  'in',
  'isnull',
  'gt',
  'gte',
  'lt',
  'lte',
  'range',
] as const satisfies ReadonlyArray<FilterLookup>

const numbers = [
  'exact',
  'gt',
  'gte',
  'lt',
  'lte',
  'in',
  'range',
  'isnull',
] as const satisfies ReadonlyArray<FilterLookup>

const pages = pageNumber({ size: 10, max: 100 })

const titled = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(^|\P{L})(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())

const artistsOf = ({ artist, track }: WebModels, name: string) => {
  const shown = serializer(artist, { fields: ['id', 'name', 'type', 'genre'] })
  const brief = serializer(track, { fields: ['id', 'name', 'album'] })
  const common = {
    queryset: artist,
    name,
    filters: filters(artist, {
      id: numbers,
      name: texts,
      type: ['exact', 'in', 'gt'],
      genre: texts,
      tracks: ['exact', 'isnull'],
      'tracks.name': ['icontains'],
      'tracks.album': ['exact', 'iexact'],
      'tracks.release_date': ['year', 'lt', 'isnull'],
      'tracks.playlists.rating': ['gte'],
    }),
    search: ['name', 'genre'],
    ordering: 'all',
    regex: true,
    pages,
  } as const
  return { shown, brief, common }
}

const artistViews = (models: WebModels) => {
  const { artist, track } = models
  const { shown, brief, common } = artistsOf(models, 'Artist')
  return {
    artists: viewset({
      ...common,
      description: "Artists of the seed's test app.",
      serializer: shown,
      actions: {
        tracks: {
          on: 'row',
          methods: {
            GET: ({ row, page }) =>
              pipe(
                page(
                  pipe(
                    track,
                    filter((each) => each.artist.eq(row.id)),
                    orderBy((each) => [each.id.asc()]),
                  ),
                  brief,
                ),
                TE.map((body) => ({ status: 200, body })),
              ),
          },
        },
        'genre-names': {
          on: 'list',
          methods: {
            GET: ({ context }) =>
              pipe(
                artist,
                valuesList((each) => each.genre),
                distinct,
                orderBy((each) => [each.value.asc()]),
                toArray(context.client),
                TE.map((body) => ({ status: 200, body })),
              ),
          },
        },
        rename: {
          on: 'row',
          description: 'Rename or un-name.',
          methods: {
            POST: ({ save }) =>
              pipe(
                save,
                TE.map((body) => ({ status: 202, body })),
              ),
            DELETE: ({ change }) =>
              pipe(
                change({ name: null }),
                TE.map((body) => ({ status: 202, body })),
              ),
          },
        },
      },
    }),
    'artists-all': viewset({
      ...common,
      name: 'Artist All',
      serializer: shown,
      pages: unpaged({ max: 1000 }),
    }),
    'artists-nested': viewset({
      queryset: artist,
      name: 'Artist Nested',
      description: 'Artists with nested tracks.',
      serializer: serializer(artist, {
        fields: ['id', 'name', 'type', 'type_display', 'genre', 'shout', 'track_count', 'tracks'],
        override: {
          name: { readOnly: true },
          type_display: computed(t.string, ({ type }) => (type === 0 ? 'Solo' : 'Group')),
          genre: { minLength: 3 },
          shout: computed(t.unknown, ({ name }: { readonly name: string | null }) =>
            (name ?? '').toUpperCase(),
          ),
          track_count: expression((each) => each.tracks.count()),
          tracks: nested(brief, { many: true }),
        },
      }),
      ordering: 'shown',
      pages,
    }),
    'artists-readonly': viewset({
      queryset: artist,
      name: 'Artist Read Only',
      description: 'Artists, read only.',
      serializer: shown,
      only: ['list', 'retrieve'],
      ordering: 'shown',
      pages,
    }),
    'artists-validated': viewset({
      queryset: artist,
      name: 'Artist Validated',
      description: 'Artists with custom validation.',
      serializer: serializer(artist, {
        fields: ['id', 'artist_name', 'type', 'genre', 'secret'],
        override: {
          artist_name: { source: 'name', required: true, nullable: false, blank: false, maxLength: 20 },
          genre: {
            validate: (genre: string) =>
              genre.toLowerCase() === 'polka' ? E.left('No polka.') : E.right(titled(genre)),
          },
          secret: { writeOnly: true, codec: t.string, required: false },
        },
        validate: (values) =>
          values['type'] === 0 &&
          typeof values['artist_name'] === 'string' &&
          values['artist_name'].includes(' & ')
            ? E.left('A solo artist is one person.')
            : E.right(values),
      }),
      ordering: 'shown',
      pages,
    }),
  }
}

/** What may be known of who asks. */
type User = Omit<WebUser, 'password' | 'token'>

const knownBy = (
  users: ReadonlyArray<WebUser>,
  has: (user: WebUser) => boolean,
  secret: 'password' | 'token',
) =>
  TE.right<never, Known<User> | null>(
    users.filter(has).map((user) => ({ user, secret: user[secret], active: user.is_active ?? true }))[0] ??
      null,
  )

const guardedViews = (models: WebModels, users: ReadonlyArray<WebUser>) => {
  const authenticate = [
    basic({ realm: 'api', find: (name) => knownBy(users, ({ username }) => username === name, 'password') }),
    token({ find: (given) => knownBy(users, (user) => user.token === given, 'token') }),
  ]
  const view = (name: string) => {
    const { common, shown } = artistsOf(models, name)
    return { ...common, serializer: shown, authenticate }
  }
  return {
    'artists-private': viewset({ ...view('Artist Private'), permission: isAuthenticated }),
    'artists-authread': viewset({ ...view('Artist Auth Or Read'), permission: isAuthenticatedOrReading }),
    'artists-modelperm': viewset({
      ...view('Artist Model Perm'),
      permission: modelPermissions(
        (user: User, what) => user.is_superuser || user.permissions.includes(`${what}_artist`),
      ),
    }),
    'artists-staff': viewset({
      ...view('Artist Staff'),
      permission: allowIf(({ user }: { readonly user: User | null }) => user?.is_staff === true),
    }),
  }
}

const trackViews = ({ track, artist }: WebModels) => {
  const shown = serializer(track, { fields: ['id', 'album', 'name', 'release_date', 'artist'] })
  const common = {
    queryset: track,
    filters: filters(
      track,
      {
        id: ['exact', 'in', 'range'],
        name: texts,
        album: ['exact', 'iexact', 'icontains', 'in'],
        artist: ['exact', 'in', 'isnull', 'gt'],
        'artist.name': ['exact', 'icontains', 'isnull', 'in'],
        'artist.genre': ['exact', 'in', 'startswith'],
        'artist.type': ['exact'],
        release_date: [
          'exact',
          'gt',
          'gte',
          'lt',
          'lte',
          'in',
          'range',
          'isnull',
          'year',
          'year__gt',
          'year__gte',
          'year__lt',
          'year__lte',
          'month',
          'month__in',
          'day',
          'week',
          'week_day',
          'iso_week_day',
          'quarter',
        ],
        playlists: ['exact', 'isnull'],
        'playlists.name': ['exact', 'icontains'],
        'playlists.rating': ['gte', 'lt'],
      },
      {
        // The recorded server takes the calendar year for the ISO year.
        as: { release_date__iso_year: 'release_date__year' },
      },
    ),
    search: ['name', 'album', 'artist.name'],
    ordering: ['id', 'name', 'album', 'release_date', 'artist', 'artist.name'],
    regex: true,
    pages,
  } as const
  const { ordering: _, ...unordered } = common
  return {
    tracks: viewset({
      ...common,
      name: 'Track',
      description: "Tracks of the seed's test app.",
      serializer: shown,
    }),
    'tracks-limit': viewset({
      ...common,
      name: 'Track Limit',
      serializer: shown,
      pages: limitOffset({ size: 10, max: 50 }),
    }),
    'tracks-cursor': viewset({
      ...unordered,
      name: 'Track Cursor',
      serializer: shown,
      pages: cursor(track, {
        size: 25,
        max: 100,
        order: (each) => [each.release_date.desc(), each.id.asc()],
      }),
    }),
    'tracks-cursor-id': viewset({
      ...unordered,
      name: 'Track Cursor Id',
      serializer: shown,
      pages: cursor(track, { size: 25, max: 100, order: (each) => [each.id.asc()] }),
    }),
    'tracks-depth': viewset({
      ...common,
      name: 'Track Depth',
      serializer: serializer(track, {
        fields: ['id', 'album', 'name', 'release_date', 'artist'],
        override: { artist: nested(serializer(artist, { fields: ['id', 'name', 'type', 'genre'] })) },
      }),
    }),
    'tracks-hyper': viewset({
      ...common,
      name: 'Track Hyper',
      serializer: serializer(track, {
        fields: ['url', 'id', 'name', 'artist'],
        override: { url: selfLink('tracks'), artist: link('artists') },
      }),
    }),
  }
}

const otherViews = ({ playlist, label, release, profile, genre }: WebModels) => {
  const plain = { ordering: 'shown', pages } as const
  return {
    playlists: viewset({
      queryset: playlist,
      name: 'Playlist',
      description: "Playlists of the seed's test app.",
      serializer: serializer(playlist, { fields: ['id', 'name', 'rating', 'added', 'tracks'] }),
      filters: filters(playlist, {
        name: ['exact', 'icontains', 'isnull'],
        rating: numbers,
        added: [
          'exact',
          'gt',
          'gte',
          'lt',
          'lte',
          'range',
          'date',
          'date__gt',
          'year',
          'month',
          'day',
          'hour',
          'minute',
          'second',
          'time__gt',
        ],
        tracks: ['exact', 'isnull'],
        'tracks.artist': ['exact'],
        'tracks.artist.name': ['icontains'],
        'tracks.name': ['icontains'],
      }),
      search: ['name', 'tracks.name', 'tracks.artist.name'],
      ordering: ['id', 'name', 'rating', 'added'],
      pages,
    }),
    labels: viewset({
      ...plain,
      queryset: label,
      name: 'Label',
      description: 'Record labels.',
      serializer: serializer(label, { fields: 'all' }),
      filters: filters(label, {
        name: ['exact', 'icontains'],
        slug: ['exact', 'in'],
        email: ['exact', 'isnull', 'iendswith'],
        founded: numbers,
        active: ['exact'],
        uid: ['exact', 'isnull', 'in'],
        country: ['exact', 'in'],
        'releases.format': ['exact'],
      }),
      search: ['^name', '=slug', '$notes'],
      regex: true,
    }),
    releases: viewset({
      queryset: release,
      name: 'Release',
      description: 'Releases.',
      serializer: serializer(release, { fields: 'all' }),
      filters: filters(release, {
        label: ['exact', 'in'],
        'label.slug': ['exact'],
        artist: ['exact', 'isnull'],
        price: numbers,
        score: ['exact', 'gt', 'lt', 'isnull'],
        length: ['exact', 'gt', 'lte'],
        broadcast: ['exact', 'gt', 'lte', 'hour'],
        released_at: ['exact', 'gte', 'lt', 'date', 'year', 'isnull'],
        explicit: ['exact', 'isnull'],
        format: ['exact', 'in', 'isnull'],
        ip: ['exact'],
        title: ['icontains'],
      }),
      search: ['title', 'catalog_no'],
      ordering: ['id', 'price', 'score', 'length', 'title', 'released_at', 'label.name', 'format'],
      pages,
    }),
    profiles: viewset({
      ...plain,
      queryset: profile,
      name: 'Profile',
      description: 'Profiles (one to one).',
      serializer: serializer(profile, { fields: 'all' }),
    }),
    genres: viewset({
      ...plain,
      queryset: genre,
      name: 'Genre',
      description: 'Genres (text primary key, self relation).',
      serializer: serializer(genre, { fields: 'all' }),
      filters: filters(genre, {
        parent: ['exact', 'isnull'],
        code: ['exact', 'in'],
        'parent.title': ['exact'],
      }),
    }),
    'releases-slug': viewset({
      ...plain,
      queryset: release,
      name: 'Release Slug',
      description: 'Releases whose label is its slug.',
      serializer: serializer(release, {
        fields: ['id', 'label', 'catalog_no', 'title'],
        override: { label: slug('slug') },
      }),
      lookup: 'catalog_no',
      order: (each) => [each.id.asc()],
    }),
    'playlists-string': viewset({
      ...plain,
      queryset: playlist,
      name: 'Playlist String',
      description: 'Playlists with tracks as text.',
      serializer: serializer(playlist, { fields: ['id', 'name', 'tracks'], override: { tracks: text() } }),
    }),
  }
}

/** Signing in: a name and a password for a token. */
const signIn = (users: ReadonlyArray<WebUser>) =>
  endpoint({
    name: 'Obtain Auth Token',
    takes: {
      username: { codec: t.string },
      password: { codec: t.string },
    },
    methods: {
      POST:
        ({ values }) =>
        async () => {
          const known = users.find(
            ({ username, is_active = true }) => username === values['username'] && is_active,
          )
          const same = await sameSecret(String(values['password']), known?.password ?? '')
          return known !== undefined && same
            ? E.right({ status: 200, body: { token: known.token } })
            : E.left(mistake('authorization', 'The name or the password is wrong.'))
        },
    },
  })

const root = ['artists', 'tracks', 'playlists', 'labels', 'releases', 'profiles', 'genres']

/** The API over a client, and what puts it back as it was at the beginning. */
export const webApi = (
  models: WebModels,
  users: ReadonlyArray<WebUser>,
  client: WritableClient,
): RestHandler => {
  const { common, shown } = artistsOf(models, 'Artist Throttled')
  const views = {
    ...artistViews(models),
    ...trackViews(models),
    ...otherViews(models),
    ...guardedViews(models, users),
    'artists-throttled': viewset({ ...common, serializer: shown, throttle: perMinute(2, throttleStore()) }),
  }
  const api = rest(views, { client, prefix: '/api/', root, formats: ['json', 'html'] })
  const auth = rest({ 'api-token-auth': signIn(users) }, { client, formats: ['json'] })
  return (request, arrival) =>
    (new URL(request.url).pathname.startsWith('/api-token-auth') ? auth : api)(request, arrival)
}
