// What our scripts share with each other and with the page; everything of Office.js comes from Microsoft's own types.
interface Window {
  Office: any;
  acquaintScene: any;
  acquaintToken: (interactive?: boolean) => Promise<string>;
}
declare const OfficeRuntime: { auth: { getAccessToken(options: Office.AuthOptions): Promise<string> } };
declare const acquaintToken: (interactive?: boolean) => Promise<string>;
declare const msal: { createNestablePublicClientApplication(configuration: object): Promise<any> };
