/** An element as it stands in a document. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** Its text, where it has no children. */
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Reads the plain XML that AWS services answer with; an error for anything that is not well formed. */
export function readXml(document: string): XmlElement {
  const pattern = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  const open: { name: string; children: XmlElement[]; text: string }[] = [{ name: '', children: [], text: '' }];
  let read = 0;
  for (const match of document.replace(/^<\?xml[^>]*\?>\s*/, '').matchAll(pattern)) {
    const [whole, closes, name = '', , isEmpty, text] = match;
    read += whole.length;
    const current = open.at(-1);
    if (current === undefined) throw new Error('nothing is open');
    if (text !== undefined) current.text += plainText(text);
    else if (isEmpty) current.children.push({ name, children: [], text: '' });
    else if (closes) {
      if (current.name !== name) throw new Error(`</${name}> closes <${current.name}>`);
      if (current.children.length > 0 && current.text.trim() !== '')
        throw new Error(`text beside elements in <${name}>`);
      open.pop();
      open.at(-1)?.children.push(current);
    } else open.push({ name, children: [], text: '' });
  }
  const [root] = open;
  const [element] = root?.children ?? [];
  if (open.length !== 1 || root?.children.length !== 1 || element === undefined)
    throw new Error('not one whole element');
  if (read !== document.replace(/^<\?xml[^>]*\?>\s*/, '').length) throw new Error(`not well formed at ${read}`);
  return element;
}

function plainText(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));|&/g, (whole, code?: string, name?: string) => {
    const plain = code !== undefined ? String.fromCodePoint(Number(code)) : entities[name ?? ''];
    if (plain === undefined) throw new Error(`${whole} is no entity`);
    return plain;
  });
}
