/**
 * Functions of more than 60 lines, each with the reason why it is not split: `path name`.
 *
 * - A `table` has one entry for each member of a closed union or one for each kind of case. Each entry is a few lines, and
 *   the compiler sees whether one is missing.
 * - A `record` is an object whose functions share the state around them: one to a function would pass it around.
 * - A `loop` is one sequence of steps over state that each step reads and writes.
 * - The `draws` of a generator come in one order, which a seed repeats. To move them would change every known case.
 */
export const longFunctions = {
  'src/client/middleware/around.ts around':
    'record: a client whose functions are each wrapped in the same way',
  'src/client/middleware/cache.ts cache': 'record: the functions of a client over one cache',
  'src/client/pages/pages.ts pagesTold': 'loop: each page decides how the next one is asked for',
  'src/client/route.ts route': 'record: the functions of a client that share the choice of a client',
  'src/clients/http/httpClient.ts httpClient': 'record: the functions of a client that share one connection',
  'src/clients/json/Lock.ts lock': 'loop: taking, renewing and giving back one lock',
  'src/clients/json/commit.ts commit': 'loop: the steps of one commit, in the order that makes it safe',
  'src/clients/json/findFiles.ts find': 'loop: the steps by which one folder is read',
  'src/clients/json/folder.ts folder': 'record: reading and changing one folder share what was last seen',
  'src/clients/reference/storeClient.ts storeClient': 'record: the functions of a client over one store',
  'src/clients/rest/presets.ts jsonServer': 'table: what one kind of service understands',
  'src/clients/rest/presets.ts djangoRestFramework': 'table: what one kind of service understands',
  'src/clients/rest/presets.ts postgrest': 'table: what one kind of service understands',
  'src/clients/rest/presets.ts odata': 'table: what one kind of service understands',
  'src/clients/sql/dialects/mariadb.ts mysqlLike': 'record: how one dialect says each part of a statement',
  'src/clients/sql/dialects/mariadbCall.ts tableFor': 'table: how one dialect says each function',
  'src/laws/checkClient.ts checkClient': 'loop: cases, then shrinking, then the report, over one tally',
  'src/laws/discover/probes.ts wholeProbes': 'table: one question for each ability',
  'src/laws/hold/Stage.ts stage': 'record: the calls that wait, and what lets them go on',
  'src/laws/hold/trouble.ts checkOverlap': 'loop: orders are compared with one run of overlapping calls',
  'src/laws/make/changes.ts changeOf': 'draws: one change of each kind',
  'src/laws/make/contention.ts taken': 'draws: calls that contend for one value',
  'src/laws/make/generate.ts featured': 'draws: the features of a case',
  'src/laws/make/generate.ts callsOf': 'draws: the calls of a case, by weight',
  'src/laws/make/layers.ts layersFrom': 'draws: the passes of a queryset',
  'src/laws/make/layers.ts slicedSlices': 'draws: the parts of one pass',
  'src/laws/make/nearly.ts alikeOf': 'draws: calls that are nearly the same',
  'src/laws/make/overlapOf.ts overlapOf': 'draws: calls that overlap, by weight',
  'src/laws/make/rows.ts modelRows': 'draws: the rows of one model',
  'src/laws/make/sets.ts setsOf': 'draws: querysets that are put together',
  'src/laws/make/watching.ts besideWatch': 'draws: a write, and reads of the rows beside it',
  'src/laws/make/wide.ts longCalls': 'draws: calls with long texts',
  'src/laws/report/Coverage.ts counting': 'record: the counters of one report',
  'src/laws/shrink/shrink.ts shrink': 'loop: the smallest case so far, and the time that is left',
  'src/laws/shrink/smallerCall.ts smallerCall': 'table: one entry for each kind of call',
  'src/laws/shrink/smallerStep.ts smallerStep': 'table: one entry for each step',
  'src/laws/shrink/unrelated.ts inOtherTerms': 'loop: a foreign key is replaced wherever it is named',
  'src/query/fold.ts takeStep': 'table: one entry for each step',
  'src/queryset/bind.ts bindStep': 'table: one entry for each step',
  'src/queryset/print.ts printStep': 'table: one entry for each step',
  'src/queryset/print/nodes.ts printSeen': 'table: one entry for each node',
  'src/queryset/print/nodes.ts combine': 'table: one entry for each node',
  'src/reference/denote.ts after': 'table: one entry for each step; the specification is read as one page',
  'src/run/Pool.ts over': 'record: the functions of a pool over one set of tables',
  'src/run/read/fetchRows.ts rest': 'loop: pages are taken until enough rows have passed',
}
