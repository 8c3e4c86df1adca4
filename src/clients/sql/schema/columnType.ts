import type { Kind } from '../../../value/Value.js'
import type { DialectName } from '../Driver.js'
import { natural, sql, type Sql } from '../Sql.js'
import type { ColumnType } from './Tables.js'

type Sized = Pick<ColumnType, 'kind' | 'maxLength' | 'maxDigits' | 'decimalPlaces'>

/**
 * How an engine spells the type of a column. Text compares by code point, decimals are exact, and instants have
 * milliseconds.
 *
 * @since 0.2.0
 */
export const columnType = (dialect: DialectName, type: Sized): Sql => {
  switch (dialect) {
    case 'postgres':
      return postgres(type)
    case 'sqlite':
      return sqlite(type)
    case 'mariadb':
      return mysql(type, sql`character set utf8mb4 collate utf8mb4_nopad_bin`)
    case 'mysql':
      return mysql(type, sql`character set utf8mb4 collate utf8mb4_0900_bin`)
  }
}

const kindOf = ({ kind }: Sized): Kind => kind ?? 'text'

const places = ({ maxDigits, decimalPlaces }: Sized): Sql | null =>
  maxDigits === null || decimalPlaces === null
    ? null
    : sql`(${natural(Math.max(maxDigits, decimalPlaces, 1))}, ${natural(decimalPlaces)})`

const postgres = (type: Sized): Sql => {
  switch (kindOf(type)) {
    case 'text':
      return type.maxLength === null || type.maxLength < 1 || type.maxLength > 10_485_760
        ? sql`text collate "C"`
        : sql`varchar(${natural(type.maxLength)}) collate "C"`
    case 'int':
      return sql`bigint`
    case 'float':
      return sql`double precision`
    case 'decimal': {
      const digits = places(type)
      return digits === null ? sql`numeric` : sql`numeric${digits}`
    }
    case 'boolean':
      return sql`boolean`
    case 'date':
      return sql`date`
    case 'time':
      return sql`time(3)`
    case 'datetime':
      return sql`timestamptz(3)`
    case 'duration':
      return sql`interval`
    case 'uuid':
      return sql`uuid`
    case 'json':
      return sql`jsonb`
  }
}

// SQLite keeps text unchanged in a column whose type has TEXT or CHAR in its name. In a column of another type, it
// converts text that looks like a number.
const sqlite = (type: Sized): Sql => {
  switch (kindOf(type)) {
    case 'text':
      return type.maxLength === null ? sql`text` : sql`varchar(${natural(type.maxLength)})`
    case 'int':
      return sql`integer`
    case 'float':
      return sql`real`
    case 'decimal': {
      const digits = places(type)
      return digits === null ? sql`decimaltext` : sql`decimaltext${digits}`
    }
    case 'boolean':
      return sql`boolean`
    case 'date':
      return sql`date`
    case 'time':
      return sql`time`
    case 'datetime':
      return sql`datetime`
    case 'duration':
      // Stored as it is spelled. Its order isn't that of the lengths.
      return sql`varchar(32)`
    case 'uuid':
      return sql`char(36)`
    case 'json':
      return sql`jsontext`
  }
}

const mysql = (type: Sized, collation: Sql): Sql => {
  switch (kindOf(type)) {
    case 'text':
      return type.maxLength === null || type.maxLength > mostIndexed
        ? sql`longtext ${collation}`
        : sql`varchar(${natural(type.maxLength)}) ${collation}`
    case 'int':
      return sql`bigint`
    case 'float':
      return sql`double`
    case 'decimal':
      return sql`decimal${places(type) ?? sql`(65, 30)`}`
    case 'boolean':
      return sql`tinyint(1)`
    case 'date':
      return sql`date`
    case 'time':
      return sql`time(3)`
    case 'datetime':
      return sql`datetime(3)`
    case 'duration':
      // In microseconds, of which an int has too few.
      return sql`decimal(20)`
    case 'uuid':
      return sql`char(36) ${collation}`
    case 'json':
      return sql`json`
  }
}

/**
 * How many characters a column of MariaDB or MySQL may have for an index to take them whole.
 *
 * @since 0.2.0
 */
export const mostIndexed = 700
