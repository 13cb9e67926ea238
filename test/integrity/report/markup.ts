/** An element, or a text. */
export type MarkupNode =
  | { readonly tag: string; readonly attributes: Readonly<Record<string, string>>; readonly children: MarkupNode[] }
  | string;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const emptyInHtml = new Set(['meta', 'line', 'polyline']);

/**
 * A strict reader of XML, and of the HTML that is written here: tags nest and close, attributes are quoted, nothing but known
 * entities, no `<` in texts. Throws on anything else.
 */
export function readMarkup(markup: string): MarkupNode[] {
  const root: MarkupNode[] = [];
  const stack: { tag: string; children: MarkupNode[] }[] = [{ tag: '', children: root }];
  const tokens =
    /<(!doctype html|\?xml [^<>]*\?)>|<(\/?)([a-z][a-z0-9-]*)((?:\s+[a-z][\w:-]*(?:="[^"<]*")?)*)\s*(\/?)>|([^<]+)/giy;
  while (tokens.lastIndex < markup.length) {
    const at = tokens.lastIndex;
    const [, prolog, closing, tag = '', attributes = '', selfClosing, text] = tokens.exec(markup) ?? fail(markup, at);
    const top = stack.at(-1) ?? fail(markup, at);
    if (prolog !== undefined) continue;
    if (text !== undefined) top.children.push(decoded(text));
    else if (closing === '/') {
      if (stack.pop()?.tag !== tag) fail(markup, at);
    } else {
      const node = { tag, attributes: readAttributes(attributes), children: [] };
      top.children.push(node);
      if (tag === 'style') {
        const end = markup.indexOf('</style>', tokens.lastIndex);
        node.children.push(markup.slice(tokens.lastIndex, end) as never);
        tokens.lastIndex = end + '</style>'.length;
      } else if (selfClosing !== '/' && !emptyInHtml.has(tag)) stack.push(node);
    }
  }
  if (stack.length !== 1) throw new SyntaxError(`not closed: ${stack.at(-1)?.tag}`);
  return root;
}

/** Every element of a tag. */
export function all(nodes: readonly MarkupNode[], tag: string): Exclude<MarkupNode, string>[] {
  return nodes.flatMap((node) =>
    typeof node === 'string' ? [] : [...(node.tag === tag ? [node] : []), ...all(node.children, tag)],
  );
}

/** All that is to be read. */
export function textOf(nodes: readonly MarkupNode[]): string {
  return nodes
    .map((node) => (typeof node === 'string' ? node : node.tag === 'style' ? '' : textOf(node.children)))
    .join('');
}

/** Elements and the names of their attributes, without any text. */
export function skeleton(nodes: readonly MarkupNode[]): string {
  return nodes
    .map((node) =>
      typeof node === 'string'
        ? ''
        : `<${node.tag} ${Object.keys(node.attributes).join(' ')}>${skeleton(node.children)}</>`,
    )
    .join('');
}

function readAttributes(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/([a-z][\w:-]*)(?:="([^"]*)")?/gi)].map(([, name = '', value = '']) => [name, decoded(value)]),
  );
}

function decoded(text: string): string {
  return text.replace(/&([^;\s]*);?/g, (whole, name: string) => entities[name] ?? fail(whole, 0));
}

function fail(markup: string, at: number): never {
  throw new SyntaxError(`not well-formed at ${at}: ${markup.slice(at, at + 80)}`);
}
