import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** One import or re-export of a module. */
export interface Arrow {
  /** `src/...` for modules of ours, else the name as written. */
  readonly to: string;
  readonly line: number;
  /** `import type`, `export type`, `typeof import()`: nothing of it is left at run time. */
  readonly typeOnly: boolean;
  /** `await import()`. */
  readonly dynamic: boolean;
}

/** A source file, parsed. */
export interface SourceModule {
  /** Such as `src/core/poll.ts`. */
  readonly path: string;
  readonly lines: number;
  readonly arrows: readonly Arrow[];
  readonly ast: ts.SourceFile;
}

/** Every TypeScript file below src. */
export function readModules(): readonly SourceModule[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join('src', name))
    .sort()
    .map(readModule);
}

function readModule(path: string): SourceModule {
  const text = readFileSync(join(root, path), 'utf8');
  return parseModule(path, text);
}

/** The module that a text would be at a path. */
export function parseModule(path: string, text: string): SourceModule {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const arrows: Arrow[] = [];
  const add = (node: ts.Node, name: string, kind: { readonly typeOnly: boolean; readonly dynamic: boolean }): void => {
    const to = name.startsWith('.') ? posix.join(dirname(path), name).replace(/\.js$/, '.ts') : name;
    arrows.push({ to, line: lineOf(node), ...kind });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node, node.moduleSpecifier.text, { typeOnly: isTypeImport(node), dynamic: false });
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      const elements = node.exportClause && ts.isNamedExports(node.exportClause) ? [...node.exportClause.elements] : [];
      const typeOnly = node.isTypeOnly || (elements.length > 0 && elements.every((element) => element.isTypeOnly));
      add(node, node.moduleSpecifier.text, { typeOnly, dynamic: false });
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node, node.argument.literal.getText().slice(1, -1), { typeOnly: true, dynamic: false });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [name] = node.arguments;
      add(node, name && ts.isStringLiteral(name) ? name.text : '(computed)', { typeOnly: false, dynamic: true });
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return { path, lines: text.trimEnd().split('\n').length, arrows, ast };
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { name, namedBindings } = importClause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

/** Line of a node, counted from 1. */
export function lineOf(node: ts.Node): number {
  const ast = node.getSourceFile();
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}

/** Every node of a module that a test picks. */
export function findNodes<N extends ts.Node>(module: SourceModule, pick: (node: ts.Node) => node is N): readonly N[] {
  const found: N[] = [];
  const visit = (node: ts.Node): void => {
    if (pick(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(module.ast);
  return found;
}
