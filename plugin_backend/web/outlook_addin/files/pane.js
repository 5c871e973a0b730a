// The pane beside a message or an appointment. All it shows was written by others: it is put in as text, never as markup.
// Focus is never moved unasked, and nothing that waits for a person has an end.
"use strict";

(() => {
  const OFFICE_MS = 10000;
  const ANSWER_MS = 8000;
  const LOOK_AGAIN_MS = 50;
  const SHOWN_AT_ONCE = 1;
  const LISTED = 15;
  const SNOOZE_DAYS = 30;
  const LONGEST_TEXT = 100000;
  const DARK_BELOW = 0.4;

  const main = document.getElementById("main");
  const says = document.getElementById("says");
  const title = document.getElementById("title");
  const words = JSON.parse(main.dataset.words);

  // This runs while the page is still being read; the scripts that wait for its end have run when this has happened.
  const parsed = new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));

  let heading = "Acquaint";
  let withText = false;
  let round = 0;

  // ── Elements ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * An element with children, each of them an element or a text.
   * @param {string} name
   * @param {string} looks
   * @param {...any} children what is nothing is left out
   * @returns {HTMLElement}
   */
  const el = (name, looks, ...children) => {
    const made = document.createElement(name);
    if (looks) {
      made.className = looks;
    }
    made.append(...children.filter(Boolean));
    return made;
  };

  /** What a stranger wrote, so that it cannot turn the text around it. */
  const theirs = (text) => el("bdi", "", plain(text));

  /** Without the characters that turn a text or hide in it. */
  const plain = (text) => String(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "");

  const sign = (name) => {
    const drawn = /** @type {HTMLTemplateElement | null} */ (document.getElementById(`icon-${name}`));
    return drawn ? drawn.content.cloneNode(true) : null;
  };

  const chip = (looks, icon, text) => el("span", `chip ${looks}`, icon && sign(icon), text);

  const opened = (text) => text.charAt(0).toUpperCase() + text.slice(1);

  const button = (looks, text, act, about = "") => {
    const made = /** @type {HTMLButtonElement} */ (el("button", looks, text));
    made.type = "button";
    if (about) {
      made.setAttribute("aria-label", `${text}: ${plain(about)}`);
    }
    made.addEventListener("click", act);
    return made;
  };

  const list = (looks, all, shown) => (all.length ? el("ul", looks, ...all.map((each) => el("li", "", ...[].concat(shown(each))))) : null);

  const day = (moment) => new Date(moment).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });

  const more = (summary, about, ...inside) => {
    const hidden = about ? el("span", "visually-hidden", `, ${plain(about)}`) : null;
    return el("details", "", el("summary", "", summary, hidden), ...inside);
  };

  const NAMED = "button, a, summary, input";

  const nameOf = (each) => each.getAttribute("aria-label") || each.textContent || each.type;

  /** Show something else. Whoever is on a button with the keyboard stays on it where it is still there, and what was opened stays open. */
  const show = (...all) => {
    const focused = main.contains(document.activeElement) && document.activeElement !== main ? nameOf(document.activeElement) : null;
    const open = new Set([...main.querySelectorAll("details[open] > summary")].map(nameOf));
    title.textContent = heading;
    main.removeAttribute("aria-busy");
    main.replaceChildren(...all.filter(Boolean));
    for (const summary of main.querySelectorAll("summary")) {
      /** @type {HTMLDetailsElement} */ (summary.parentElement).open ||= open.has(nameOf(summary));
    }
    if (focused !== null) {
      const same = [...main.querySelectorAll(NAMED)].find((each) => nameOf(each) === focused);
      /** @type {HTMLElement} */ (same || main).focus();
    }
  };

  const say = (text) => {
    if (says.textContent !== text) {
      says.textContent = text;
    }
  };

  // ── States in which there is nothing to show ──────────────────────────────────────────────────────────────────────────────────

  const state = (name, text, act, label) => {
    show(el("section", "", el("h2", "", name), el("p", "", text), act && el("div", "acts", button("primary", label, act))));
    say(name);
  };

  const again = () => start(true);

  const STATES = {
    "no office": () => state("Outlook does not answer", "The pane could not be connected with Outlook. Close it and open it again, or try once more.", () => location.reload(), "Try again"),
    "not in outlook": () => state("This belongs in Outlook", "Open it from a message or an appointment there."),
    "not set up": () => state("Not set up yet", "This installation does not know its registration at Microsoft Entra. Whoever runs it finds the steps in docs/outlook-addin.md."),
    "sign in": () => state("Sign in", "Acquaint needs to know whose ledger to open. It asks for nothing in your mailbox.", () => start(true, true), "Sign in"),
    "not linked": () =>
      show(
        el(
          "section",
          "",
          el("h2", "", "Connect your mailbox"),
          el("p", "", "No ledger belongs to this account yet. Open Acquaint in your browser, sign in there, and add this mailbox under Accounts."),
          outside("Open Acquaint", "/accounts"),
          el("div", "acts", button("", "Look again", again))
        )
      ),
    service: () => state("Nothing to show just now", "Acquaint cannot be reached. Nothing keeps you from sending.", again, "Try again"),
    "no item": () => state("Nothing is open", "Open a message or an appointment to see where you stand with the people in it."),
  };

  const outside = (text, path) => {
    const link = /** @type {HTMLAnchorElement} */ (el("a", "", text));
    link.href = path;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  };

  const failed = (error) => (STATES[error.message] || STATES.service)();

  // ── Asking ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  const token = async (interactive = false) => (window.acquaintToken ? window.acquaintToken(interactive) : Promise.reject(new Error("sign in")));

  /** Ask our API; what it does not find is null. */
  const ask = async (method, path, body = undefined) => {
    const bearer = await token();
    const headers = { Accept: "application/json" };
    if (bearer) {
      headers.Authorization = `Bearer ${bearer}`;
    }
    if (body !== undefined) {
      headers["Content-Type"] = "application/json";
    }
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), ANSWER_MS);
    try {
      const answer = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body), signal: stop.signal });
      if (answer.status === 404) {
        return null;
      }
      if (!answer.ok) {
        throw new Error(await refusal(answer));
      }
      return answer.status === 204 ? true : await answer.json();
    } catch (error) {
      throw error.message in STATES ? error : new Error("service");
    } finally {
      clearTimeout(patience);
    }
  };

  const refusal = async (answer) => {
    if (answer.status === 401) {
      return "sign in";
    }
    const said = answer.status === 403 ? await answer.json().catch(() => ({})) : {};
    return said.type === "urn:acquaint:problem:not-linked" ? "not linked" : "service";
  };

  /** What one of Outlook's fields holds; empty where this item has no such field. */
  const field = (of, ...how) =>
    new Promise((resolve, reject) => {
      if (!of || !of.getAsync) {
        resolve(of || "");
        return;
      }
      of.getAsync(...how, (result) => (result.status === Office.AsyncResultStatus.Succeeded ? resolve(result.value) : reject(new Error("service"))));
    });

  const addresses = (people) => (Array.isArray(people) ? people : []).map((each) => each.emailAddress || "").filter(Boolean);

  const me = () => (Office.context.mailbox.userProfile.emailAddress || "").toLowerCase();

  const others = (all) => [...new Set(all.map((each) => each.toLowerCase()))].filter((each) => each !== me());

  // ── A person ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  const chipsOf = (of) =>
    el(
      "p",
      "chips",
      chip("stage", "", opened((words.stages[of.stage] || [of.stage])[0])),
      of.standing && chip("", of.standing, opened(of.standing)),
      of.owner_word && chip("", "check", "Your word")
    );

  const evidenceOf = (all, about) =>
    all.length > 0 &&
    more(
      "What this rests on",
      about,
      list("items", all, (each) => [el("p", "", plain(each.sentence)), each.words && el("blockquote", "", theirs(each.words)), el("p", "quiet", day(each.at))])
    );

  const promisesOf = (all, name) =>
    all.length > 0 &&
    el(
      "div",
      "stack",
      el("h3", "", "Open promises"),
      list("items", all, (each) => [
        el("p", "", each.by === "owner" ? "You" : theirs(name), each.words ? " said " : " promised something", each.words && el("q", "", theirs(each.words))),
        el("p", "quiet", `${day(each.at)}, and nothing since shows it done`),
      ])
    );

  const adviceOf = (next, avoid) =>
    (next || avoid) &&
    el("dl", "", next && el("div", "", el("dt", "", "Do"), el("dd", "", theirs(next))), avoid && el("div", "", el("dt", "", "Better not"), el("dd", "", theirs(avoid))));

  const personOf = (subject, renew) => {
    const address = subject.person.addresses[0] || subject.person.name;
    if (subject.what) {
      return el("div", "stack", el("p", "", plain(subject.what)), wordsAbout(subject, renew));
    }
    const meaning = words.standings[subject.standing] || (words.stages[subject.stage] || ["", ""])[1];
    const against = subject.counter_evidence.length > 0 && more("What speaks against more", address, list("items", subject.counter_evidence, (each) => el("p", "", plain(each.sentence))));
    return el(
      "div",
      "stack",
      chipsOf(subject),
      el("p", "", theirs(subject.how_you_know_each_other || meaning)),
      adviceOf(subject.next_act, ""),
      promisesOf(subject.promises, subject.person.name),
      evidenceOf(subject.evidence, address),
      against,
      wordsAbout(subject, renew),
      subject.person.id && outside("Everything about this person", `/people/${encodeURIComponent(subject.person.id)}`)
    );
  };

  /** The owner's own word, one tap each; what was said can be taken back. */
  const wordsAbout = (subject, renew) => {
    const [address] = subject.person.addresses;
    if (!address) {
      return null;
    }
    const give = (label, word) =>
      button(
        "small",
        label,
        async () => {
          try {
            const recorded = await ask("POST", "/corrections", { addresses: [address], ...word });
            if (!recorded) {
              throw new Error("service");
            }
            await renew(recorded);
            say(words.done[word.kind]);
          } catch (error) {
            failed(error);
          }
        },
        address
      );
    const until = new Date(Date.now() + SNOOZE_DAYS * 86400000).toISOString();
    if (subject.person.kind !== "person" && subject.what) {
      return el("div", "acts", give("This is a person", { kind: "is_a_person" }));
    }
    const early = subject.stage === "none" || subject.stage === "encounter";
    return more(
      "Your own word",
      address,
      el("div", "acts", early && give("We have met", { kind: "met" }), give(`No warnings for ${SNOOZE_DAYS} days`, { kind: "snooze", until }), give("Not a person", { kind: "not_a_person" }))
    );
  };

  /** What was just said, with a way to take it back. */
  const saidOf = (recorded, renew) =>
    recorded &&
    el(
      "div",
      "said",
      el("p", "", plain(recorded.sentence)),
      el(
        "div",
        "acts",
        button("small", "Undo", async () => {
          try {
            await ask("DELETE", `/corrections/${encodeURIComponent(recorded.id)}`);
            await renew(null);
            say(words.done.undone);
          } catch (error) {
            failed(error);
          }
        })
      )
    );

  /** Somebody by address: read when first shown, and again after the owner's word. */
  const somebody = async (into, address) => {
    const renew = async (recorded) => {
      const subject = await ask("GET", `/people/${encodeURIComponent(address)}?timeline_limit=0`);
      const found = subject ? personOf(subject, renew) : el("p", "quiet", "Nothing is known of this address.");
      into.replaceChildren(...[recorded && saidOf(recorded, renew), found].filter(Boolean));
      return subject;
    };
    return renew(null);
  };

  const peopleOf = async (all, mine) => {
    const found = others(all);
    const first = found.slice(0, SHOWN_AT_ONCE);
    const shown = [];
    for (const address of first) {
      const body = el("div", "stack");
      const subject = await somebody(body, address);
      if (mine !== round) {
        return [];
      }
      const name = subject ? subject.person.name : address;
      shown.push(el("section", "person", el("h2", "", theirs(name)), name !== address && el("p", "quiet", theirs(address)), body));
    }
    for (const address of found.slice(SHOWN_AT_ONCE, LISTED)) {
      const body = el("div", "stack", el("p", "quiet", "Looking…"));
      const whole = /** @type {HTMLDetailsElement} */ (el("details", "somebody", el("summary", "", theirs(address)), body));
      whole.addEventListener("toggle", () => whole.open && somebody(body, address).catch(failed), { once: true });
      shown.push(whole);
    }
    if (found.length > LISTED) {
      shown.push(el("p", "quiet", `And ${found.length - LISTED} more.`));
    }
    return shown.length ? shown : [el("p", "", "Nobody else is on this.")];
  };

  // ── A message that was received ───────────────────────────────────────────────────────────────────────────────────────────────

  const readMessage = async (item, mine) => {
    heading = "Who is this";
    const shown = await peopleOf([...addresses([item.from || item.sender]), ...addresses(item.to), ...addresses(item.cc)], mine);
    if (mine === round) {
      show(...shown);
      say("The people of this message are shown.");
    }
  };

  // ── A message that is being written ───────────────────────────────────────────────────────────────────────────────────────────

  const FIELDS = ["to", "cc", "bcc"];

  const draftOf = async (item) => {
    const [to, cc, bcc, subject, text] = await Promise.all([
      ...FIELDS.map((name) => field(item[name])),
      field(item.subject),
      withText ? field(item.body, Office.CoercionType.Text) : "",
    ]);
    return {
      to: addresses(to),
      cc: [...addresses(cc), ...addresses(bcc)],
      subject: String(subject).slice(0, 2000),
      text: String(text).slice(0, LONGEST_TEXT),
      in_reply_to: String(item.inReplyTo || "").slice(0, 1000),
    };
  };

  const writeMessage = async (item, mine) => {
    heading = "Check draft";
    const draft = await draftOf(item);
    const verdict = draft.to.length + draft.cc.length ? await ask("POST", "/check", draft) : null;
    if (verdict && !Array.isArray(verdict.recipients)) {
      throw new Error("service");
    }
    if (mine === round) {
      const opening = draft.to.length + draft.cc.length === 1 ? await ask("GET", `/opening?to=${encodeURIComponent([...draft.to, ...draft.cc][0])}`) : null;
      show(...verdictShown(verdict, item), opening && opening.text && openingShown(opening.text, item), checking());
      say(summaryOf(verdict));
    }
  };

  const verdictShown = (verdict, item) => {
    if (!verdict) {
      return [el("p", "", "Add somebody to the message, and a word about each of them appears here.")];
    }
    if (!verdict.checked) {
      return [el("div", "said allow", el("h2", "", sign("allow"), plain(verdict.note)))];
    }
    const [name, meaning] = words.verdicts[verdict.verdict] || ["No verdict", "None of the recipients is a person."];
    const head = el("div", `said ${verdict.verdict || ""}`, el("h2", "", sign(verdict.verdict || "none"), name), el("p", "", meaning));
    return [head, ...verdict.recipients.map((each) => recipientOf(each, item))];
  };

  const recipientOf = (each, item) => {
    const name = each.person && each.person.name !== each.address ? each.person.name : "";
    const [judged] = words.verdicts[each.verdict] || ["No verdict"];
    const ways = each.alternatives.map((way) => el("li", "", theirs(way.sentence)));
    return el(
      "section",
      "person",
      el("h2", "", theirs(each.address)),
      name && el("p", "quiet", theirs(name)),
      el(
        "p",
        "chips",
        chip(each.verdict || "", each.verdict || "none", judged),
        each.verdict && chip("stage", "", opened((words.stages[each.stage] || [each.stage])[0])),
        each.verdict && each.standing && chip("", each.standing, opened(each.standing))
      ),
      each.what && el("p", "", plain(each.what)),
      ...each.reasons.map((reason) => el("p", "", theirs(reason))),
      ways.length > 0 && el("h3", "", each.verdict === "warn" ? "A better way" : "What would help"),
      ways.length > 0 && el("ol", "ways", ...ways),
      evidenceOf(each.evidence, each.address),
      (each.verdict === "warn" || each.verdict === "nudge") && el("div", "acts", button("small", "Remove", () => remove(item, each.address).catch(failed), each.address))
    );
  };

  const remove = async (item, address) => {
    for (const name of FIELDS) {
      const people = await field(item[name]);
      const kept = (people || []).filter((each) => (each.emailAddress || "").toLowerCase() !== address.toLowerCase());
      if (people && kept.length !== people.length) {
        await new Promise((resolve) => item[name].setAsync(kept, resolve));
      }
    }
    await start(true);
  };

  /** A first sentence from what the two have shared; it goes in where the cursor is, and only when asked. */
  const openingShown = (text, item) =>
    el(
      "section",
      "person",
      el("h2", "", "An opening"),
      el("blockquote", "", theirs(text)),
      el("div", "acts", button("small", "Insert an opening", () => item.body.setSelectedDataAsync(`${plain(text)}\n`, { coercionType: Office.CoercionType.Text }, () => say("The opening is in the message."))))
    );

  const checking = () => {
    const box = /** @type {HTMLInputElement} */ (el("input", ""));
    box.type = "checkbox";
    box.checked = withText;
    box.addEventListener("change", () => {
      withText = box.checked;
    });
    return el(
      "section",
      "person",
      el("label", "tick", box, "Read the text as well, for its wording. It is not kept."),
      el("div", "acts", button("", "Check again", again))
    );
  };

  const summaryOf = (verdict) => {
    if (!verdict) {
      return "Nobody is on this message yet.";
    }
    const [name] = words.verdicts[verdict.verdict] || ["No verdict"];
    return verdict.checked ? `${name}. ${verdict.recipients.length === 1 ? "1 recipient" : `${verdict.recipients.length} recipients`} checked.` : plain(verdict.note);
  };

  // ── An appointment ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  const attendeesOf = async (item) => {
    const [required, optional] = await Promise.all([field(item.requiredAttendees), field(item.optionalAttendees)]);
    const organizer = item.organizer && item.organizer.getAsync ? await field(item.organizer) : item.organizer;
    return [...addresses([organizer || {}]), ...addresses(required), ...addresses(optional)];
  };

  const readAppointment = async (item, mine) => {
    heading = "Brief";
    const attendees = await attendeesOf(item);
    const start = await field(item.start);
    const at = start instanceof Date && !Number.isNaN(start.getTime()) ? start.toISOString() : "";
    const brief = at && others(attendees).length ? await ask("POST", "/briefs/find", { at, attendees: attendees.slice(0, 1000) }) : null;
    const shown = brief ? briefShown(brief) : await peopleOf(attendees, mine);
    if (mine === round) {
      show(...shown);
      say(brief ? "The brief is shown." : "The people of this appointment are shown.");
    }
  };

  const writeAppointment = async (item, mine) => {
    heading = "Brief";
    const attendees = others(await attendeesOf(item));
    const verdict = attendees.length ? await ask("POST", "/check", { to: attendees, subject: String(await field(item.subject)).slice(0, 2000) }) : null;
    const broadcast =
      verdict &&
      verdict.broadcast &&
      el("div", "said nudge", el("h2", "", sign("nudge"), "It speaks to many"), el("p", "", `${plain(verdict.broadcast)} A meeting is for conversation: invite those you want to talk with, and send the others what there is to know.`));
    const shown = attendees.length ? await peopleOf(attendees, mine) : [el("p", "", "Invite somebody, and what to know about them appears here.")];
    if (mine === round) {
      show(broadcast, ...shown, el("div", "acts", button("", "Look again", again)));
      say(broadcast ? "It speaks to many." : "The people of this appointment are shown.");
    }
  };

  const briefShown = (brief) => {
    const subject = brief.event.subject || opened(words.channels[brief.event.channel] || "meeting");
    const named = (label, names) => names.length > 0 && el("div", "stack", el("h3", "", label), el("p", "", ...names.flatMap((name, at) => [at ? ", " : "", theirs(name)])));
    return [
      el(
        "div",
        "said",
        el("h2", "", theirs(subject)),
        el("p", "", plain(brief.kind_sentence)),
        list("items", brief.advice, (each) => el("p", "", plain(each)))
      ),
      named("You meet for the first time", brief.first_meetings),
      named("Not yet recognised", brief.not_recognised),
      brief.missing.length > 0 && el("div", "stack", el("h3", "", "Who might be missing"), list("items", brief.missing, (each) => el("p", "", theirs(each)))),
      ...brief.attendees.map(attendeeOf),
    ];
  };

  const attendeeOf = (each) => {
    const last = each.last_substance;
    return el(
      "section",
      "person",
      el("h2", "", theirs(each.person.name)),
      chipsOf(each),
      el("p", "", theirs(each.how_you_know_each_other || "You have not met, and nothing of substance has gone both ways yet.")),
      each.changed.length > 0 && el("div", "stack", el("h3", "", "Since your last brief"), list("items", each.changed, (change) => el("p", "", theirs(change)))),
      last && el("p", "quiet", "Last time it mattered: ", last.subject && theirs(last.subject), last.subject && ", ", `${words.channels[last.channel] || last.channel}, ${day(last.at)}`),
      promisesOf(each.promises, each.person.name),
      adviceOf(each.next_act, each.avoid)
    );
  };

  // ── From the beginning ────────────────────────────────────────────────────────────────────────────────────────────────────────

  const kindOf = (item) => {
    const written = Boolean((item.to && item.to.getAsync) || (item.requiredAttendees && item.requiredAttendees.getAsync));
    if (item.itemType === Office.MailboxEnums.ItemType.Appointment) {
      return written ? writeAppointment : readAppointment;
    }
    return written ? writeMessage : readMessage;
  };

  /** Show what is open. Of two that overlap the later counts. */
  const start = async (busy = false, interactive = false) => {
    round += 1;
    const mine = round;
    if (busy) {
      main.setAttribute("aria-busy", "true");
    }
    try {
      if (interactive) {
        await token(true);
      }
      const item = Office.context.mailbox.item;
      if (!item) {
        throw new Error("no item");
      }
      await kindOf(item)(item, mine);
    } catch (error) {
      if (mine === round) {
        failed(error);
      }
    }
  };

  /** Outlook is dark or light by its own word, not by the system's. */
  const dress = (theme) => {
    const found = theme && /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(theme.bodyBackgroundColor || "");
    if (found) {
      const [red, green, blue] = found.slice(1).map((part) => parseInt(part, 16) / 255);
      document.documentElement.dataset.theme = 0.2126 * red + 0.7152 * green + 0.0722 * blue < DARK_BELOW ? "dark" : "light";
    }
  };

  const listen = () => {
    const { mailbox } = Office.context;
    const ignore = () => undefined;
    const follow = (of, type, act) => of && of.addHandlerAsync && type && of.addHandlerAsync(type, act, ignore);
    follow(mailbox, Office.EventType.ItemChanged, () => start(true));
    follow(mailbox, Office.EventType.OfficeThemeChanged, (event) => dress(event.officeTheme));
    follow(mailbox.item, Office.EventType.RecipientsChanged, () => start());
  };

  const office = () =>
    new Promise((resolve, reject) => {
      const until = Date.now() + OFFICE_MS;
      const look = () => {
        if (window.Office && Office.onReady) {
          Office.onReady().then(resolve, reject);
        } else if (Date.now() > until) {
          reject(new Error("no office"));
        } else {
          setTimeout(look, LOOK_AGAIN_MS);
        }
      };
      document.getElementById("office").addEventListener("error", () => reject(new Error("no office")));
      setTimeout(() => reject(new Error("no office")), OFFICE_MS);
      look();
    });

  main.setAttribute("aria-busy", "true");
  office()
    .then(async (info) => {
      await parsed;
      if (!info.host || !Office.context.mailbox) {
        throw new Error("not in outlook");
      }
      dress(Office.context.officeTheme);
      listen();
      await start(true);
    })
    .catch(failed);
})();
