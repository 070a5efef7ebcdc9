"use strict";
// V17: what prices of classes prove. No allocation costs less than the households' cheapest sets at cost + prices, less
// prices × homes: whatever the prices, because no class gives more homes than it has. docs/bundle.md says how.

const SETS_MAX = 2000000; // homes in all sets listed for one household
const TIE_MAX = 2n ** 48n;

// Whether limits are the ends of splits of everything in two.
function covers(leaves, depth) {
  if (leaves.length === 1 && leaves[0].length === depth) return true;
  const heads = new Set(leaves.map((limits) => canonical([item(limits, depth).household_id, limits[depth].rank])));
  const sides = [true, false].map((side) => leaves.filter((limits) => limits[depth].at_most === side));
  return heads.size === 1 && sides.every((side) => side.length && covers(side, depth + 1));
}

// Every list of n of these, in order, each as often as wanted.
function* chosen(from, n) {
  if (!n) yield [];
  else for (const [at, one] of from.entries()) for (const rest of chosen(from.slice(at), n - 1)) yield [one, ...rest];
}

// How many those are.
function ways(kinds, n) {
  if (!kinds && !n) throw new Error("nothing of nothing");
  let found = 1;
  for (let i = 1; i <= n; i++) found = (found * (kinds + n - i)) / i;
  return found;
}

class Proof {
  constructor(b) {
    this.b = b;
    const { worst, parts: { certificate, stages } } = b, levels = Array.from({ length: worst + 1 }, (_, rank) => rank);
    const ranks = [...b.given.values()].map((rows) => rows.map((row) => row.rank));
    const middle = this.middle(levels, Number(b.per === "unit" && b.slots.some((own) => !has(b.households.get(own), "demand"))));
    this.names = ["unserved", "earliest", ...middle.map(([name]) => name), "sum_of_ranks", "sum_of_ties"];
    this.tables = middle.map(([, table]) => table);
    this.served = new Set(b.homes.keys());
    this.texts = b.ids.map((id) => utf8("|" + id));
    this.sites = b.firsts.map((unit) => canonical([unit.project, unit.building]));
    this.slots = new Map(b.slots.map((own) => [own, { own, row: b.households.get(own), ranks: b.ranks.get(own), ties: new Map() }]));
    this.reached = this.reach(ranks);
    this.sets = new Map();
    for (const slot of this.slots.values()) Object.assign(slot, this.setsOf(slot.row, slot.ranks));
    this.proofs = certificate.map((proof) => {
      const at = this.names.indexOf(proof.stage);
      if (at < 0) throw new Error(`no ${proof.stage}`);
      return { at, proof, leaves: proof.leaves };
    });
    for (const { at, proof, leaves } of this.proofs) {
      need(covers(leaves.map((leaf) => leaf.limits), 0), proof.stage, "", "leaves that cover all");
      for (const leaf of leaves) {
        const { weights } = leaf, idle = at < 2 ? weights.slice(1) : [...weights.slice(0, 2), ...weights.slice(at + 1)];
        const good = idle.every((n) => n === 0) && (at > 1 ? b.rules.principle !== "order" : !leaf.limits.length);
        need(good && weights.length === this.names.length, proof.stage, idle, "its own weights only");
      }
    }
    this.joint = this.proofs.reduce((most, { at, leaves }) => (this.isJoint(at, leaves) ? Math.max(most, at) : most), 0);
    const listed = this.names.filter((name) => name !== "earliest" || this.reached[0]);
    same(stages.map((row) => row.stage), listed, "stages");
  }

  // Of the principle's stages their names and what an outcome of every rank counts in them.
  middle(levels, free) {
    const { worst } = this.b, from = (first, last, name, counts) => {
      const found = [], step = first > last ? -1 : 1;
      for (let at = first; at !== last; at += step) found.push([name(at), levels.map((rank) => counts(rank, at))]);
      return found;
    };
    switch (this.b.rules.principle) {
      case "leximin": return from(worst, Math.min(worst, 1 - free), (at) => `rank_${at}_or_worse`, (rank, at) => Number(rank >= at));
      case "rank_maximal": return from(1, Math.max(1, worst + free), (at) => `rank_${at}_or_better`, (rank, at) => -Number(rank <= at));
      case "utilitarian": return [["sum_of_outcomes", levels]];
      case "order": return [["order", levels.map(() => 0)]];
      default: throw new Error("no principle");
    }
  }

