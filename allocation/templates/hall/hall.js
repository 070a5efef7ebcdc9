// Keeps a page of the hall up to date, and says when it is not: the screen must never show old news as new.
(() => {
  "use strict";
  const EVERY = 3000, LATE = 30000, KEY = "anju-hall";
  const theme = location.hash.slice(1);
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  const stored = () => { try { return JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { return {}; } };
  const keep = (seen) => { try { sessionStorage.setItem(KEY, JSON.stringify(seen)); } catch { /* told by the clock alone */ } };
  const tell = () => {
    const main = document.querySelector("main"), stamp = main.dataset.seen, now = Date.now();
    let seen = stored();
    if (seen.stamp !== stamp) { seen = { stamp, at: now, moved: Boolean(seen.stamp) }; keep(seen); }
    // a stamp that was seen to change is young whatever this device's clock says; the first one is judged by the clock
    const age = now - (seen.moved ? seen.at : Math.min(seen.at, Date.parse(stamp)));
    main.querySelector(".age").textContent = String(Math.max(1, Math.round(age / 60000)));
    main.querySelector(".stale").hidden = age < LATE;
  };
  const renew = async () => {
    if (location.protocol === "file:") { location.reload(); return; }
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
        if (fresh) document.querySelector("main").replaceWith(fresh);
      }
    } catch { /* nothing came: what is shown grows stale, and says so */ }
    tell();
  };
  tell();
  setInterval(tell, 1000);
  setInterval(renew, EVERY);
})();
