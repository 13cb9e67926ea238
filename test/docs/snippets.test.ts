import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(`${root}docs`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

interface Snippet {
  readonly page: string;
  readonly example: string | undefined;
  readonly code: string;
}

const snippets = pages.flatMap((page): readonly Snippet[] =>
  [...readFileSync(root + page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text = '']) => {
    const [first = '', ...rest] = text.split('\n');
    const example = /^\/\/ (examples\/\S+)$/.exec(first)?.[1];
    return { page, example, code: rest.join('\n') };
  }),
);

describe('documented code', () => {
  it('is there at all', () => {
    expect(snippets.length).toBeGreaterThan(5);
  });

  // The examples are type-checked and run by test/examples, so a snippet that is part of one cannot rot.
  it.each(snippets)('in $page stands word for word in $example', ({ example, code }) => {
    if (example === undefined) throw new Error(`a snippet does not name its example:\n${code}`);
    const indented = ['', '  ', '    '].map((indent) => code.replace(/^(?=.)/gm, indent));
    const source = readFileSync(root + example, 'utf8');
    expect(
      indented.filter((text) => source.includes(text)),
      `not in ${example}:\n${code}`,
    ).not.toEqual([]);
  });
});

describe('links between pages', () => {
  const links = pages.flatMap((page) =>
    [...readFileSync(root + page, 'utf8').matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map(
      ([, target = '', anchor]) => ({ page, target, anchor }),
    ),
  );

  it.each(links)('$page -> $target#$anchor leads somewhere', ({ page, target, anchor }) => {
    const file = target === '' ? page : new URL(target, `file:///${page}`).pathname.slice(1);
    const text = readFileSync(root + file, 'utf8');
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    if (anchor !== undefined) expect(headings).toContain(anchor);
    expect(text.length).toBeGreaterThan(0);
  });
});
