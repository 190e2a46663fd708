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

  const mend = () => {
    document.querySelectorAll("#modeltranslation-main-switch:not([aria-label])").forEach(nameSwitch);
    document.querySelectorAll(".ui-tabs-tab > a[href]").forEach(makePlain);
  };

  // They are made at an uncertain moment after the page, and again with each row that is added.
  new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
}
