// Just enough of Office.js to show the real pages without Outlook: for the preview and for the tests. Its names are checked against
// Microsoft's own types, so that it cannot drift. What is open is in `acquaintScene`, of this window or of the one around it.
"use strict";

(() => {
  /**
   * @typedef {object} Scene
   * @property {"message" | "appointment"} kind
   * @property {"read" | "write"} mode
   * @property {string} me
   * @property {string} [subject]
   * @property {string} [body]
   * @property {string} [start]
   * @property {string} [inReplyTo]
   * @property {Office.EmailAddressDetails} [from]
   * @property {Office.EmailAddressDetails[]} [to]
   * @property {Office.EmailAddressDetails[]} [cc]
   * @property {Office.EmailAddressDetails[]} [bcc]
   * @property {string} [background]
   * @property {number} [sets]
   * @property {boolean} [nested]
   * @property {Record<string, string>} [kept]
   * @property {Record<string, Office.NotificationMessageDetails>} [notices]
   * @property {Record<string, Array<(event: object) => void>>} [handlers]
   * @property {Record<string, (event: object) => void>} [actions]
   * @property {() => void} [changed]
   */

  const around = () => {
    try {
      return window.parent.acquaintScene;
    } catch (_) {
      return undefined;
    }
  };

  /** @type {Scene} */
  const scene = window.acquaintScene || around();
  scene.kept ||= {};
  scene.notices ||= {};
  scene.handlers ||= {};
  scene.actions ||= {};

  const WHITE = "#ffffff";

  const answer = (how, value, status = "succeeded") => setTimeout(() => how[how.length - 1]({ status, value }), 0);
  const changed = () => scene.changed && scene.changed();

  /** @returns {any} a field that is read, and where it can be, written */
  const field = (name, empty = /** @type {any} */ ([])) => ({
    getAsync: (...how) => answer(how, scene[name] || empty),
    setAsync: (value, ...how) => {
      scene[name] = value;
      answer(how, undefined);
      changed();
    },
  });

  const addHandlerAsync = (type, handler, ...how) => {
    (scene.handlers[type] ||= []).push(handler);
    answer(how, undefined);
  };

  /** @type {Pick<Office.NotificationMessages, "replaceAsync" | "removeAsync">} */
  const notificationMessages = {
    replaceAsync: (key, notice, ...how) => {
      scene.notices[key] = notice;
      answer(how, undefined);
      changed();
    },
    removeAsync: (key, ...how) => {
      delete scene.notices[key];
      answer(how, undefined);
      changed();
    },
  };

  /** @type {Pick<Office.SessionData, "getAsync" | "setAsync">} */
  const sessionData = {
    getAsync: (key, ...how) => answer(how, scene.kept[key], key in scene.kept ? "succeeded" : "failed"),
    setAsync: (key, value, ...how) => {
      scene.kept[key] = value;
      answer(how, undefined);
    },
  };

  /** @returns {Pick<Office.MessageRead, "itemType" | "from" | "to" | "cc" | "subject" | "notificationMessages">} */
  const messageRead = () => ({
    itemType: Office.MailboxEnums.ItemType.Message,
    from: scene.from,
    to: scene.to || [],
    cc: scene.cc || [],
    subject: scene.subject || "",
    notificationMessages: /** @type {Office.NotificationMessages} */ (notificationMessages),
  });

  /** @returns {Pick<Office.MessageCompose, "itemType" | "to" | "cc" | "bcc" | "subject" | "body" | "inReplyTo" | "getComposeTypeAsync" | "notificationMessages" | "sessionData" | "addHandlerAsync">} */
  const messageWrite = () => ({
    itemType: Office.MailboxEnums.ItemType.Message,
    to: field("to"),
    cc: field("cc"),
    bcc: field("bcc"),
    subject: field("subject", ""),
    body: Object.assign(field("body", ""), {
      getAsync: (...how) => answer(how, scene.body || ""),
      setSelectedDataAsync: (text, ...how) => {
        scene.body = `${text}${scene.body || ""}`;
        answer(how, undefined);
        changed();
      },
    }),
    inReplyTo: scene.inReplyTo || "",
    getComposeTypeAsync: (...how) => answer(how, { composeType: scene.inReplyTo ? "reply" : "newMail", coercionType: "html" }),
    notificationMessages: /** @type {Office.NotificationMessages} */ (notificationMessages),
    sessionData: /** @type {Office.SessionData} */ (sessionData),
    addHandlerAsync,
  });

  /** @returns {Pick<Office.AppointmentRead, "itemType" | "organizer" | "requiredAttendees" | "optionalAttendees" | "start" | "subject">} */
  const appointmentRead = () => ({
    itemType: Office.MailboxEnums.ItemType.Appointment,
    organizer: scene.from,
    requiredAttendees: scene.to || [],
    optionalAttendees: scene.cc || [],
    start: new Date(scene.start || 0),
    subject: scene.subject || "",
  });

  /** @returns {Pick<Office.AppointmentCompose, "itemType" | "requiredAttendees" | "optionalAttendees" | "subject" | "notificationMessages" | "sessionData" | "addHandlerAsync">} */
  const appointmentWrite = () => ({
    itemType: Office.MailboxEnums.ItemType.Appointment,
    requiredAttendees: field("to"),
    optionalAttendees: field("cc"),
    subject: field("subject", ""),
    notificationMessages: /** @type {Office.NotificationMessages} */ (notificationMessages),
    sessionData: /** @type {Office.SessionData} */ (sessionData),
    addHandlerAsync,
  });

  const shown = () => {
    if (scene.kind === "appointment") {
      return scene.mode === "read" ? appointmentRead() : appointmentWrite();
    }
    return scene.mode === "read" ? messageRead() : messageWrite();
  };

  /** @type {Pick<Office.Mailbox, "item" | "userProfile" | "addHandlerAsync">} */
  const mailbox = {
    get item() {
      return /** @type {any} */ (shown());
    },
    userProfile: /** @type {Office.UserProfile} */ ({ emailAddress: scene.me, displayName: "", timeZone: "UTC", accountType: "office365" }),
    addHandlerAsync,
  };

  /** @type {Pick<Office.Context, "mailbox" | "officeTheme" | "requirements">} */
  const context = {
    mailbox: /** @type {Office.Mailbox} */ (mailbox),
    get officeTheme() {
      return /** @type {Office.OfficeTheme} */ ({ bodyBackgroundColor: scene.background || WHITE });
    },
    requirements: { isSetSupported: (name, version) => (name === "NestedAppAuth" ? Boolean(scene.nested) : name === "Mailbox") && Number(String(version).split(".")[1]) <= (scene.sets || 15) },
  };

  /** @type {Record<keyof typeof Office.AsyncResultStatus, any>} */
  const statuses = { Succeeded: "succeeded", Failed: "failed" };

  /** @type {Record<keyof typeof Office.CoercionType & ("Text" | "Html"), string>} */
  const coercions = { Text: "text", Html: "html" };

  /** @type {Record<keyof typeof Office.EventType & ("ItemChanged" | "OfficeThemeChanged" | "RecipientsChanged"), string>} */
  const events = { ItemChanged: "olkItemSelectedChanged", OfficeThemeChanged: "officeThemeChanged", RecipientsChanged: "olkRecipientsChanged" };

  /** @type {Record<keyof typeof Office.MailboxEnums.ItemType & ("Message" | "Appointment"), string>} */
  const kinds = { Message: "message", Appointment: "appointment" };

  /** @type {Pick<typeof Office, "onReady" | "context" | "actions" | "AsyncResultStatus" | "CoercionType" | "EventType" | "MailboxEnums">} */
  const office = {
    onReady: () => Promise.resolve({ host: /** @type {any} */ ("Outlook"), platform: /** @type {any} */ ("OfficeOnline") }),
    context: /** @type {Office.Context} */ (context),
    actions: /** @type {Office.Actions} */ ({
      associate: (name, act) => {
        scene.actions[name] = act;
      },
    }),
    AsyncResultStatus: statuses,
    CoercionType: /** @type {any} */ (coercions),
    EventType: /** @type {any} */ (events),
    MailboxEnums: /** @type {any} */ ({ ItemType: kinds }),
  };
  window.Office = office;
})();
