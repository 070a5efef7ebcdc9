// The site's search: any piece of a text, Chinese or not. It answers in the place of Material's own, which looks for
// words; Chinese has no blanks to tell them apart.
"use strict";
(() => {
  const SHOWN = 160;
  let docs = [];
  const NAMED = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  const plain = (text) => text.replace(/<[^>]*>/g, " ").replace(/&(?:lt|gt|quot|#39|amp);/g, (name) => NAMED[name])
    .replace(/\s+/g, " ").trim();
  const html = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  // one letter for one: full width to half, large to small
  const folded = (text) => [...text].map((sign) => {
    const code = sign.charCodeAt(0);
    const half = code >= 0xff01 && code <= 0xff5e ? String.fromCharCode(code - 0xfee0) : sign;
    const small = half.toLowerCase();
    return small.length === sign.length ? small : sign;
  }).join("");

  const count = (text, term) => Math.min(text.split(term).length - 1, 9);
  const marked = (text, terms) => {
    const low = folded(text);
    let [out, at] = ["", 0];
    while (at < text.length) {
      const hits = terms.map((term) => [low.indexOf(term, at), -term.length]).filter(([from]) => from >= 0).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      if (!hits.length) break;
      const [from, length] = hits[0];
      out += `${html(text.slice(at, from))}<mark>${html(text.slice(from, from - length))}</mark>`;
      at = from - length;
    }
    return out + html(text.slice(at));
  };
  const piece = (text, low, terms) => {
    const first = Math.min(...terms.map((term) => low.indexOf(term)).filter((from) => from >= 0), text.length);
    const from = Math.max(0, (first === text.length ? 0 : first) - SHOWN / 4);
    return (from ? "…" : "") + text.slice(from, from + SHOWN) + (from + SHOWN < text.length ? "…" : "");
  };
  const item = (doc, score, terms) => ({
    location: doc.location, score, title: marked(doc.title, terms), text: marked(piece(doc.text, doc.lowText, terms), terms),
    terms: Object.fromEntries(terms.map((term) => [term, doc.lowTitle.includes(term) || doc.lowText.includes(term)])),
  });

  const setup = (given) => {
    docs = given.map(({ location, title, text, boost = 1 }) => {
      const [own, body] = [plain(title), plain(text)];
      return { location, boost, title: own, text: body, lowTitle: folded(own), lowText: folded(body), page: location.split("#")[0] };
    });
  };
  const search = (query) => {
    const terms = [...new Set(folded(query).split(/[\s"]+/).filter(Boolean))];
    if (!terms.length) return [];
    const found = [];
    for (const doc of docs) {
      let [score, had] = [0, 0];
      for (const term of terms) {
        const here = (doc.lowTitle === term ? 60 : 0) + (doc.lowTitle.includes(term) ? 20 : 0) + count(doc.lowText, term);
        score += here;
        had += here > 0;
      }
      if (had) found.push({ doc, had, score: score * doc.boost * (doc.page === doc.location ? 1.5 : 1) });
    }
    const most = Math.max(...found.map((one) => one.had));
    const pages = new Map();
    for (const { doc, score, had } of found.sort((a, b) => b.score - a.score)) {
      if (had < most) continue;
      if (!pages.has(doc.page)) pages.set(doc.page, []);
      pages.get(doc.page).push(item(doc, score, terms));
    }
    for (const [page, items] of pages) {
      const whole = docs.find((doc) => doc.location === page);
      if (whole && !items.some((one) => one.location === page)) items.push(item(whole, 0, terms));
    }
    return [...pages.values()].filter((items) => items.some((one) => !one.location.includes("#")));
  };
  addEventListener("message", ({ data }) => {
    if (data.type === 0) {
      setup(data.data.docs);
      postMessage({ type: 1 });
    } else if (data.type === 2) {
      postMessage({ type: 3, data: { items: search(data.data) } });
    }
  });
})();
