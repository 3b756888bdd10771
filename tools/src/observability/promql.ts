import { parser } from '@prometheus-io/lezer-promql';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** The labels that the series of a name carry; undefined when there is no such metric. */
export type LabelsOfMetric = (name: string) => ReadonlySet<string> | undefined;

export interface QueryReading {
  /** Metrics and recording rules that the query reads, each once. */
  readonly metrics: readonly string[];
  /** The labels that the result can carry. */
  readonly labels: ReadonlySet<string>;
  /** What is wrong, a sentence each: syntax, names that nobody exports, labels that are not there. */
  readonly findings: readonly string[];
}

/**
 * What a PromQL expression reads and what labels its result has, by the rules of the language: aggregations keep
 * what they group by, binary operators what they match on, `histogram_quantile` drops `le`.
 */
export function readQuery(query: string, labelsOfMetric: LabelsOfMetric): QueryReading {
  const reader = new Reader(query, labelsOfMetric);
  const tree = parser.parse(query).topNode;
  const labels = reader.labelsOf(tree);
  return { metrics: [...reader.metrics], labels, findings: [...new Set(reader.findings)] };
}

const none: ReadonlySet<string> = new Set();
/** Of a metric that is not there, which has been told: nothing more is said about its labels. */
const unknown: ReadonlySet<string> = new Set();

class Reader {
  readonly metrics = new Set<string>();
  readonly findings: string[] = [];

  constructor(
    private readonly query: string,
    private readonly labelsOfMetric: LabelsOfMetric,
  ) {}

  labelsOf(node: Node): ReadonlySet<string> {
    if (node.type.isError) this.findings.push(`"${this.query}" is not PromQL at ${node.from}`);
    if (node.name === 'VectorSelector') return this.#selector(node);
    if (node.name === 'AggregateExpr') return this.#aggregate(node);
    if (node.name === 'BinaryExpr') return this.#binary(node);
    if (node.name === 'FunctionCall') return this.#call(node);
    return union(childrenOf(node).map((child) => this.labelsOf(child)));
  }

  #selector(node: Node): ReadonlySet<string> {
    const name = this.#text(node.getChild('Identifier'));
    const matched = this.#matchedLabels(node);
    if (name === '') this.findings.push(`"${this.#text(node)}" names no metric`);
    const labels = this.labelsOfMetric(name);
    this.metrics.add(name);
    if (labels === undefined) {
      if (name !== '') this.findings.push(`There is no metric ${name}`);
      return unknown;
    }
    this.#expect(matched, labels, name);
    // Searches the whole node, so that a broken selector is told too.
    for (const child of childrenOf(node)) this.labelsOf(child);
    return labels;
  }

  #matchedLabels(node: Node): string[] {
    const matchers = node.getChild('LabelMatchers');
    return (matchers?.getChildren('UnquotedLabelMatcher') ?? []).map((matcher) =>
      this.#text(matcher.getChild('LabelName')),
    );
  }

  #aggregate(node: Node): ReadonlySet<string> {
    const inner = this.labelsOf(node.getChild('FunctionCallBody') ?? node.lastChild!);
    const modifier = node.getChild('AggregateModifier');
    const operator = this.#text(node.getChild('AggregateOp'));
    if (modifier === null) return /^(top|bottom)k$/.test(operator) ? inner : none;
    const grouped = this.#groupings(modifier)[0] ?? [];
    this.#expect(grouped, inner, `what ${operator} is of`);
    return modifier.getChild('By') ? new Set(grouped) : without(inner, grouped);
  }

  #binary(node: Node): ReadonlySet<string> {
    const left = this.labelsOf(node.firstChild!);
    const right = this.labelsOf(node.lastChild!);
    const clause = node.getChild('MatchingModifierClause');
    if (clause) this.labelsOf(clause);
    const groups = clause ? this.#groupings(clause) : [];
    const [matching = [], extra = []] = groups;
    const isSet = ['And', 'Unless'].some((name) => node.getChild(name));
    if (clause?.getChild('On')) {
      this.#expect(matching, left, 'the left side of on()');
      this.#expect(matching, right, 'the right side of on()');
    }
    if (isSet) return left;
    if (node.getChild('Or')) return union([left, right]);
    if (clause?.getChild('GroupLeft')) return union([left, new Set(extra)]);
    if (clause?.getChild('GroupRight')) return union([right, new Set(extra)]);
    // A comparison filters its left side, unless that is a number.
    if (clause?.getChild('On')) return new Set(matching);
    return without(left.size > 0 || left === unknown ? left : right, matching);
  }

  #call(node: Node): ReadonlySet<string> {
    const name = this.#text(node.getChild('FunctionIdentifier'));
    const body = node.getChild('FunctionCallBody');
    const inner = body ? this.labelsOf(body) : none;
    const texts = (body?.getChildren('StringLiteral') ?? []).map((text) =>
      this.#text(text).slice(1, -1),
    );
    if (name === 'histogram_quantile') {
      this.#expect(['le'], inner, 'what histogram_quantile is of');
      return without(inner, ['le']);
    }
    if (name === 'label_replace' || name === 'label_join')
      return union([inner, new Set(texts.slice(0, 1))]);
    if (name === 'scalar' || name === 'time' || name === 'vector') return none;
    return inner;
  }

  #groupings(node: Node): string[][] {
    return node
      .getChildren('GroupingLabels')
      .map((group) => group.getChildren('LabelName').map((label) => this.#text(label)));
  }

  #expect(labels: readonly string[], known: ReadonlySet<string>, of: string): void {
    if (known === unknown) return;
    for (const label of labels)
      if (!known.has(label)) this.findings.push(`There is no label ${label} on ${of}`);
  }

  #text(node: Node | null): string {
    return node === null ? '' : this.query.slice(node.from, node.to);
  }
}

function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return sets.includes(unknown) ? unknown : new Set(sets.flatMap((set) => [...set]));
}

function without(set: ReadonlySet<string>, labels: readonly string[]): ReadonlySet<string> {
  return set === unknown ? set : new Set([...set].filter((label) => !labels.includes(label)));
}
