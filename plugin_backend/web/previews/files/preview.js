// The made-up mail program around the real pages: its fields are what Outlook would say is open, its buttons what Outlook would tell us of.
"use strict";

(() => {
  const stage = document.getElementById("program");
  const scene = JSON.parse(stage.dataset.scene);
  window.acquaintScene = scene;

  const byId = (id) => document.getElementById(id);
  const PAUSE_MS = 500;
  const pane = /** @type {HTMLIFrameElement} */ (byId("pane"));

  const written = (text) =>
    text
      .split(/[,;]/)
      .map((each) => each.trim())
      .filter((each) => /^[^\s@]+@[^\s@]+$/.test(each))
      .map((emailAddress) => ({ emailAddress, displayName: emailAddress, recipientType: "externalUser" }));

  /** What Outlook draws itself: the notice above the message, and the fields. */
  scene.changed = () => {
    const to = /** @type {HTMLInputElement | null} */ (byId("to"));
    const shown = (scene.to || []).map((each) => each.emailAddress).join(", ");
    if (to && document.activeElement !== to && to.value !== shown) {
      to.value = shown;
    }
    const body = document.querySelector(".body");
    if (body) {
      body.textContent = scene.body;
    }
    const notice = scene.notices.acquaint;
    const bar = byId("notice");
    bar.hidden = !notice;
    bar.querySelector("span").textContent = notice ? notice.message : "";
  };

  const told = (type) => (scene.handlers[type] || []).forEach((act) => act({}));

  const happened = (name, after = /** @type {(options: any) => void} */ (() => undefined)) => {
    if (scene.actions[name]) {
      scene.actions[name]({ completed: after });
    }
  };

  const listen = () => {
    const to = /** @type {HTMLInputElement | null} */ (byId("to"));
    let pause = 0;
    if (to) {
      to.addEventListener("input", () => {
        clearTimeout(pause);
        pause = setTimeout(() => {
          scene.to = written(to.value);
          told("olkRecipientsChanged");
          happened("onMessageRecipientsChangedHandler");
        }, PAUSE_MS);
      });
    }
    const subject = /** @type {HTMLInputElement | null} */ (byId("subject"));
    if (subject) {
      subject.addEventListener("input", () => {
        scene.subject = subject.value;
      });
    }
    const send = byId("send");
    if (send) {
      send.addEventListener("click", () => happened(scene.kind === "message" ? "onMessageSendHandler" : "onAppointmentSendHandler", sent));
    }
    byId("dark").addEventListener("change", (event) => {
      const dark = /** @type {HTMLInputElement} */ (event.target).checked;
      scene.background = dark ? "#292929" : "#ffffff";
      document.documentElement.dataset.theme = dark ? "dark" : "light";
      (scene.handlers.officeThemeChanged || []).forEach((act) => act({ officeTheme: { bodyBackgroundColor: scene.background } }));
    });
  };

  /** What Outlook does when the check is completed: it sends, or asks. */
  const sent = (options) => {
    const dialog = /** @type {HTMLDialogElement} */ (byId("asked"));
    if (options.allowEvent) {
      byId("outcome").textContent = "It would be sent now. In this preview nothing is.";
      return;
    }
    dialog.querySelector("p").textContent = options.errorMessage;
    byId("why").textContent = options.cancelLabel || "Don’t Send";
    dialog.showModal();
    dialog.addEventListener(
      "close",
      () => {
        byId("outcome").textContent = dialog.returnValue === "anyway" ? "It would be sent now. In this preview nothing is." : "Not sent. The pane says why.";
        if (dialog.returnValue !== "anyway") {
          pane.focus();
        }
      },
      { once: true }
    );
  };

  // The real code of the events runs in this window, once the stub of Office.js has seen what is open.
  const load = (source) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });

  listen();
  load(stage.dataset.office)
    .then(() => load(stage.dataset.events))
    .then(() => scene.mode === "write" && scene.kind === "message" && happened("onMessageRecipientsChangedHandler"));
  pane.src = pane.dataset.src;
})();
