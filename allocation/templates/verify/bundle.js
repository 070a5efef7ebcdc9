"use strict";
// A bundle and its checks V1 … V16 and V22, as verify.py has them: whoever reads one can read the other beside it.
// VERIFY holds what both share, taken from verify.py when the page is written: KEYS, FORMS, WORDS, CHARACTERS.

const FORMAT = "anju/bundle/2";
const SIZE_MAX = 64 * 2 ** 20; // bytes of one file
const WORK_MAX = 2 * 10 ** 10; // steps for the proofs: a hostile bundle cannot keep this page busy for ever
const FILTERS = ["project", "building", "entrance", "layout", "orientation", "unit_id"];
const NEEDS = ["none", "low_floor", "step_free"];

// What a check says that is no PASS: its outcome, a key of WORDS, what fills the sentence.
class Verdict extends Error {
  constructor(outcome, key, told) {
    super(key);
    Object.assign(this, { outcome, key, told });
  }
}

function need(good, at, found = "", expected = "") {
  if (!good) throw new Verdict("FAIL", "differs", { at, found, expected });
}

// Says where the two first differ.
function same(found, expected, at) {
  if (canonical(found) === canonical(expected)) return;
  const kinds = [found, expected].map((one) => (Array.isArray(one) ? "list" : one instanceof Map || isTable(one) ? "table" : "one"));
  if (kinds[0] === kinds[1] && kinds[0] !== "one") {
    const [one, other] = [found, expected].map((part) => new Map(part instanceof Map ? part : kinds[0] === "list" ? part.entries() : (part[RAW] ? keysOf(part) : Object.keys(part)).map((key) => [key, part[key]])));
    for (const key of [...one.keys(), ...other.keys()]) same(one.has(key) ? one.get(key) : null, other.has(key) ? other.get(key) : null, `${at}.${key}`);
  }
  need(false, at, found, expected);
}

const isTable = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Odd);
const keysOf = (table) => Object.keys(table).sort(byCodePoint);
const has = (row, key) => Object.prototype.hasOwnProperty.call(row, key);
const get = (row, key, otherwise = null) => (has(row, key) ? row[key] : otherwise);
const sorted = (items) => [...items].sort(byCodePoint);
const big = (value) => BigInt(value);
const sum = (numbers) => numbers.reduce((total, n) => total + n, 0n);
const least = (one, other) => (other < one ? other : one);
const sha = (data, label = "") => hexOf(sha256(joined(utf8(label && label + "\0"), typeof data === "string" ? utf8(data) : data)));

function must(map, key) {
  if (!map.has(key)) throw new Error(`no ${key}`);
  return map.get(key);
}

function item(list, at) {
  if (!(at in list)) throw new Error(`no item ${at}`);
  return list[at];
}

// Lists as Python compares them, item by item.
function byEach(one, other) {
  for (let i = 0; i < one.length; i++) {
    const order = typeof one[i] === "string" ? byCodePoint(one[i], other[i]) : Number(one[i] > other[i]) - Number(one[i] < other[i]);
    if (order) return order;
  }
  return 0;
}

// -- form -------------------------------------------------------------------------------------------------------------

// A key that is not there is an error, as in Python, and never an undefined that some comparison lets pass.
const RAW = Symbol("raw");
const STRICT = {
  get(row, key) {
    if (key === RAW) return row;
    if (typeof key === "string" && key !== "toJSON" && !has(row, key)) throw new Error(`no ${key}`);
    return row[key];
  },
};

function strict(value) {
  if (Array.isArray(value)) return value.map(strict);
  if (!isTable(value)) return value;
  const row = Object.create(null);
  for (const key of keysOf(value)) row[key] = strict(value[key]);
  return new Proxy(row, STRICT);
}

// A number that is no whole number below 2 ** 53: shape() refuses it, wherever it stands.
class Odd {
  constructor(text) {
    this.text = text;
  }
  // As Python writes it again.
  toString() {
    const value = Number(this.text), [figures, power] = value.toExponential().split("e");
    if (!/[.eE]/.test(this.text)) return this.text;
    if (!Number.isFinite(value)) return value < 0 ? "-Infinity" : "Infinity";
    if (power < -4 || power > 15) return `${figures}e${power[0]}${power.slice(1).padStart(2, "0")}`;
    return (Object.is(value, -0) ? "-0" : String(value)) + (Number.isInteger(value) ? ".0" : "");
  }
}

