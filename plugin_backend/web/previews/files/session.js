// In the preview nobody signs in at Microsoft: the session of the sidebar asks instead.
"use strict";

(() => {
  const { csrf } = document.currentScript.dataset;
  const asked = window.fetch.bind(window);

  window.acquaintToken = () => Promise.resolve("");
  window.fetch = (where, how = {}) =>
    asked(where, { ...how, credentials: "same-origin", headers: { ...how.headers, "X-CSRF-Token": csrf } });
})();
