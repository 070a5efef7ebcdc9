"use strict";
// What is seen. Texts go into the page as text only, never as markup.

const $ = (id) => document.getElementById(id);
const state = { lang: 0, running: null, found: null, household: null, asked: null };

function say(key, values = {}) {
  const row = WORDS[key] || [key, key];
  return row[state.lang].replace(/\{(\w+)\}/g, (_, name) => (has(values, name) ? String(values[name]) : ""));
}

// An element with its class, its attributes and its contents: text, elements, or lists of them.
function el(tag, looks = "", ...inside) {
  const [name, ...classes] = tag.split("."), made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  if (typeof looks === "object" && !Array.isArray(looks) && !(looks instanceof Node)) {
    for (const key of Object.keys(looks)) made.setAttribute(key, looks[key]);
  } else inside.unshift(looks);
  made.append(...inside.flat(2).filter((part) => part !== "" && part !== null));
  return made;
}

function fill(id, ...inside) {
  $(id).textContent = "";
  $(id).append(...inside.flat());
}

// -- the work, in a Worker where one can start ------------------------------------------------------------------------

function engine() {
  let worker = null, session = null, opened = null, now = null;
  const here = (message, tell) => {
    const steps = session.answer(message);
    const step = () => {
      const { done, value } = steps.next();
      tell(value);
      if (!done) setTimeout(step, 0);
    };
    setTimeout(step, 0);
  };
  // No Worker, or it broke off: everything again in the page itself, which stays usable between the checks.
  const fallBack = () => {
    if (session) return;
    if (worker) worker.terminate();
    session = new Session();
    if (!now) return;
    if (now.message === opened) here(opened, now.tell);
    else here(opened, (told) => told.done && here(now.message, now.tell));
  };
  const late = setTimeout(fallBack, 5000);
  try {
    const source = $("rules").textContent + "\nwork();";
    worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    worker.onerror = fallBack;
    worker.onmessage = ({ data }) => {
      clearTimeout(late);
      if (!session) now.tell(data);
    };
  } catch (error) {
    fallBack();
  }
  return (message, tell) => {
    now = { message, tell };
    if (message.open) opened = message;
    if (session) here(message, tell);
    else worker.postMessage(message);
  };
}

// -- what is on the page ----------------------------------------------------------------------------------------------

function draw() {
  document.documentElement.lang = ["zh-CN", "en"][state.lang];
  document.title = say("title");
  document.querySelectorAll("[data-word]").forEach((one) => (one.textContent = say(one.dataset.word)));
  document.querySelectorAll("[data-language]").forEach((one) => {
    one.setAttribute("aria-pressed", String(one.dataset.language === ["zh", "en"][state.lang]));
  });
  const { found } = state, sound = Boolean(found && found.about);
  $("verdict").hidden = !state.running && !found;
  for (const id of ["compare", "own"]) $(id).hidden = !sound;
  for (const id of ["results", "limits"]) $(id).hidden = !found;
  $("choose").hidden = Boolean(state.running);
  $("progress").hidden = !state.running;
  if (found) $("choose-title").textContent = say("choose.again");
  $("choose").className = found ? "card quiet" : "card";
  $("about").textContent = sound ? say("about", found.about) : "";
  drawVerdict();
  if (found) drawChecks(found.checks);
  if (sound) drawFingerprint(found);
  if (state.household) drawHousehold(state.household);
}

function drawVerdict() {
  const { running, found } = state, box = $("verdict");
  if (running) {
    box.className = "verdict";
    $("headline").textContent = say("run.now");
    $("advice").textContent = running.names ? say("run.step", { done: running.done, name: running.names[state.lang] }) : "";
    $("progress").value = running.done ? 1 - 0.9 ** running.done : 0;
  } else if (found) {
    const count = (outcome) => found.checks.filter((check) => check.outcome === outcome).length;
    const fail = count("FAIL"), kind = !found.about ? "none" : fail ? "bad" : found.compared ? "good" : "fair";
    box.className = "verdict " + (kind === "none" ? "bad" : kind);
    $("headline").textContent = say(kind + ".head", { fail });
    $("advice").textContent = say(kind + ".help", { pass: count("PASS") });
  }
}

// The check's sentence without the name it begins with.
const sentence = (check) => spoken(check).slice(check.names[state.lang].length + 1).trim();
const spoken = (check) => [check.zh, check.en][state.lang];

// rank_3_or_worse → 第 3 志愿及以后
function stageName(name) {
  const rank = (name.match(/[0-9]+/) || [""])[0];
  return say("stage." + name.replace(rank && `_${rank}`, ""), { rank });
}

