/* The language tabs, mended where they come without a name, or as a link inside a tab, which nothing can say aloud. */
"use strict";
{
  const label = document.currentScript.dataset.label;

  const nameSwitch = (choice) => {
    choice.setAttribute("aria-label", label);
    const shown = document.documentElement.lang.slice(0, 2).toUpperCase();
    choice.selectedIndex = [...choice.options].findIndex((option) => option.text.toUpperCase() === shown);
  };

  const makePlain = (link) => {
    link.removeAttribute("href");
    link.removeAttribute("tabindex");
    // Else jQuery UI would fetch what a tab without an address shows.
    window.jQuery.ui.tabs.prototype._isLocal = () => true;
  };

  // The check-list leads to a field in a tab that is closed.
  const openTabOfTarget = () => {
    const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    const panel = target && target.closest(".ui-tabs-panel");
    if (!panel) return;
    const tab = document.querySelector(`.ui-tabs-tab[aria-controls="${panel.id}"]:not(.ui-tabs-active) > a`);
    if (tab) tab.click();
    target.focus();
  };

  let isOpened = false;
  const mend = () => {
    document.querySelectorAll("#modeltranslation-main-switch:not([aria-label])").forEach(nameSwitch);
    document.querySelectorAll(".ui-tabs-tab > a[href]").forEach(makePlain);
    if (isOpened || !document.querySelector(".ui-tabs-active")) return;
    isOpened = true;
    openTabOfTarget();
  };
  window.addEventListener("hashchange", openTabOfTarget);

  // They are made at an uncertain moment after the page, and again with each row that is added.
  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
}
