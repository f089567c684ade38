// What a run has found: problems, and which operation has given which answers.
export class Report {
  #problems = [];
  #seen = new Map();
  #step = '';

  begin(step) {
    this.#step = step;
  }

  problem(words) {
    this.#problems.push(`${this.#step}: ${words}`);
  }

  expect(holds, words) {
    if (!holds) this.problem(words);
  }

  saw(operation, status) {
    if (!this.#seen.has(operation.id)) this.#seen.set(operation.id, new Set());
    this.#seen.get(operation.id).add(String(status));
  }

  /** Prints the table; true when nothing was wrong and nothing that is promised was missed. */
  finish(document) {
    const rows = document.operations.map((operation) => {
      const seen = [...(this.#seen.get(operation.id) ?? [])].sort();
      const missed = document.successes(operation).filter((status) => !seen.includes(status));
      return { operation, seen, missed };
    });
    for (const { operation, seen, missed } of rows) {
      const name = `${operation.method.toUpperCase()} ${operation.path}`.padEnd(38);
      console.log(`${name} ${seen.join(' ')}${missed.length > 0 ? `   never seen: ${missed.join(' ')}` : ''}`);
    }
    const missed = rows.filter((row) => row.missed.length > 0).length;
    for (const words of this.#problems) console.log(`PROBLEM ${words}`);
    console.log(`${rows.length} operations, ${missed} incomplete, ${this.#problems.length} problems`);
    return missed === 0 && this.#problems.length === 0;
  }
}
