/** What a browser would post of a form's HTML. The markup is that of this package, so that patterns can read it. */

const entities: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }

const unescaped = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/gu, (_, name: string) => entities[name] ?? '')

const attribute = (tag: string, name: string): string | null => {
  const found = new RegExp(`\\s${name}(?:="([^"]*)")?(?=[\\s>/])`, 'u').exec(tag)
  return found === null ? null : unescaped(found[1] ?? '')
}

/** Browsers send line breaks as two characters. */
const sent = (text: string): string => text.replace(/\r\n|\r|\n/gu, '\r\n')

const controls = /<input\b[^>]*>|<textarea\b([^>]*)>([^]*?)<\/textarea>|<select\b([^>]*)>([^]*?)<\/select>/gu

export const postOf = (html: string): FormData => {
  const data = new FormData()
  const add = (name: string | null, value: string): void => {
    if (name !== null) data.append(name, sent(value))
  }
  for (const [tag, area, text, list, options] of html.matchAll(controls)) {
    if (area !== undefined)
      add(attribute(`<textarea${area}>`, 'name'), unescaped(text ?? '').replace(/^\r?\n/u, ''))
    else if (list !== undefined) {
      const name = attribute(`<select${list}>`, 'name')
      const all = [...(options ?? '').matchAll(/<option\b[^>]*>/gu)].map(([option]) => option)
      const chosen = all.filter((option) => attribute(option, 'selected') !== null)
      const isMany = attribute(`<select${list}>`, 'multiple') !== null
      const posted = chosen.length > 0 || isMany ? chosen : all.slice(0, 1)
      posted.forEach((option) => {
        add(name, attribute(option, 'value') ?? '')
      })
    } else {
      const type = attribute(tag, 'type')
      if ((type === 'checkbox' || type === 'radio') && attribute(tag, 'checked') === null) continue
      add(attribute(tag, 'name'), attribute(tag, 'value') ?? 'on')
    }
  }
  return data
}
