// The one thing pages do beyond HTML: the verdict on a draft follows while it is written. Focus is never moved.
"use strict";

(() => {
  const form = document.getElementById("draft");
  const says = document.getElementById("verdict-says");
  if (!form || !says || !("fetch" in window)) {
    return;
  }

  const PAUSE_MS = 600;
  const PATIENCE_MS = 8000;
  const COULD_NOT = "This draft could not be checked just now. Nothing keeps you from sending it.";
  const hasRecipient = () => /[^\s@]@[^\s@]+\.[^\s@]/.test(form.elements.to.value);

  let pause = 0;
  let running = null;

  const show = (fresh) => {
    const old = document.getElementById("verdict-body");
    const opened = new Set([...old.querySelectorAll("details[open] > summary")].map((summary) => summary.textContent));
    if (old.contains(document.activeElement)) {
      return; // Somebody reads in it with the keyboard: what they are on must not vanish under them.
    }
    for (const summary of fresh.querySelectorAll("details > summary")) {
      summary.parentElement.open = opened.has(summary.textContent);
    }
    old.replaceWith(fresh);
    say(fresh.dataset.summary || "");
  };

  const say = (text) => {
    if (says.textContent !== text) {
      says.textContent = text;
    }
  };

  const apology = () => {
    const body = document.createElement("div");
    const notice = document.createElement("p");
    body.id = "verdict-body";
    body.dataset.summary = COULD_NOT;
    notice.className = "notice trouble";
    notice.textContent = COULD_NOT;
    body.append(notice);
    return body;
  };

  const check = async () => {
    if (!hasRecipient()) {
      return;
    }
    if (running) {
      running.abort();
    }
    const mine = new AbortController();
    running = mine;
    const patience = setTimeout(() => mine.abort("slow"), PATIENCE_MS);
    try {
      const answer = await fetch(form.dataset.live, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        credentials: "same-origin",
        signal: mine.signal,
      });
      if (answer.status !== 200 && answer.status !== 422) {
        throw new Error("no verdict");
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("verdict-body");
      if (running === mine && fresh) {
        show(document.importNode(fresh, true));
      }
    } catch (failure) {
      if (running === mine) {
        show(apology());
      }
    } finally {
      clearTimeout(patience);
      if (running === mine) {
        running = null;
      }
    }
  };

  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(check, PAUSE_MS);
  });
  if (document.getElementById("verdict-body").dataset.summary === "") {
    check();
  }
})();
