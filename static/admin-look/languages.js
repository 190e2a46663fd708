/* The switch that turns all language tabs at once comes without a name, and without the language shown. */
"use strict";
{
  const label = document.currentScript.dataset.label;
  window.addEventListener("load", () => {
    const choice = document.getElementById("modeltranslation-main-switch");
    if (!choice) return;
    choice.setAttribute("aria-label", label);
    const shown = document.documentElement.lang.slice(0, 2).toUpperCase();
    choice.selectedIndex = [...choice.options].findIndex((option) => option.text.toUpperCase() === shown);
  });
}
