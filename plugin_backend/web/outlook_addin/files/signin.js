// Who is at the mail program: a token for our own API, and for nothing else, asked for through the mail program itself.
"use strict";

(() => {
  const { client, scope } = document.currentScript.dataset;
  const AUTHORITY = "https://login.microsoftonline.com/common";
  const NOT_SIGNED_IN = "sign in";

  let application = null;

  const nested = () => {
    const has = Office.context.requirements.isSetSupported("NestedAppAuth", "1.1");
    if (has && !application) {
      application = msal.createNestablePublicClientApplication({ auth: { clientId: client, authority: AUTHORITY } });
    }
    return application;
  };

  const throughNesting = async (interactive) => {
    const asked = { scopes: [scope] };
    const entra = await nested();
    try {
      return (await entra.acquireTokenSilent(asked)).accessToken;
    } catch (refused) {
      if (!interactive) {
        throw refused;
      }
      return (await entra.acquireTokenPopup(asked)).accessToken;
    }
  };

  /**
   * A token for our API. Without somebody's act nothing is shown: it fails with "sign in" where somebody would have to be asked.
   * @param {boolean} [interactive] somebody has pressed the button, so that a window may open
   * @returns {Promise<string>}
   */
  window.acquaintToken = async (interactive = false) => {
    if (!client) {
      throw new Error("not set up");
    }
    try {
      if (nested()) {
        return await throughNesting(interactive);
      }
      return await OfficeRuntime.auth.getAccessToken({ allowSignInPrompt: interactive, allowConsentPrompt: interactive });
    } catch (_) {
      throw new Error(NOT_SIGNED_IN);
    }
  };
})();