  // What the allocation reaches in every stage.
  reach(ranks) {
    const { b } = this, homes = ranks.flat(), outcomes = b.per === "unit" ? homes : ranks.map((own) => Math.max(...own));
    let early = 0n, ties = 0n;
    b.slots.forEach((own, at) => {
      if (!this.served.has(own)) early += 1n << big(b.slots.length - 1 - at);
    });
    for (const { household_id: own, unit_id } of b.parts.allocation) ties += big(this.tie(must(this.slots, own), must(b.place, unit_id)));
    const sums = this.tables.map((table) => outcomes.reduce((total, rank) => total + item(table, rank), 0));
    return [b.slots.length - this.served.size, early, ...sums, homes.reduce((total, rank) => total + rank, 0), ties].map(big);
  }

  // The tie number of a household and a class: six bytes, so below 2 ** 48.
  tie(slot, c) {
    if (!slot.ties.has(c)) {
      const hash = sha256(joined(utf8(`${this.b.seed}|${slot.own}`), this.texts[c]));
      slot.ties.set(c, hash.subarray(0, 6).reduce((total, byte) => total * 256 + byte, 0));
    }
    return slot.ties.get(c);
  }

  // Classes alike in groups, each by rank; every set of them that a household may have.
  setsOf(row, ranks) {
    const { b } = this, share = number(b.rules.share), asked = get(row, "demand");
    const free = asked && !share.top && !has(row, "limit") && b.rules.bands.every((band) => has(band, "price"));
    const marks = keysOf(row).filter((key) => !["household_id", "name", "village", "choices", "tag", "commit", "together", "order", "paid"].includes(key));
    const key = canonical(free ? [asked] : marks.map((mark) => [mark, row[mark]]));
    if (!this.sets.has(key)) this.sets.set(key, this.listed(row, asked, free));
    const { groups, priced } = this.sets.get(key), most = share.top ? -ceiling(-big(row.paid) * share.bottom, share.top) : null;
    const options = priced.filter(({ price }) => most === null || price <= most).map(({ option }) => option), byRank = groups.map((group) => {
      const found = Array.from({ length: b.worst + 1 }, () => []);
      for (const c of group) if (ranks[c] <= b.worst) found[ranks[c]].push(c);
      return found;
    });
    const deep = options.reduce((most, option) => Math.max(most, option.reduce((total, [, n]) => total + n, 0)), 0);
    return { groups, options, byRank, deep, like: canonical([groups, options]) };
  }

  // The groups, and every set with its price, whatever has been paid.
  listed(row, asked, free) {
    const { b } = this, looks = new Map(), costs = new Map(), priced = [];
    b.firsts.forEach((unit, c) => {
      if (asked && !has(asked, unit.layout)) return;
      const look = [asked ? unit.layout : "", ...(free ? [0n, 0n] : [big(unit.area), b.adds.get(unit.unit_id)])], key = canonical(look);
      if (!looks.has(key)) looks.set(key, { look, classes: [] });
      looks.get(key).classes.push(c);
    });
    const groups = [...looks.values()].sort((one, other) => byEach(one.look, other.look));
    const wanted = asked ? [asked] : Array.from({ length: b.rules.reach.max_units }, (_, n) => ({ "": n + 1 }));
    for (const counts of wanted) {
      const kinds = keysOf(counts).map((layout) => [groups.map((_, g) => g).filter((g) => groups[g].look[0] === layout), counts[layout]]);
      const homes = kinds.reduce((total, [, n]) => total + n, 0);
      if (kinds.reduce((total, [kind, n]) => total * ways(kind.length, n), homes) > SETS_MAX) throw new Verdict("UNCHECKED", "shape", { what: "SETS_MAX" });
      for (const set of this.products(kinds)) {
        const area = sum(set.map((g) => groups[g].look[1])), adds = sum(set.map((g) => groups[g].look[2]));
        if (!costs.has(area)) costs.set(area, free ? 0n : b.bands(row, area));
        const bands = costs.get(area);
        if (bands === null || !(asked || b.fits(row, area, homes))) continue;
        priced.push({ price: bands + adds, option: [...new Set(set)].map((g) => [g, set.filter((one) => one === g).length]) });
      }
    }
    return { groups: groups.map(({ classes }) => classes), priced };
  }