const PIECES = /"(?:[^"\\]|\\[^])*"|-?Infinity|NaN|-?[0-9][-+.0-9eE]*/g;

// JSON in its one written form. Numbers are looked at in the text itself where they may have lost something on reading.
function parsed(text) {
  let both = null;
  try {
    both = JSON.parse(text);
    if (canonical(both) === text) return both;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const mark = "\u0001odd ", marked = text.replace(PIECES, (piece) => {
    const form = /^(?:-?Infinity|NaN|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)$/.test(piece);
    return form && (/[.eEN]/.test(piece) || !Number.isSafeInteger(Number(piece))) ? JSON.stringify(mark + piece) : piece;
  });
  both = JSON.parse(marked, (_, one) => (typeof one === "string" && one.startsWith(mark) ? new Odd(one.slice(mark.length)) : one));
  need(canonical(both) === text, "bundle.json", "", "canonical JSON");
  return both;
}

const KIND = new Map(Object.keys(VERIFY.KEYS).flatMap((kind) => VERIFY.KEYS[kind].split(/\s+/).map((key) => {
  const name = key.replace(/\*/g, "");
  return [name, [kind, key.length - name.length]];
})));
const FORMS = new Map(Object.keys(VERIFY.FORMS).map((kind) => [kind, new RegExp(`^(?:${VERIFY.FORMS[kind]})$`, "u")]));

// Every key is known, every value of the kind its key says.
function shape(value, key, depth = 0) {
  if (!KIND.has(key)) throw new Error(`no ${key}`);
  const [kind, nested] = KIND.get(key);
  if (depth < nested && (nested === 1 ? Array.isArray(value) : isTable(value))) {
    for (const inner of nested === 1 ? value : keysOf(value).map((name) => value[name])) shape(inner, key, nested);
  } else if (kind === "row" && depth === nested && isTable(value)) {
    const unknown = keysOf(value).filter((name) => !KIND.has(name));
    need(!unknown.length, key, unknown, "known keys");
    for (const name of keysOf(value)) shape(value[name], name);
  } else {
    const number = typeof value === "number" && (kind === "whole" || kind === "big" || (kind === "count" && value >= 0));
    const good = (number && Number.isSafeInteger(value)) || (kind === "flag" && typeof value === "boolean");
    need((good || (typeof value === "string" && FORMS.has(kind) && FORMS.get(kind).test(value))) && depth === nested, key, value, kind);
  }
}

// The hash of a part by its rows, paired level by level (RFC 6962).
function treeOf(part) {
  let level = (Array.isArray(part) ? part : [part]).map((row) => sha(canonical(row), "anju/leaf/1"));
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at < level.length; at += 2) above.push(at + 1 < level.length ? sha(bytesOf(level[at] + level[at + 1]), "anju/node/1") : level[at]);
    level = above;
  }
  return level.length ? level[0] : sha("", "anju/tree/1");
}

// 24 characters that people can compare: the 256 bits and 8 of their own hash, 11 bits each.
function inWords(root) {
  const bits = [...bytesOf(root + sha(bytesOf(root)).slice(0, 2))].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const signs = bits.match(/.{11}/g).map((eleven) => VERIFY.CHARACTERS[parseInt(eleven, 2)]);
  return signs.join("").match(/.{4}/gu).join(" ");
}

function compared(root, given, told = {}) {
  const words = inWords(root), typed = (given || "").replace(/\s/g, "");
  if (!given) throw new Verdict("UNCHECKED", "compare", { words, root, ...told });
  need(typed.toLowerCase() === root || typed === words.replace(/ /g, ""), "root", `${words} ${root}`, given);
  return { words, root, ...told };
}

const NUMBERS = new Map();

function number(text) {
  need(/^-?[0-9]{1,15}(\.[0-9]{1,30})?$/.test(text), "number", text);
  if (!NUMBERS.has(text)) NUMBERS.set(text, Ratio.of(text));
  return NUMBERS.get(text);
}

