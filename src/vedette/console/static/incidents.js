// The queue does not change under the hand of somebody who chooses; reports print.
"use strict";
(() => {
  document.addEventListener("htmx:before:request", (event) => {
    const within = event.target.closest?.("#queue");
    const busy = within?.querySelector("input[type=checkbox]:checked, input:focus");
    if (busy) event.preventDefault();
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