  *products([first, ...rest]) {
    if (!first) yield [];
    else for (const one of chosen(...first)) for (const more of this.products(rest)) yield [...one, ...more];
  }

  // The cheapest set of a household whose worst rank is above low, at most high; null = there is none.
  cheapest(slot, charge, [low, high], site) {
    const steps = slot.groups.map(() => []); // of each group the costs of its cheapest homes so far
    let best = null;
    for (let top = 0; top <= high; top++) {
      slot.byRank.forEach((byRank, g) => this.insert(steps[g], byRank[top], slot, site, charge));
      if (charge.graded ? top <= low : top < high) continue;
      for (const option of slot.options) {
        if (!option.every(([g, n]) => n <= steps[g].length)) continue;
        let cost = charge.outcome[top];
        for (const [g, n] of option) for (let i = 0; i < n; i++) cost += steps[g][i];
        if (best === null || cost < best) best = cost;
      }
    }
    return best;
  }

  // Puts the homes of classes among the cheapest ones, of a class no more than there are; a tie number is only computed
  // where without it the home would be among them.
  insert(steps, classes, slot, site, { home, prices, tie, tied, as }) {
    const { deep } = slot;
    for (const c of classes) {
      if (site !== null && this.sites[c] !== site) continue;
      let cost = home[slot.ranks[c]] + prices[c];
      if (steps.length === deep && !(cost < steps[deep - 1])) continue;
      if (tied) cost += tie * as(this.tie(slot, c));
      for (let n = 0; n < this.b.supply[c] && (steps.length < deep || cost < steps[deep - 1]); n++) {
        let at = steps.length < deep ? steps.length : deep - 1;
        for (; at > 0 && cost < steps[at - 1]; at--) steps[at] = steps[at - 1];
        steps[at] = cost;
      }
    }
  }

  // What Σ weights × stages cannot go below; null = nothing fits.
  bound(leaf, must_) {
    const weights = leaf.weights.map(big), prices = leaf.prices.map(big), { limits } = leaf, { b } = this, levels = Array.from({ length: b.worst + 1 }, (_, rank) => rank), last = weights.length - 1;
    need([...weights, ...prices].every((n) => n >= 0n), "certificate", "", "≥ 0");
    if (prices.length !== b.supply.length) throw new Error("prices");
    const table = levels.map((rank) => sum(this.tables.map((row, k) => weights[k + 2] * big(row[rank]))));
    const home = levels.map((rank) => weights[last - 1] * big(rank) + (b.per === "unit" ? table[rank] : 0n));
    const outcome = b.per === "unit" ? levels.map(() => 0n) : table;
    const charge = this.measured(home, outcome, prices, weights[last]), spans = new Map(b.slots.map((own) => [own, [0, b.worst]]));
    for (const { household_id: own, rank, at_most } of limits) {
      const [low, high] = must(spans, own);
      spans.set(own, at_most ? [low, Math.min(high, rank)] : [Math.max(low, rank), high]);
    }
    const groups = new Map();
    for (const own of weights[0] ? b.slots : sorted(must_)) {
      const { row } = must(this.slots, own), key = get(row, "together", "|" + own);
      groups.set(key, [...(groups.get(key) || []), own]);
    }
    let total = -sum(prices.map((price, c) => price * big(b.supply[c])));
    for (const [key, members] of groups) {
      const sums = (typeof key === "number" ? [...new Set(this.sites)] : [null])
        .map((site) => this.together(members, site, charge, spans, must_, weights[0])).filter((cost) => cost !== null);
      if (!sums.length) return null;
      total += sums.reduce(least);
    }
    return total;
  }

  // Numbers as they are where every sum of a household stays below 2 ** 53, else whole numbers of any size.
  measured(home, outcome, prices, tie) {
    const most = (list) => list.reduce((top, n) => (abs(n) > top ? abs(n) : top), 0n);
    const deep = [...this.slots.values()].reduce((top, slot) => Math.max(top, slot.deep), 1);
    const small = big(deep) * (most(home) + most(prices) + tie * TIE_MAX) + most(outcome) < 2n ** 52n, as = small ? Number : big;
    return {
      home: home.map(as), outcome: outcome.map(as), prices: prices.map(as), tie: as(tie), as,
      tied: tie !== 0n, graded: outcome.some((n) => n !== 0n),
    };
  }

