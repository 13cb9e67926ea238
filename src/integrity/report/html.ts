/** Markup that is safe as it stands. A function, because evidence is read from JSON, which can hold anything but that. */
export type Html = () => string;

/** What may stand in markup: texts and numbers are escaped. */
export type HtmlPart = string | number | Html | readonly HtmlPart[];

/** Markup, with everything that is put into it escaped. Attributes have to be in double quotes. */
export function html(fixed: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const markup = fixed.map((text, index) => text + (index < parts.length ? markupOf(parts[index] ?? '') : '')).join('');
  return () => markup;
}

function markupOf(part: HtmlPart): string {
  if (typeof part === 'function') return part();
  return typeof part === 'object' ? part.map(markupOf).join('') : escapeMarkup(String(part));
}

/** For texts and attributes of HTML and XML. What XML cannot hold (controls, lone surrogates) becomes the replacement character. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, '\uFFFD')
    .replace(unspeakable, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const unspeakable =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters that are not to come through
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF\u202A-\u202E\u2066-\u2069]/g;
