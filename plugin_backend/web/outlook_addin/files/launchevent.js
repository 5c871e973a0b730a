// The word before Send. Outlook runs this when recipients change and when Send is pressed, in a page or in a bare JavaScript runtime.
//
// It is written in ES2016 without a conditional expression, without imports and without a document, because classic Outlook has no more.
// It advises and never forbids: whatever fails here, the message goes out. Each event is completed exactly once, after two seconds at most.

(function () {
  "use strict";

  /** Where Acquaint is served; filled in when this file is. */
  const SERVICE = "https://acquaint.invalid";

  const WHOLE_MS = 2000;
  const ANSWER_MS = 1200;
  const LONGEST_ANSWER = 500000;
  const VERDICT_HOLDS_MS = 3600000;

  const MESSAGE_PANE = "acquaintCompose";
  const APPOINTMENT_PANE = "acquaintOrganize";
  const ICON = "Icon.16";
  const NOTICE = "acquaint";
  const KEPT = "acquaint.verdict";

  const LONGEST_DIALOG = 500;
  const LONGEST_NOTICE = 150;
  const LONGEST_SENTENCE = 180;
  const NAMED = 2;
  const SHOW_WHY = "Show me why";
  const OPEN = "Show me why";

  const NOT_CHECKED = "Acquaint could not check this. Nothing keeps you from sending it.";
  const NOT_SIGNED_IN = "Acquaint did not check this: open its pane once to sign in. Nothing keeps you from sending it.";
  const TO_TALK = "A meeting is for conversation: invite those you want to talk with, and send the others what there is to know.";

  // ── The handlers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  function onMessageSendHandler(event) {
    beforeSending(event, messageOf, function (found) {
      if (found.verdict !== "warn") {
        return null;
      }
      return warning(found, MESSAGE_PANE);
    });
  }

  function onAppointmentSendHandler(event) {
    beforeSending(event, appointmentOf, function (found) {
      if (!found.broadcast) {
        return null;
      }
      return question([sentence(found.broadcast) + " " + TO_TALK], APPOINTMENT_PANE);
    });
  }

  let newest = 0;

  function onMessageRecipientsChangedHandler(event) {
    const completed = once(function () {
      event.completed();
    });
    watch(completed);
    newest += 1;
    const mine = newest;
    attempt(function () {
      return messageOf().then(verdictOn);
    }).then(
      function (found) {
        if (mine === newest) {
          showNotice(found);
        }
        completed();
      },
      function (failure) {
        if (mine === newest) {
          showUnchecked(failure);
        }
        completed();
      }
    );
  }

  /** Ask for a verdict and complete the event: with a question where there is one to ask, else by letting the item go. */
  function beforeSending(event, read, questionOf) {
    const completed = once(function (options) {
      event.completed(options);
    });
    const letGo = function (failure) {
      if (completed({ allowEvent: true })) {
        showUnchecked(failure);
      }
    };
    watch(letGo);
    attempt(function () {
      return read().then(verdictOn).then(questionOf);
    }).then(function (asked) {
      completed(asked || { allowEvent: true });
    }).catch(letGo);
  }

  // ── What is asked ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  function item() {
    return Office.context.mailbox.item;
  }

  function messageOf() {
    const of = item();
    return Promise.all([got(of.to), got(of.cc), got(of.bcc), got(of.subject), answered(of)]).then(function (read) {
      return { to: addresses(read[0]), cc: addresses(read[1]).concat(addresses(read[2])), subject: text(read[3]), in_reply_to: read[4] };
    });
  }

  function appointmentOf() {
    const of = item();
    return Promise.all([got(of.requiredAttendees), got(of.optionalAttendees), got(of.subject)]).then(function (read) {
      return { to: addresses(read[0]), cc: addresses(read[1]), subject: text(read[2]), in_reply_to: "" };
    });
  }

  /** The id of the message that this one answers, where Outlook tells it. */
  function answered(of) {
    const id = text(of.inReplyTo);
    if (!id || !of.getComposeTypeAsync) {
      return Promise.resolve(id);
    }
    return called(of, of.getComposeTypeAsync).then(function (found) {
      if (found && found.composeType === "reply") {
        return id;
      }
      return "";
    });
  }

  function got(field) {
    if (!field || !field.getAsync) {
      return Promise.resolve(null);
    }
    return called(field, field.getAsync);
  }

  /** What one of Outlook's asynchronous functions gives. */
  function called(owner, method, first) {
    return new Promise(function (resolve, reject) {
      const answer = function (result) {
        if (result.status === "succeeded") {
          resolve(result.value);
        } else {
          reject(new Error("outlook"));
        }
      };
      if (first === undefined) {
        method.call(owner, answer);
      } else {
        method.call(owner, first, answer);
      }
    });
  }

  function addresses(people) {
    return (people || []).map(function (each) {
      return text(each.emailAddress);
    }).filter(Boolean);
  }

  function text(value) {
    if (typeof value === "string") {
      return value;
    }
    return "";
  }

  // ── The verdict ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The verdict on a draft: the one that was kept for the same draft, else the service's, which is then kept. */
  function verdictOn(draft) {
    if (!draft.to.length && !draft.cc.length) {
      return { verdict: null, broadcast: "", recipients: [] };
    }
    const asked = JSON.stringify(draft);
    const name = draft.to.length + draft.cc.length + ":" + mixed(asked);
    return kept(name).then(function (found) {
      if (found) {
        return found;
      }
      return signedIn().then(function (token) {
        return within(ANSWER_MS, answerOf(token, asked));
      }).then(function (answer) {
        const said = understood(answer);
        keep(name, said);
        return said;
      });
    });
  }

  /** A token for our own API: from the page that runs this, or from Outlook itself where there is none. */
  function signedIn() {
    if (typeof acquaintToken === "function") {
      return acquaintToken();
    }
    if (typeof OfficeRuntime === "object" && OfficeRuntime.auth) {
      return OfficeRuntime.auth.getAccessToken({ allowSignInPrompt: false, allowConsentPrompt: false }).catch(function () {
        throw new Error("sign in");
      });
    }
    return Promise.reject(new Error("sign in"));
  }

  function answerOf(token, asked) {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    if (token) {
      headers.Authorization = "Bearer " + token;
    }
    return fetch(SERVICE + "/api/v1/check", { method: "POST", headers: headers, body: asked, credentials: "omit" }).then(function (response) {
      if (response.status === 401 || response.status === 403) {
        throw new Error("sign in");
      }
      if (!response.ok || Number(response.headers.get("Content-Length")) > LONGEST_ANSWER) {
        throw new Error("service");
      }
      return response.text();
    }).then(function (body) {
      if (body.length > LONGEST_ANSWER) {
        throw new Error("service");
      }
      return JSON.parse(body);
    });
  }

  /** What is needed of an answer; everything in it was written by others. */
  function understood(answer) {
    if (!answer || answer.checked !== true || !Array.isArray(answer.recipients)) {
      throw new Error("service");
    }
    const recipients = answer.recipients.filter(function (each) {
      return each.verdict === answer.verdict && (each.verdict === "warn" || each.verdict === "nudge");
    });
    return {
      verdict: answer.verdict,
      broadcast: text(answer.broadcast),
      others: Math.max(recipients.length - NAMED, 0),
      recipients: recipients.slice(0, NAMED).map(function (each) {
        const way = (each.alternatives || [])[0] || {};
        return { address: text(each.address), reason: text((each.reasons || [])[0]), way: text(way.sentence) };
      })
    };
  }

  // ── What was said before, for the same draft ──────────────────────────────────────────────────────────────────────────────────

  function kept(name) {
    const memory = item().sessionData;
    if (!memory || !memory.getAsync) {
      return Promise.resolve(null);
    }
    return called(memory, memory.getAsync, KEPT).then(function (found) {
      const held = JSON.parse(found);
      if (held.name === name && Date.now() - held.at < VERDICT_HOLDS_MS && held.at <= Date.now()) {
        return held.said;
      }
      return null;
    }).catch(function () {
      return null;
    });
  }

  function keep(name, said) {
    const memory = item().sessionData;
    if (memory && memory.setAsync) {
      memory.setAsync(KEPT, JSON.stringify({ name: name, at: Date.now(), said: said }), function () {});
    }
  }

  /** A short name for a draft (cyrb53): it tells drafts apart and protects nothing. */
  function mixed(of) {
    let one = 0xdeadbeef;
    let two = 0x41c6ce57;
    for (let at = 0; at < of.length; at += 1) {
      const code = of.charCodeAt(at);
      one = Math.imul(one ^ code, 2654435761);
      two = Math.imul(two ^ code, 1597334677);
    }
    one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909);
    two = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
    return (4294967296 * (2097151 & two) + (one >>> 0)).toString(36);
  }

  // ── What is said ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  function warning(found, pane) {
    const lines = [];
    found.recipients.forEach(function (each) {
      lines.push(sentence(each.address) + ": " + sentence(each.reason));
      if (each.way) {
        lines.push("A better way: " + sentence(each.way));
      }
    });
    if (found.others) {
      lines.push("And " + found.others + " more like this.");
    }
    return question(lines, pane);
  }

  /** The dialog. What was written by others has been made plain text in each line, and is escaped once more for Markdown. */
  function question(lines, pane) {
    const options = { allowEvent: false, errorMessage: cut(lines.join(" "), LONGEST_DIALOG) };
    if (has("1.14")) {
      options.cancelLabel = SHOW_WHY;
      options.commandId = pane;
    }
    if (has("1.15")) {
      const marked = lines.map(escaped).join("\n\n");
      if (marked.length <= LONGEST_DIALOG) {
        options.errorMessageMarkdown = marked;
      }
    }
    return options;
  }

  function showNotice(found) {
    if (found.verdict !== "warn" && found.verdict !== "nudge") {
      notices(function (shown) {
        shown.removeAsync(NOTICE, function () {});
      });
      return;
    }
    const first = found.recipients[0] || { address: "", reason: "" };
    const message = cut(sentence(first.address) + ": " + sentence(first.reason), LONGEST_NOTICE);
    const plain = { type: "informationalMessage", message: message, icon: ICON, persistent: false };
    const actions = [{ actionType: "showTaskPane", actionText: OPEN, commandId: MESSAGE_PANE, contextData: "{}" }];
    notices(function (shown) {
      shown.replaceAsync(NOTICE, { type: "insightMessage", message: message, icon: ICON, actions: actions }, function (result) {
        if (result.status !== "succeeded") {
          shown.replaceAsync(NOTICE, plain, function () {});
        }
      });
    });
  }

  /** Silence is no pass: where nothing could be checked, say so, quietly. */
  function showUnchecked(failure) {
    let message = NOT_CHECKED;
    if (failure && failure.message === "sign in") {
      message = NOT_SIGNED_IN;
    }
    notices(function (shown) {
      shown.replaceAsync(NOTICE, { type: "informationalMessage", message: message, icon: ICON, persistent: false }, function () {});
    });
  }

  /** Do something with the notices of the item; what goes wrong with them is no reason to keep anybody waiting. */
  function notices(act) {
    try {
      act(item().notificationMessages);
    } catch (_) {
      return;
    }
  }

  /** One sentence written by others, as plain text: nothing in it turns the text around it, breaks a line or becomes a link. */
  function sentence(raw) {
    const plain = raw
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
      .replace(/[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, "")
      .replace(/:\/\//g, ": //")
      .replace(/\bwww\./gi, "www .");
    const short = cut(plain.trim(), LONGEST_SENTENCE);
    if (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(short)) {
      return "\u2068" + short + "\u2069";
    }
    return short;
  }

  function escaped(line) {
    return line.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, "\\$&");
  }

  function cut(line, longest) {
    if (line.length <= longest) {
      return line;
    }
    const shorter = line.slice(0, longest - 2).replace(/[\ud800-\udbff]$/, "");
    if (shorter.lastIndexOf("\u2068") > shorter.lastIndexOf("\u2069")) {
      return shorter + "…\u2069";
    }
    return shorter + "…";
  }

  function has(version) {
    try {
      return Office.context.requirements.isSetSupported("Mailbox", version);
    } catch (_) {
      return false;
    }
  }

  // ── Time ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A function that does something the first time it is called, tells whether it did, and does nothing after. */
  function once(act) {
    let done = false;
    return function (value) {
      if (done) {
        return false;
      }
      done = true;
      act(value);
      return true;
    };
  }

  function watch(act) {
    if (typeof setTimeout === "function") {
      setTimeout(act, WHOLE_MS);
    }
  }

  /** A promise of what is done, also where it fails at once. */
  function attempt(act) {
    return new Promise(function (resolve) {
      resolve(act());
    });
  }

  function within(ms, promise) {
    return new Promise(function (resolve, reject) {
      if (typeof setTimeout === "function") {
        setTimeout(function () {
          reject(new Error("slow"));
        }, ms);
      }
      promise.then(resolve, reject);
    });
  }

  Office.actions.associate("onMessageSendHandler", onMessageSendHandler);
  Office.actions.associate("onMessageRecipientsChangedHandler", onMessageRecipientsChangedHandler);
  Office.actions.associate("onAppointmentSendHandler", onAppointmentSendHandler);
}());