function drawChecks(checks) {
  const outcomes = ["PASS", "FAIL", "PRIVATE", "BOUNDED", "CLAIMED", "UNCHECKED"];
  const parts = outcomes.map((outcome) => [outcome, checks.filter((check) => check.outcome === outcome).length]);
  const told = parts.filter(([, n]) => n).map(([outcome, n]) => say("count." + outcome, { n }));
  $("counted").textContent = say("results.count", { all: checks.length, parts: told.join(say("comma")) });
  fill("checks", checks.map((check) => el("li." + check.outcome,
    el("p.tag", el("span", say(check.outcome))),
    el("div", el("b", `${check.code} ${check.names[state.lang]}`), el("p", sentence(check)), difference(check)))));
  $("unproved").textContent = VERIFY.WORDS.limits[state.lang];
}

function difference({ found, expected }) {
  if (!found && !expected) return null;
  return el("dl.difference", el("dt", say("found")), el("dd", found || "–"), el("dt", say("expected")), el("dd", expected || "–"));
}

function drawFingerprint({ words, root, compared, given }) {
  const groups = words.split(" ");
  fill("words", groups.map((group) => el("span", group)));
  $("words").setAttribute("aria-label", say("compare.spoken", { words: groups.join(" ") }));
  $("hex").textContent = root.match(/.{8}/g).join(" ");
  const check = given.root ? state.found.checks.find((one) => one.code === "V3") : null;
  $("compared").className = "answer " + (compared ? "good" : "bad");
  $("compared").textContent = check ? spoken(check) : "";
}

// -- one household ----------------------------------------------------------------------------------------------------

const hundredths = (n) => {
  const text = String(n).replace("-", "").padStart(3, "0");
  return (String(n)[0] === "-" ? "-" : "") + text.slice(0, -2) + "." + text.slice(-2);
};
const money = (n) => hundredths(n).replace(/\B(?=(\d{3})+\.)/g, ",");
const squares = (n) => say("area", { area: hundredths(n).replace(/\.?0+$/, "") });

// 6 → 6栋; a text that says it itself stays as it is
const named = (key, value) => (!value ? "" : /^[\x20-\x7e]+$/.test(value) ? say(key, { value }) : value);

function place(unit) {
  const parts = [named("building", unit.building), named("entrance", unit.entrance), named(unit.room ? "room" : "floor", unit.room || String(unit.floor))];
  return `${unit.project} ${parts.filter(Boolean).join(say("between"))}`;
}

const rankWord = (rank, worst) => say(rank < worst ? "own.choice" : "own.beyond", { rank });

function drawHousehold(own) {
  if (!own.row) {
    fill("household", el("p.answer.bad", spoken(own.check)), difference(own.check) || "");
    return;
  }
  const { row } = own, bonus = row.bonus_persons;
  const facts = [
    ["own.order", own.order, true],
    ["own.name", [row.name + " ", el("span.id", row.household_id)]],
    ["own.village", row.village],
    ["own.persons", say(bonus ? "heads.bonus" : "heads", { persons: row.persons, bonus })],
    ["own.entitlement", squares(row.entitlement)],
  ];
  const outcome = own.homes.length ? "own.served" : own.reasons.length ? "own.left_out" : "own.unserved";
  fill("household",
    el("p.answer.good", own.check.need ? say("own.opened", { need: say("need." + own.check.need) }) : say("own.name.hint")),
    el("dl.facts", facts.map(([key, value, large]) => el(large ? "div.large" : "div", el("dt", say(key)), el("dd", value)))),
    el("h3", say(outcome, { count: own.homes.length })),
    own.reasons.length ? el("p", say("own.reasons", { reasons: own.reasons.map(reason).join(say("comma")) })) : "",
    own.homes.length ? homesList(own) : "",
    own.lines.length ? priceTable(own) : "",
    el("h3", say("own.choices")), choicesList(own),
    own.reasons.length ? "" : el("h3", say("why.title")), own.reasons.length ? "" : why(own));
}

const reason = (code) => [code, code.split(".")[0]].map((one) => "reason." + one).filter((key) => has(WORDS, key)).map((key) => say(key))[0] || code;

const homesList = ({ homes, worst }) => el("ul.homes", homes.map(({ unit, rank }) => el("li",
  el("b", place(unit)), el("span.id", unit.unit_id),
  el("p", say("own.home", { layout: unit.layout, area: squares(unit.area), rank: rankWord(rank, worst) })))));

function priceTable({ lines, price, prepaid, homes }) {
  const due = big(price) - big(prepaid);
  const line = (one) => el("tr",
    el("td.what", say("line." + one.item.split(" ")[0], { ...one, name: one.item.replace(/^\S+ /, ""), home: one.unit_id && homes.length > 1 ? one.unit_id : "" }).replace(/（）|\(\)/, "").trim()),
    el("td.how", !one.each ? say("each", { area: hundredths(one.area), price: one.price }) : ""),
    el("td.amount", money(one.amount)));
  const total = (key, amount) => el("tr", el("th.what", { scope: "row", colspan: "2" }, say(key)), el("td.amount", money(amount)));
  return [el("h3", say("own.price")), el("table.stacked",
    el("thead", el("tr", el("th", { scope: "col" }, say("line.what")), el("th", { scope: "col" }, say("line.how")),
      el("th.amount", { scope: "col" }, say("line.amount")))),
    el("tbody", lines.map(line)),
    el("tfoot", total("line.total", price), total("line.prepaid", prepaid),
      total(due < 0n ? "line.back" : "line.due", due < 0n ? -due : due)))];
}