const DRAWN_LATER = ["order", "paid", "tag", "commit", "status", "lines"];

class Bundle {
  open(bytes) {
    need(bytes.length <= SIZE_MAX, "bundle.json", "", `≤ ${SIZE_MAX} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), both = parsed(text);
    shape(both, "parts");
    const { manifest, parts } = strict(both);
    Object.assign(this, { manifest, parts, head: parts.round, rules: parts.rules });
    for (const [part, key] of [["households", "household_id"], ["units", "unit_id"], ["objections", "objection_id"]]) {
      const ids = parts[part].map((row) => row[key]);
      need(canonical(ids) === canonical(sorted(new Set(ids))), part, "", "sorted, once");
    }
    this.households = new Map(parts.households.map((row) => [row.household_id, row]));
    this.units = new Map(parts.units.map((row) => [row.unit_id, row]));
    [this.seed, this.per, this.worst] = [this.head.seed, this.rules.per, this.rules.max_choices + 1];
    this.keys = new Map([...this.households.keys()].map((own) => [own, sha(`${this.seed}|${own}`)])); // a draw sorts by them
    const out = new Set(parts.left_out.flatMap((row) => keysOf(row).filter((key) => key !== "reasons").map((key) => `${key} ${row[key]}`)));
    this.offered = [...this.units.keys()].filter((own) => !out.has(`unit_id ${own}`));
    const taking = [...this.households.keys()].filter((own) => !out.has(`household_id ${own}`)).map((own) => [this.households.get(own).order, own]);
    this.slots = taking.sort(byEach).map(([, own]) => own);
    this.given = new Map(); // rows one after another of one household
    let before = null;
    for (const row of parts.allocation) {
      if (row.household_id !== before) this.given.set(row.household_id, []);
      this.given.get(row.household_id).push(row);
      before = row.household_id;
    }
    this.homes = new Map([...this.given].map(([own, rows]) => [own, rows.map((row) => must(this.units, row.unit_id))]));
    return this.form();
  }

  form() {
    const leaves = this.parts.certificate.reduce((total, proof) => total + proof.leaves.length, 0), { format, papers, root } = this.manifest;
    const steps = leaves * this.households.size * this.units.size;
    const small = steps * this.worst <= WORK_MAX && Math.max(this.worst, this.rules.reach.max_units) <= 101;
    need(small && (this.per === "unit" || this.per === "household"), "rules", steps);
    const trees = {};
    for (const name of keysOf(this.parts)) trees[name] = treeOf(this.parts[name]);
    const due = sha(canonical({ format: FORMAT, papers, trees }), "anju/root/1");
    same([format, this.head.format, root], [FORMAT, FORMAT, due], "format, root");
    const rows = keysOf(this.parts).reduce((total, name) => total + Object.keys(this.parts[name]).length, 0);
    return { rows, without: this.rules.without };
  }

  signature(key) {
    const signed = get(this.manifest, "signature", {}), own = get(signed, "key"), value = get(signed, "signed");
    need(!key || key === own, "signature.key", own, key);
    if (own === null) throw new Verdict("UNCHECKED", "unsigned", {});
    const good = /^([0-9a-fA-F]{2})*$/.test(value) && signedBy(bytesOf(own), utf8(`anju/signature/1:${this.manifest.root}`), bytesOf(value));
    if (!good) throw new Error("InvalidSignature");
    if (!key) throw new Verdict("UNCHECKED", "compare_key", { key: own });
    return { key: own };
  }

  rule(where, name, key = "shape") {
    if (!has(where, name)) throw new Verdict("UNCHECKED", key, { what: this.rules.without });
    return where[name];
  }

  // -- the draw, who takes part

  freeze(given) {
    const draw = this.rule(this.head, "draw", "free_seed"), { frozen_on, take } = draw;
    const without = (row, keys) => Object.fromEntries(keysOf(row).filter((key) => !keys.includes(key)).map((key) => [key, row[key]]));
    const [households, units] = ["households", "units"].map((part) => treeOf(this.parts[part].map((row) => without(row, DRAWN_LATER))));
    const sources = draw.sources.map((row) => without(row, ["value"])), sealed = draw.sealed.map((row) => [row.who, row.commitment]);
    const pool = { households, units, format: "anju/pool/1", rules: treeOf(this.rules), frozen_on, take, sources, sealed };
    same(draw.pool_root, sha(canonical(pool), "anju/pool/1"), "draw.pool_root");
    for (const row of draw.sources) {
      const last = has(row, "value") ? this.head.as_of : "9";
      need(frozen_on < row.occurred_on && row.occurred_on <= last, row.name, row.occurred_on, frozen_on);
    }
    return compared(draw.pool_root, given, { day: frozen_on });
  }

  drawSeed() {
    const draw = this.rule(this.head, "draw", "free_seed"), used = draw.sources.filter((row) => has(row, "value")).slice(0, draw.take);
    let chances = 1n;
    need(used.length === draw.take && draw.take >= 2, "draw.take", used.length, `${draw.take} ≥ 2`);
    for (const { kind, name, value } of used) {
      const form = item(VERIFY.CHANCES, kind)[0], base = big(VERIFY.CHANCES[kind][1]), pairs = base ? [1, 1] : (value.match(/[0-9]+/g) || []).map(Number);
      const blue = item(pairs, pairs.length - 1), red = pairs.slice(0, -1);
      const good = red.every((n, i) => !i || n > red[i - 1]) && 1 <= item(red, 0) && red[red.length - 1] <= 33 && 1 <= blue && blue <= 16;
      need(new RegExp(`^(?:${form})$`).test(value) && good, name, value, form);
      chances *= base ? base ** big(value.length) : 1107568n * 16n;
    }
    need(chances >= 2n ** 64n && new Set(draw.sources.map((row) => row.name)).size === draw.sources.length, "sources", chances);
    for (const row of draw.sealed) {
      const text = `${get(row, "nonce", "")}|${get(row, "number", "")}`;
      const fits = /^[0-9a-f]{16,64}\|[0-9]{1,40}$/.test(text) && sha(text, "anju/sealed/1");
      need(text === "|" || fits === row.commitment, row.who, text, row.commitment);
    }
    const listed = [...used.map(({ kind, name, value }) => ({ kind, name, value })),
      ...draw.sealed.map((row) => ({ kind: "resident", name: row.who, value: get(row, "number", "") }))];
    same(this.seed, sha(`${draw.pool_root}\0${canonical(listed)}`, "anju/seed/1"), "round.seed");
    const names = (rows, key) => rows.map((row) => row[key]), last = draw.sources.indexOf(used[used.length - 1]);
    return {
      used: names(used, "name"), blank: names(draw.sealed.filter((row) => !has(row, "number")), "who"),
      passed: names(draw.sources.slice(0, last).filter((row) => !has(row, "value")), "name"), bits: chances.toString(2).length - 1,
    };
  }

  order() {
    const rule = this.rule(this.rules, "sequence"), places = new Map();
    for (const [own, row] of this.households) {
      places.set(own, [rule.priority_first ? get(row, "priority_class", Infinity) : 0, rule.by === "draw" ? 0 : row[rule.by], this.keys.get(own), own]);
    }
    const due = [...this.households.keys()].sort((one, other) => byEach(places.get(one), places.get(other)));
    const found = new Map([...this.households].map(([own, row]) => [own, row.order]));
    same(found, new Map(due.map((own, at) => [own, at + 1])), "order");
    return { n: due.length };
  }

  // Whether a document stood its period on the day judged; day 1 is the day after it is out.
  stood(period) {
    const today = this.head.as_of;
    const rows = this.parts.publications.map((row) => [row.published_on, row.days, get(row, "withdrawn_on", "9"), row.document]).sort(byEach);
    const up = rows.filter((row) => row[3] === period.document && row[0] <= today && today < row[2]);
    const again = period.restarted_by.flatMap((name) => rows.filter((row) => row[3] === name).slice(1).map((row) => row[0]));
    if (!up.length || again.some((day) => up[up.length - 1][0] < day && day <= today)) return false;
    const [since, own] = up[up.length - 1], days = Math.min(Math.max(own, period.days), 4000);
    let last = dayText(dayOf(since) + days);
    if (days && (period.working || period.moves_on_holiday)) {
      const working = this.head.working_days.filter((day) => day > since);
      last = item(working, period.working ? days - 1 : working.findIndex((day) => day >= last));
    }
    return today > last;
  }

  gates() {
    const due = new Map(), gate = get(this.rules, "gate"), { projects, as_of: today } = this.head;
    const still = this.parts.objections.filter((one) => one.filed_on <= today && today < get(one, "resolved_on", "9"));
    const both = [this.households, this.units];
    for (let i = 0; i < Math.max(2, this.rules.periods.length); i++) {
      const period = item(this.rules.periods, i), { document } = period, stood = this.stood(period);
      for (const own of item(both, i).keys()) {
        const against = still.some((one) => one.document === document && (one.subject === own || one.subject === "*"));
        due.set(`${document} ${own}`, [...(stood ? [] : ["publicity"]), ...(against ? ["objection"] : [])]);
      }
    }
    const said = this.parts.left_out.map((row) => [has(row, "household_id") ? `demand ${row.household_id}` : `units ${row.unit_id}`, row.reasons]);
    const told = new Map(said); // a prepayment is taken as it is said where its rule is not told
    for (const [own, row] of this.households) {
      let short = told.has(`demand ${own}`) && told.get(`demand ${own}`).includes("prepayment");
      if (gate !== null) {
        const area = has(row, "demand") ? sum(keysOf(row.demand).map((layout) => big(row.demand[layout]) * big(get(gate.layouts, layout, 0)))) : row.entitlement;
        const asked = number(gate.per_m2).times(area).rounded();
        short = big(row.paid) < asked && asked !== 0n;
      }
      must(due, `demand ${own}`).push(...(short ? ["prepayment"] : []));
    }
    for (const [own, unit] of this.units) {
      const found = new Map([["other_project", projects.length > 0 && !projects.includes(unit.project)]]);
      found.set(unit.status, unit.status !== "available").set("joint_self_built", unit.construction === "joint_self_built");
      must(due, `units ${own}`).push(...[...found].filter(([, holds]) => holds).map(([reason]) => reason));
    }
    same(said, [...due].filter(([, reasons]) => reasons.length), "left_out");
    const found = { n: this.slots.length, out: said.length, what: this.rules.without };
    if (gate === null) throw new Verdict("UNCHECKED", "no_gate", found);
    return found;
  }

  entitlements() {
    const rule = this.rule(this.rules, "quota"), expected = new Map(), found = new Map();
    for (const [own, row] of this.households) {
      const more = rule.extra.map((extra) => {
        const heads = big(row.bonus_persons) * big(extra.heads);
        return has(extra, "at_most_heads") ? least(heads, big(extra.at_most_heads)) : heads;
      });
      const area = (big(row.persons) + sum(more)) * big(rule.m2_per_person), wide = area < big(rule.min_m2) ? big(rule.min_m2) : area;
      expected.set(own, has(rule, "max_m2") ? least(wide, big(rule.max_m2)) : wide);
      found.set(own, row.entitlement);
    }
    same(found, expected, "entitlement");
    return { n: expected.size };
  }

  // -- money

  // What a total area costs, band by band; null = it may not be so much.
  bandLines(row, total) {
    const lines = [];
    let start = 0n;
    for (const [at, band] of this.rules.bands.entries()) {
      const ends = band.ends.map((end) => (end.mark ? big(row[end.mark]) : 0n) + big(end.plus));
      const end = ends.length ? ends.reduce((most, one) => (one > most ? one : most)) : total, area = least(end, total) - start;
      if (area <= 0n) continue;
      if (!has(band, "price")) return null;
      start += area;
      lines.push({ band: at + 1, area, price: band.price, amount: number(band.price).times(area).rounded() });
    }
    return has(row, "limit") && total > big(row.limit) ? null : lines;
  }

  bands(row, total) {
    const lines = this.bandLines(row, total);
    return lines && sum(lines.map((line) => line.amount));
  }

  // What one home adds to the bands.
  lines(unit) {
    const found = [];
    for (const { figures, by, each, item: name } of this.rules.additions) {
      const look = by ? spelt(unit[by]) : "*", price = get(figures, look, get(figures, "*"));
      if (price !== null) found.push({ item: name, price, amount: number(price).times(each ? 100 : unit.area).rounded() });
    }
    return found;
  }

  prices() {
    const lines = new Map([...this.units].map(([own, unit]) => [own, this.lines(unit)])), expected = [], share = number(this.rules.share);
    same(new Map([...this.units].map(([own, unit]) => [own, unit.lines])), lines, "units.lines");
    this.adds = new Map([...lines].map(([own, mine]) => [own, sum(mine.map((line) => line.amount))]));
    for (const [own, units] of this.homes) {
      const area = sum(units.map((unit) => big(unit.area))), adds = sum(units.map((unit) => this.adds.get(unit.unit_id)));
      const row = must(this.households, own), bands = this.bands(row, area);
      need(bands !== null, `${own}.area`, area, "allowed");
      const amount = adds + bands;
      need(!share.top || share.times(amount).compare(row.paid) <= 0, `${own}.paid`, row.paid, `≥ ${amount} × ${share}`);
      expected.push({ household_id: own, area, amount });
    }
    same(this.parts.statements, expected, "statements");
    return { units: this.units.size, n: expected.length, share };
  }

  // -- homes

  once() {
    const pairs = this.parts.allocation.map((row) => [row.household_id, row.unit_id]), given = new Set(pairs.map((pair) => pair[1]));
    const offered = new Set(this.offered), slots = new Set(this.slots);
    need(pairs.every((pair, i) => !i || byEach(pairs[i - 1], pair) <= 0) && given.size === pairs.length, "allocation", "", "sorted, once");
    const wrong = [...[...given].filter((own) => !offered.has(own)), ...[...this.homes.keys()].filter((own) => !slots.has(own))];
    same(sorted(new Set(wrong)), [], "allocation");
    const unserved = sorted(this.slots.filter((own) => !this.homes.has(own)));
    same(this.parts.unserved, unserved, "unserved");
    return { units: pairs.length, n: this.homes.size, unserved: unserved.length };
  }

  // Open demand: whether so much area in so many homes will do.
  fits(row, area, homes) {
    const { under_m2, over_m2, max_units } = this.rules.reach, entitled = big(row.entitlement), most = entitled + big(over_m2);
    return entitled - big(under_m2) <= area && area <= least(most, big(get(row, "limit", most))) && homes <= max_units;
  }

  demand() {
    const sites = new Map();
    for (const [own, units] of this.homes) {
      const row = must(this.households, own), area = sum(units.map((unit) => big(unit.area)));
      if (has(row, "demand")) {
        const found = new Map();
        for (const { layout } of units) found.set(layout, (found.get(layout) || 0) + 1);
        need(canonical(found) === canonical(row.demand), own, found, row.demand);
      }
      need(has(row, "demand") || this.fits(row, area, units.length), own, area, has(this.rules, "reach") ? this.rules.reach : "");
      if (!has(row, "together")) continue;
      if (!sites.has(row.together)) sites.set(row.together, new Set());
      for (const unit of units) sites.get(row.together).add(canonical([unit.project, unit.building]));
      need(sites.get(row.together).size === 1, own, sorted(sites.get(row.together)), "one building");
    }
    return { n: this.homes.size };
  }

  access() {
    if (this.head.private_needs) throw new Verdict("PRIVATE", "private", { n: this.head.private_needs });
    return {};
  }

  // A class: all that a choice, a price or a condition can see of a home.
  classId(unit, seen) {
    const meets = strict({ step_free: unit.step_free, low_floor: unit.step_free || unit.floor <= this.rules.low_floor_max });
    const found = {};
    for (const name of seen) found[name] = unit[name];
    for (const name of this.head.needs_seen) found[name] = meets[name];
    return canonical({ ...found, area: unit.area, price: unit.lines.map((line) => [line.item, line.price, line.amount]) });
  }

  classes() {
    const rows = this.slots.map((own) => this.households.get(own)), choices = rows.flatMap((row) => get(row, "choices", []));
    const seen = new Set(FILTERS.slice(0, 5).filter((name) => choices.some((choice) => has(choice, name))));
    if (choices.some((choice) => has(choice, "floor_min") || has(choice, "floor_max"))) seen.add("floor");
    if (rows.some((row) => has(row, "together"))) seen.add("building").add("project");
    if (rows.some((row) => has(row, "demand"))) seen.add("layout");
    const named = new Set(choices.map((choice) => get(choice, "unit_id"))), found = new Map();
    for (const own of this.offered) {
      const id = this.classId(this.units.get(own), named.has(own) ? [...seen, "unit_id"] : [...seen]);
      if (!found.has(id)) found.set(id, []);
      found.get(id).push(own);
    }
    this.ids = sorted(found.keys());
    const groups = this.ids.map((id) => found.get(id));
    this.firsts = groups.map((group) => this.units.get(group[0])[RAW]);
    this.supply = groups.map((group) => group.length);
    this.place = new Map(groups.flatMap((group, c) => group.map((own) => [own, c])));
    const holders = new Map(this.parts.allocation.map((row) => [row.unit_id, row.household_id]));
    for (const group of groups) {
      const drawn = group.filter((own) => holders.has(own)).map((own) => [must(this.keys, holders.get(own)), holders.get(own)]);
      const takers = drawn.sort(byEach).map(([, own]) => own);
      same(group.slice(0, takers.length).map((own) => (holders.has(own) ? holders.get(own) : null)), takers, `pairing ${group[0]}`);
    }
    return { n: groups.length };
  }

  // The smallest choice that fits a home, else the worst rank.
  rankOf(row) {
    const wishes = get(row, "choices", []).map((choice) => [choice.choice, get(choice, "floor_min", -Infinity), get(choice, "floor_max", Infinity),
      FILTERS.filter((name) => has(choice, name)).map((name) => [name, choice[name]])]);
    wishes.sort((one, other) => one[0] - other[0]);
    return (unit) => {
      const found = wishes.find(([, low, high, filters]) => low <= unit.floor && unit.floor <= high && filters.every(([name, value]) => unit[name] === value));
      return found ? found[0] : this.worst;
    };
  }

  rank() {
    const rows = this.parts.allocation;
    this.ranks = new Map(this.slots.map((own) => [own, this.firsts.map(this.rankOf(this.households.get(own)))]));
    const expected = rows.map((row) => must(this.ranks, row.household_id)[must(this.place, row.unit_id)]);
    same(rows.map((row) => row.rank), expected, "allocation.rank");
    return { n: rows.length, profile: Array.from({ length: this.worst }, (_, i) => expected.filter((rank) => rank === i + 1).length) };
  }

  // -- a household's own row

  rowOf(code) {
    const text = code.replace(/[\s-]/g, "").toUpperCase().replace(/[018]/g, (sign) => "OIB"["018".indexOf(sign)]);
    if (!/^(?:[A-Z2-7]{8}){0,3}[A-Z2-7]{2}$/.test(text.slice(0, 26))) throw new Error("no code");
    const salt = fromBase32(text.slice(0, 26));
    need(text.slice(26) === base32(bytesOf(sha(salt, "anju/receipt/1"))).slice(0, 2), "code", code);
    const row = [...this.households.values()].find((one) => one.tag === sha(salt, "anju/tag/1").slice(0, 16));
    need(row, "code", code, "a household");
    return { salt, row };
  }

  receipt(code, name) {
    const { salt, row } = this.rowOf(code), own = row.household_id, homes = this.given.get(own) || [];
    const fen = sum(this.parts.statements.filter((one) => one.household_id === own).map((one) => big(one.amount))), yuan = -ceiling(-fen, 100n);
    const told = { household_id: own, order: row.order, name, homes: homes.map((home) => home.unit_id), ranks: homes.map((home) => home.rank), price: `${yuan}.${String(fen - 100n * yuan).padStart(2, "0")}` };
    if (!name) throw new Verdict("UNCHECKED", "name_too", told);
    const opened = NEEDS.filter((access_need) => {
      const fact = canonical({ household_id: own, name, access_need });
      return sha(joined(salt, utf8(fact)), "anju/private/1") === row.commit;
    });
    need(opened.length, "commit", name, "the name on the roster");
    return { ...told, need: opened[0] };
  }
}
