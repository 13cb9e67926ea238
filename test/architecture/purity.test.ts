import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { layerOf } from './layers.js';
import { findNodes, lineOf, parseModule, readModules, type SourceModule } from './source-files.js';

const modules = readModules();
const ruled = new Set([
  'core',
  'retention',
  'restore',
  'integrity',
  'backup',
  'checks',
  'readiness',
  'system',
  'ports',
]);
const clock = 'src/core/clock.ts';

/** Reads of the machine's clock, its randomness or its timers. */
function impurities(module: SourceModule): readonly string[] {
  const members = findNodes(module, ts.isPropertyAccessExpression)
    .map((node) => ({ node, text: node.getText(module.ast) }))
    .filter(({ text }) => /^(?:Date\.now|Math\.random|performance\.now|process\.hrtime|crypto\.randomUUID)$/.test(text))
    // Handing it over as the default, as in `random ?? Math.random`, is where randomness comes in.
    .filter(({ node, text }) => text !== 'Math.random' || ts.isCallExpression(node.parent));
  const dates = findNodes(module, ts.isNewExpression)
    .map((node) => ({ node, text: node.getText(module.ast) }))
    .filter(({ node, text }) => /^new Date\b/.test(text) && (node.arguments?.length ?? 0) === 0);
  const timers = findNodes(module, ts.isCallExpression)
    .map((node) => ({ node, text: node.expression.getText(module.ast) }))
    .filter(({ text }) =>
      /^(?:globalThis\.)?(?:setTimeout|setInterval|setImmediate|randomUUID|AbortSignal\.timeout|Date)$/.test(text),
    );
  return [...members, ...dates, ...timers].map(({ node, text }) => `${module.path}:${lineOf(node)} ${text}`);
}

/** Statements that do something when a module is loaded: what esbuild cannot drop. */
function topLevelWork(module: SourceModule): readonly string[] {
  const say = (node: ts.Node, what: string): string => `${module.path}:${lineOf(node)} ${what}`;
  return module.ast.statements.flatMap((statement): readonly string[] => {
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.flatMap((declaration) => workIn(declaration, say));
    }
    if (ts.isClassDeclaration(statement)) {
      return statement.members.flatMap((member): readonly string[] => {
        if (member.name !== undefined && ts.isComputedPropertyName(member.name))
          return [say(member, 'computed member')];
        const runsAtOnce =
          ts.isClassStaticBlockDeclaration(member) ||
          (ts.isPropertyDeclaration(member) && (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static) !== 0);
        return runsAtOnce ? workIn(member, say) : [];
      });
    }
    const declares =
      ts.isImportDeclaration(statement) ||
      ts.isExportDeclaration(statement) ||
      ts.isFunctionDeclaration(statement) ||
      ts.isInterfaceDeclaration(statement) ||
      ts.isTypeAliasDeclaration(statement);
    return declares ? [] : [say(statement, statement.getText(module.ast).slice(0, 60))];
  });
}

function workIn(node: ts.Node, say: (node: ts.Node, what: string) => string): readonly string[] {
  const found: string[] = [];
  const visit = (inner: ts.Node): void => {
    if (ts.isFunctionLike(inner)) return;
    if (ts.isCallExpression(inner) || ts.isTaggedTemplateExpression(inner)) found.push(say(inner, 'calls'));
    else if (ts.isNewExpression(inner)) found.push(say(inner, 'constructs'));
    else if (ts.isSpreadElement(inner) || ts.isSpreadAssignment(inner)) found.push(say(inner, 'spreads'));
    else if (ts.isAwaitExpression(inner)) found.push(say(inner, 'awaits'));
    ts.forEachChild(inner, visit);
  };
  visit(node);
  return found;
}

/** Modules that importing one of the given loads. */
function reachableFrom(start: string): readonly SourceModule[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const seen = new Set<string>();
  const queue = [start];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const module = byPath.get(path);
    if (module === undefined || seen.has(path)) continue;
    seen.add(path);
    queue.push(...module.arrows.filter(({ typeOnly, dynamic }) => !typeOnly && !dynamic).map(({ to }) => to));
  }
  return modules.filter(({ path }) => seen.has(path));
}

describe('time and randomness', () => {
  it('come in from outside, everywhere below the adapters', () => {
    const below = modules.filter(({ path }) => ruled.has(layerOf(path)) && path !== clock);
    expect(below.flatMap(impurities)).toEqual([]);
  });

  it('would be noticed', () => {
    const text =
      'const f = () => [Date.now(), new Date(), Date(), Math.random(), setTimeout(f, 1), AbortSignal.timeout(1), new Date(0)];';
    expect(impurities(parseModule('src/core/x.ts', text))).toHaveLength(6);
  });
});

describe('loading the front door', () => {
  it('does no work: what is not used can be dropped', () => {
    expect(reachableFrom('src/index.ts').flatMap(topLevelWork)).toEqual([]);
  });

  it('loads no adapter and no package', () => {
    const loaded = reachableFrom('src/index.ts');
    expect(loaded.length).toBeGreaterThan(50);
    const packages = loaded.flatMap(({ path, arrows }) =>
      arrows
        .filter(({ to, typeOnly, dynamic }) => !/^(?:src\/|node:)/.test(to) && !typeOnly && !dynamic)
        .map(({ to }) => `${path} ${to}`),
    );
    expect(packages).toEqual([]);
    expect(loaded.map(({ path }) => layerOf(path))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:aws|postgres|redis|local)$/)]),
    );
  });

  it.each([
    'const names = new Set([]);',
    'const frozen = Object.freeze({});',
    'const all = [...others];',
    'register();',
    'class A { static b = make(); }',
    'class A { [key] = 1; }',
    'const x = await y;',
    'if (a) b;',
  ])('would notice %s', (text) => {
    expect(topLevelWork(parseModule('src/core/x.ts', text)).length).toBeGreaterThan(0);
  });

  it('takes functions, literals and regular expressions for what they are', () => {
    const text =
      'export const a = { b: /x/, c: () => f(), d: [1, -2] } as const; class E { static f = 1; g = make(); }';
    expect(topLevelWork(parseModule('src/core/x.ts', text))).toEqual([]);
  });
});

describe('every module', () => {
  it('has at most 250 lines', () => {
    // The front door is a list: it is as long as what is offered.
    const long = modules.filter(({ path, lines }) => lines > 250 && path !== 'src/index.ts');
    expect(long.map(({ path, lines }) => `${path} ${lines}`)).toEqual([]);
  });

  it('re-exports by name', () => {
    const stars = modules.flatMap((module) =>
      findNodes(module, ts.isExportDeclaration)
        .filter(({ exportClause }) => exportClause === undefined || ts.isNamespaceExport(exportClause))
        .map((node) => `${module.path}:${lineOf(node)}`),
    );
    expect(stars).toEqual([]);
  });

  it('writes nothing to the console', () => {
    const spoken = modules.flatMap((module) =>
      findNodes(module, ts.isPropertyAccessExpression)
        .filter(({ expression }) => expression.getText(module.ast) === 'console')
        .map((node) => `${module.path}:${lineOf(node)}`),
    );
    expect(spoken).toEqual([]);
  });
});