function wish(choice) {
  const { floor_min: from, floor_max: to } = choice, parts = [];
  for (const key of ["project", "building", "entrance", "layout", "orientation", "unit_id"]) {
    if (has(choice, key)) parts.push(named(key, choice[key]));
  }
  if (has(choice, "floor_min") || has(choice, "floor_max")) {
    parts.push(say(from === undefined ? "floors.to" : to === undefined ? "floors.from" : "floors", { from, to }));
  }
  return parts.join(say("comma")) || say("own.any");
}

const choicesList = ({ row }) => el("ul", get(row, "choices", []).map((choice) =>
  el("li", `${say("own.choice", { rank: choice.choice })}${state.lang ? ": " : "："}${wish(choice)}`)));

function why({ better, stages, failed, worst, principle }) {
  if (!better.length) return el("p", say("why.first"));
  const home = (one) => el("li", say("why." + one.held, {
    ...one, home: place(one.unit), rank: rankWord(one.rank, worst), reasons: (one.reasons || []).map(reason).join(say("comma")),
  }));
  const wishes = better.map(({ rank, homes }) => el("li",
    el("b", say(homes.length ? "why.choice" : "why.none", { rank, count: homes.length })),
    el("ul", homes.slice(0, 6).map(home)),
    homes.length > 6 ? el("details.more", el("summary", say("why.more", { count: homes.length - 6 })), el("ul", homes.slice(6).map(home))) : ""));
  const later = better.some(({ homes }) => homes.some((one) => one.later)) && principle !== "order" ? el("p", say("why.later", { principle: say("principle." + principle) })) : "";
  const proof = failed ? "why.failed" : principle === "order" ? "why.order" : stages.length ? "why.claimed" : "why.proved";
  return [el("ul.wishes", wishes), later, el("p", say(proof, { stages: stages.map(stageName).join(say("comma")) }))];
}

// -- what the reader does ---------------------------------------------------------------------------------------------

function start(bytes) {
  const ask = engine();
  let done = 0;
  state.ask = ask;
  state.running = {};
  state.found = state.household = null;
  draw();
  ask({ open: bytes }, (told) => {
    if (told.done) [state.running, state.found] = [null, told.done];
    else state.running = { names: namesOf(told.code), done: done++ };
    told.done ? draw() : drawVerdict();
  });
}

// The bytes of a chosen file; none where it cannot be read.
const bytesIn = (file) => new Promise((done) => {
  const reader = new FileReader();
  reader.onload = () => done(new Uint8Array(reader.result));
  reader.onerror = () => done(new Uint8Array(0));
  reader.readAsArrayBuffer(file.slice(0, SIZE_MAX + 1));
});

function listen() {
  document.querySelectorAll("[data-language]").forEach((one) => one.addEventListener("click", () => {
    state.lang = Number(one.dataset.language === "en");
    draw();
  }));
  $("file").addEventListener("change", ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    bytesIn(file).then(start);
    target.value = "";
  });
  $("compare-form").addEventListener("submit", (event) => {
    event.preventDefault();
    state.ask({ given: { root: $("given").value } }, (told) => {
      if (!told.done) return;
      state.found = told.done;
      draw();
    });
  });
  $("more-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const given = {};
    for (const key of ["pool", "key"]) if ($(key).value.trim()) given[key] = $(key).value.trim();
    state.ask({ given }, (told) => {
      if (!told.done) return;
      state.found = told.done;
      draw();
    });
  });
  $("own-form").addEventListener("submit", (event) => {
    event.preventDefault();
    state.ask({ receipt: $("code").value || " ", name: $("name").value.trim() }, (told) => {
      if (!told.done) return;
      state.household = told.done;
      draw();
    });
  });
  $("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => (one.open = true)));
}

// The bundle written into this page; "<" stands there as \u003c, so that no name can end the script element.
function inlined() {
  const text = $("bundle").textContent.replace(/\\(u003c|[^])/g, (pair, after) => (after === "u003c" ? "<" : pair));
  return text ? utf8(text) : null;
}

function begin() {
  $("old").hidden = true;
  const wishes = navigator.languages || [navigator.language || "zh"];
  state.lang = Number(location.hash === "#en" || !(wishes.some((one) => /^zh/i.test(one)) || location.hash === "#zh"));
  listen();
  const bytes = inlined();
  if (bytes) start(bytes);
  else draw();
}
begin();
