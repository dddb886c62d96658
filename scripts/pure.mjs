// Tells bundlers what the modules' authors know: a table built at the top of a module is needed only where it is used.
// Several modules share a chunk, so `sideEffects` of package.json, which speaks of whole files, cannot say it.
const FUNCTIONS = new Set(["ArrowFunctionExpression", "FunctionExpression"]);
const CALLS = new Set(["CallExpression", "NewExpression", "TaggedTemplateExpression", "SpreadElement"]);
const AWAIT = new Set(["AwaitExpression"]);

/** Whether evaluating a node comes to a node of these types. What stands inside a function is not evaluated yet. */
function comesTo(types, node) {
  if (FUNCTIONS.has(node.type)) return false;
  if (types.has(node.type)) return true;
  return Object.values(node)
    .flat()
    .some((child) => typeof child?.type === "string" && comesTo(types, child));
}

// A spread asks for an iterator. What is awaited at the top is there to be done. A class has its name from the constant,
// and bundlers know by themselves that it can go.
const isTable = (node) => node.type !== "ClassExpression" && comesTo(CALLS, node) && !comesTo(AWAIT, node);

/** Where the top-level constants of a program (`var` is what a default export became) are given values that need marking, last first. */
function tables(program, code) {
  const constants = program.body
    .map((statement) => (statement.type === "ExportNamedDeclaration" ? statement.declaration : statement))
    .filter((statement) => statement?.type === "VariableDeclaration" && statement.kind !== "let")
    .flatMap(({ declarations }) => declarations);
  const isMarked = ({ start }) => code.slice(0, start).trimEnd().endsWith("@__PURE__ */");
  return constants.flatMap(({ init }) => (init && isTable(init) && !isMarked(init) ? [init] : [])).reverse();
}

/** A plugin that marks them. `keep`: chunks that exist for what they do when imported. */
export function markPure(keep) {
  return {
    name: "mark-pure",
    renderChunk(code, chunk) {
      if (keep.includes(chunk.fileName)) return null;
      let marked = code;
      for (const { start, end } of tables(this.parse(code), code)) {
        const value = `/* @__PURE__ */ (() => ${wrapped(code.slice(start, end))})()`;
        marked = marked.slice(0, start) + value + marked.slice(end);
      }
      return { code: marked, map: null };
    },
  };
}

// An object literal after an arrow would read as a block.
function wrapped(expression) {
  return expression.startsWith("{") ? `(${expression})` : expression;
}
