"use strict";
// All checks in their order, for a page or a Worker; what one household may see of the result.

const CHECKS = [
  ["V6", "drawSeed"], ["V7", "order"], ["V8", "gates"], ["V9", "entitlements"], ["V10", "prices"], ["V12", "once"],
  ["V13", "demand"], ["V14", "access"], ["V15", "classes"], ["V16", "rank"],
];

const namesOf = (code) => VERIFY.WORDS[code].map((text) => text.split(/[：:]/)[0]);

// One check, whatever it runs into.
function attempt(code, test) {
  let [outcome, key, told] = ["PASS", code, {}];
  try {
    told = test();
  } catch (error) {
    if (error instanceof Verdict) ({ outcome, key, told } = error);
    else [outcome, key, told] = ["FAIL", "not_valid", { found: `${error.name}: ${error.message}` }];
  }
  const names = namesOf(code);
  const words = (value, at) => (Array.isArray(value) ? value.join(["、", ", "][at]) || VERIFY.WORDS.nothing[at] : spelt(value));
  const said = VERIFY.WORDS[key].map((text, at) => text.replace(/\{(\w+)\}/g, (_, name) => words(item(told, name), at)));
  const [zh, en] = key === code ? said : [`${names[0]}：${said[0]}`, `${names[1]}: ${said[1]}`];
  const [found, expected] = ["found", "expected"].map((name) => (outcome === "FAIL" && has(told, name) ? spelt(told[name]).slice(0, 300) : ""));
  return { code, names, outcome, zh, en, found, expected, stage: get(told, "stage", ""), need: get(told, "need", "") };
}

// As Python writes a value in a sentence.
function spelt(value, inside = false) {
  if (Array.isArray(value)) return `[${value.map((one) => spelt(one, true)).join(", ")}]`;
  if (value instanceof Map) return spelt(Object.fromEntries(value));
  if (isTable(value) && !(value instanceof Ratio)) return `{${Object.keys(value).map((key) => `'${key}': ${spelt(value[key], true)}`).join(", ")}}`;
  if (typeof value === "string" && inside) return `'${value}'`;
  return value === null ? "None" : typeof value === "boolean" ? (value ? "True" : "False") : String(value);
}

// Yields {code} before each check and returns {b, checks}; given: what was typed in beside the bundle.
function* examine(bytes, given) {
  const b = new Bundle(), checks = [];
  const add = function* (code, test) {
    yield { code };
    checks.push(attempt(code, test));
    return checks[checks.length - 1].outcome !== "FAIL";
  };
  if (!(yield* add("V1", () => b.open(bytes)))) return { b: null, checks };
  yield* add("V3", () => compared(b.manifest.root, given.root));
  yield* add("V4", () => b.signature(given.key));
  yield* add("V5", () => b.freeze(given.pool));
  for (const [code, test] of CHECKS) yield* add(code, () => b[test]());
  if (checks.every((check) => check.outcome !== "FAIL")) {
    let proof = null;
    yield { code: "V17" };
    const start = attempt("V17", () => {
      proof = new Proof(b);
      return { stage: "", reached: "" };
    });
    if (start.outcome !== "PASS") checks.push(start);
    else for (const row of b.parts.stages) yield* add("V17", () => proof.stage(row));
  }
  return { b, checks };
}

// Every check at once: for tests.
function check(bytes, given = {}) {
  const steps = examine(bytes, given);
  let step = steps.next();
  while (!step.done) step = steps.next();
  const { b, checks } = step.value;
  if (b && given.receipt !== undefined) checks.push(attempt("V22", () => b.receipt(given.receipt, given.name)));
  return checks;
}

// -- what one household may see ---------------------------------------------------------------------------------------

