// What the theme leaves without a name, or out of reach of the keyboard.
"use strict";
document.querySelector(".md-search")?.setAttribute("aria-label", "搜索 · search");
const reach = () => {
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex]), .md-typeset pre > code:not([tabindex])")
    .forEach((wide) => wide.setAttribute("tabindex", "0"));
  document.querySelectorAll(".md-code__nav:not([aria-label])").forEach((nav, at) => nav.setAttribute("aria-label", `复制 · copy ${at + 1}`));
};
new MutationObserver(reach).observe(document.body, { childList: true, subtree: true });
reach();
