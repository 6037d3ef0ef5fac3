// Clicks the button of a form with reCAPTCHA version 3, and prints the tokens with which it is sent:
// node form.mjs SCRIPT PROVIDER
const [script, provider] = process.argv.slice(2);
const sent = [];
let clicked;
let listener;
const input = { value: "", dataset: { sitekey: "key", action: "login" } };
input.form = {
  addEventListener: (_, added) => { listener = added; },
};
const submit = (submitter) => {
  let stopped = false;
  listener({ submitter, preventDefault: () => { stopped = true; } });
  if (!stopped) sent.push(input.value);
};
const isOld = provider.startsWith("works in an old browser");
if (!isOld) input.form.requestSubmit = submit;
const button = {
  form: input.form,
  type: "submit",
  closest: () => button,
  click() {
    clicked({ target: button });
    submit(isOld ? undefined : button);
  },
};
const timers = [];
const context = {
  document: {
    currentScript: { previousElementSibling: input },
    addEventListener: (_, added) => { clicked = added; },
  },
  HTMLFormElement: { prototype: { submit() { sent.push(input.value); } } },
  window: {},
  // Fires when the test lets the time pass.
  setTimeout: (action) => { timers.push(action); },
};
const token = (key, { action }) => {
  if (key !== "key" || action !== "login") throw new Error("wrong arguments");
  return Promise.resolve("token");
};
let failures = provider === "rejects once" ? 1 : Infinity;
const providers = {
  "throws": () => { throw new Error("invalid action"); },
  "rejects": () => Promise.reject(new Error("no network")),
  "rejects once": (...all) => failures-- > 0 ? Promise.reject(new Error("no network")) : token(...all),
  "never answers": () => new Promise(() => {}),
};
if (provider !== "is not loaded") {
  context.window.grecaptcha = context.grecaptcha = {
    ready(action) {
      if (provider === "is never ready") return;
      if (provider === "works late") return void setImmediate(action);
      action();
    },
    execute: providers[provider] ?? token,
  };
}
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
new Function(...Object.keys(context), script)(...Object.values(context));
if (provider === "works in an old browser without a button") submit(undefined);
else button.click();
if (provider === "is clicked twice") button.click();
await settle();
if (sent.length === 0) {
  timers.splice(0).forEach((action) => action());
  await settle();
}
if (provider === "rejects once") {
  button.click();
  await settle();
}
console.log(JSON.stringify(sent));