function household(b, row, checks) {
  const own = row.household_id, rows = b.given.get(own) || [], units = b.homes.get(own) || [];
  const statement = b.parts.statements.find((one) => one.household_id === own), left = b.parts.left_out.find((one) => get(one, "household_id") === own);
  const bands = statement ? b.bandLines(row, big(statement.area)).map((line) => ({ item: "band", ...line })) : [];
  const each = new Set(b.rules.additions.filter((rule) => rule.each).map((rule) => rule.item));
  const lines = [...bands, ...units.flatMap((unit) => unit.lines.map((line) => ({ ...line, unit_id: unit.unit_id, area: unit.area, each: each.has(line.item) })))];
  const homes = units.map((unit, at) => ({ unit, rank: rows[at].rank }));
  return plain({
    row, homes, lines, order: row.order, worst: b.worst, principle: b.rules.principle, reasons: left ? left.reasons : [],
    price: statement ? statement.amount : 0, prepaid: row.paid, better: left ? [] : better(b, row, homes),
    failed: checks.some((one) => one.outcome === "FAIL"), stages: checks.filter((one) => one.stage && one.outcome !== "PASS").map((one) => one.stage),
  });
}

// Whole numbers as text, and no more guards: what one thread may send to another.
const plain = (value) => JSON.parse(JSON.stringify(value, (_, one) => (typeof one === "bigint" ? String(one) : one)));

// For each choice before the worst of its own: the homes that fit it, and who holds them.
function better(b, row, homes) {
  const holders = new Map(b.parts.allocation.map((one) => [one.unit_id, one])), rankOf = b.rankOf(row), found = [];
  const left = new Map(b.parts.left_out.filter((one) => has(one, "unit_id")).map((one) => [one.unit_id, one.reasons]));
  const worst = homes.length ? Math.max(...homes.map((home) => home.rank)) : b.worst;
  for (let rank = 1; rank < worst; rank++) {
    const fitting = [...b.units.values()].filter((unit) => (!has(row, "demand") || has(row.demand, unit.layout)) && rankOf(unit) === rank);
    found.push({ rank, homes: fitting.map((unit) => {
      const holder = holders.get(unit.unit_id);
      if (!holder) return left.has(unit.unit_id) ? { unit, held: "out", reasons: left.get(unit.unit_id) } : { unit, held: "free" };
      if (holder.household_id === row.household_id) return { unit, held: "own" };
      const { order, name } = b.households.get(holder.household_id);
      return { unit, held: "held", order, name, rank: holder.rank, later: order > row.order };
    }) });
  }
  return found;
}

// -- the same work for a page or a Worker -----------------------------------------------------------------------------

class Session {
  // Answers one message step by step: {code} while it works, at last {done}.
  *answer(message) {
    if (message.open) {
      this.given = {};
      this.state = yield* examine(message.open, this.given);
    }
    return { done: has(message, "receipt") ? this.receipt(message) : this.summary(message.given || {}) };
  }
  // What a fingerprint or a key that was typed in changes, without the rest being done again.
  summary(given) {
    const { b, checks } = this.state;
    Object.assign(this.given, given);
    if (!b) return { checks, about: null };
    const { root } = b.manifest, { title, as_of } = b.head;
    const tests = { V3: () => compared(root, this.given.root), V4: () => b.signature(this.given.key), V5: () => b.freeze(this.given.pool) };
    for (const code of Object.keys(tests)) checks[checks.findIndex((one) => one.code === code)] = attempt(code, tests[code]);
    const about = { title, as_of, households: b.households.size, units: b.units.size };
    return { checks, about, words: inWords(root), root, compared: checks.find((one) => one.code === "V3").outcome === "PASS", given: { ...this.given } };
  }
  receipt({ receipt, name }) {
    const { b } = this.state, check = attempt("V22", () => b.receipt(receipt, name));
    return check.outcome === "FAIL" ? { check, row: null } : { check, ...household(b, b.rowOf(receipt).row, this.state.checks) };
  }
}

// In a Worker: answers what the page asks.
function work() {
  const session = new Session();
  onmessage = ({ data }) => {
    const steps = session.answer(data);
    for (let step = steps.next(); ; step = steps.next()) {
      postMessage(step.value);
      if (step.done) break;
    }
  };
}