  // The cost of households that share a building, each alone where it is none.
  together(members, site, charge, spans, must_, idle) {
    let total = 0n;
    for (const own of members) {
      const found = this.cheapest(this.slots.get(own), charge, spans.get(own), site), cost = found === null ? null : big(found);
      if (cost === null && must_.has(own)) return null;
      total += must_.has(own) ? cost : cost === null ? idle : least(cost, idle);
    }
    return total;
  }

  // Of a stage, those before it being what they are, in one leaf; null = the leaf does not say.
  least(at, leaf) {
    const bound = this.bound(leaf, at ? this.served : new Set()), weights = leaf.weights.map(big);
    const rest = bound === null ? null : bound - sum(weights.slice(0, at).map((w, j) => w * this.reached[j]));
    if (rest === null || (rest > 0n && !weights[at])) return this.reached[at]; // nothing is in this leaf
    return weights[at] ? ceiling(rest, weights[at]) : null;
  }

  // One leaf that proves all stages from the third to this.
  isJoint(at, leaves) {
    const { b } = this, weights = item(leaves, 0).weights.map(big);
    let homes = 0n, later = 0n;
    for (const own of b.homes.keys()) {
      const row = b.households.get(own), open = big(b.rules.reach.max_units);
      homes += has(row, "demand") ? sum(keysOf(row.demand).map((layout) => big(row.demand[layout]))) : open;
    }
    for (let n = at; n > 1; n--) {
      if (weights[n] <= later) return false;
      later += weights[n] * (n === this.names.length - 1 ? TIE_MAX : big(b.worst)) * homes;
    }
    if (at < 2 || leaves.length !== 1) return false;
    const bound = this.bound(leaves[0], this.served);
    return bound === null || bound >= sum(weights.slice(2).map((w, k) => w * this.reached[k + 2]));
  }

  // Nobody unserved could be added to those served before it at no cost in number.
  isEarliest() {
    const proofs = new Map(this.proofs.filter(({ at }) => at === 1).map(({ proof, leaves }) => [proof.household_id, leaves[0]])), shown = new Set();
    for (const [place, own] of this.b.slots.entries()) {
      const slot = this.slots.get(own);
      if (this.served.has(own) || shown.has(slot.like)) continue;
      if (!proofs.has(own)) return false;
      const leaf = proofs.get(own), must_ = new Set([...this.b.slots.slice(0, place).filter((other) => this.served.has(other)), own]);
      const bound = this.bound(leaf, must_);
      if (bound !== null && bound <= big(leaf.weights[0]) * this.reached[0]) return false;
      if (!has(slot.row, "together")) shown.add(slot.like);
    }
    return true;
  }

  stage(row) {
    const at = this.names.indexOf(row.stage), value = big(row.reached), told = { stage: row.stage, reached: row.reached, bound: get(row, "bound", "–") };
    let proved = at === 1 ? (1n << this.reached[0]) - 1n : null; // the most that something says it cannot go below
    for (const one of this.proofs.filter((proof) => proof.at === at && at !== 1)) {
      const bounds = one.leaves.map((leaf) => this.least(at, leaf));
      if (bounds.includes(null)) continue;
      const bound = bounds.reduce(least);
      if (proved === null || bound > proved) proved = bound;
    }
    if ((at > 1 && at <= this.joint) || (at === 1 && this.isEarliest())) proved = value;
    same([value, row.status === "proved"], [this.reached[at], get(row, "bound") === row.reached], row.stage);
    need(!has(row, "bound") || (proved !== null && proved >= big(row.bound)), `${row.stage}.bound`, get(row, "bound"), proved === null ? "-inf" : proved);
    if (row.status === "proved") return told;
    const outcome = { bounded: "BOUNDED", claimed: "CLAIMED" }[row.status];
    if (!outcome) throw new Error(`no ${row.status}`);
    throw new Verdict(outcome, row.status, told);
  }
}
