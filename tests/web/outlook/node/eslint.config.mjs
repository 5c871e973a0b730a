// What classic Outlook's bare runtime can do: ES2016, no conditional expression, no document.
export default [
  {
    files: ["**/launchevent.js"],
    languageOptions: {
      ecmaVersion: 2016,
      sourceType: "script",
      globals: { Office: "readonly", OfficeRuntime: "readonly", acquaintToken: "readonly", fetch: "readonly", setTimeout: "readonly" },
    },
    rules: {
      "no-undef": "error",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
      "no-ternary": "error",
      "no-restricted-globals": ["error", "window", "document", "self", "globalThis", "localStorage", "sessionStorage", "location", "navigator"],
      "no-restricted-syntax": ["error", "ImportDeclaration", "ImportExpression"],
      "no-empty": "error",
      "no-constant-condition": "error",
    },
  },
  {
    files: ["**/pane.js", "**/signin.js", "**/*preview*.js", "**/office-stub.js"],
    languageOptions: {
      ecmaVersion: 2022,
      sourceType: "script",
    },
    rules: {
      "no-restricted-properties": [
        "error",
        { property: "innerHTML" },
        { property: "outerHTML" },
        { property: "insertAdjacentHTML" },
        { property: "write", object: "document" },
      ],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-unused-vars": ["error", { caughtErrors: "none" }],
    },
  },
];
