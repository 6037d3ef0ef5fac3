//! `Widget`: the markup of a captcha in a form.

use std::fmt;

use humanify_syntax::Hardness;

use super::CaptchasInner;
use super::error::CaptchaError;
use super::provider::{ALTCHA_FIELD, Account, CaptchaService};
use super::settings::is_action;
use super::theme::Theme;

/// A script that sets the theme and the language that a provider's script does not detect.
pub(super) const ADAPT_SCRIPT: &str = concat!(
    "(s=>{const e=s.previousElementSibling;if(!e)return;const a=e.dataset.adapt||'';",
    "if(a.includes('theme')&&matchMedia('(prefers-color-scheme:dark)').matches)",
    "{e.dataset.theme='dark';e.classList.add('dark')}",
    "if(a.includes('language'))e.dataset.lang=navigator.language.split('-')[0]",
    "})(document.currentScript)"
);

/// A script that gets a token of reCAPTCHA version 3 when the form is sent. If the provider's
/// script did not load, fails or takes longer than fifteen seconds, the form is sent without a
/// token, and the server refuses it. While a token is awaited (`w` is 1), further clicks have no
/// effect; the form is sent while `w` is 2. Safari before 16 cannot send a form as by its button, and
/// clicks the button (`c`) once more.
pub(super) const EXECUTE: &str = concat!(
    "(s=>{const i=s.previousElementSibling,f=i&&i.form;if(!f)return;let w=0,c;",
    "document.addEventListener('click',e=>{const b=e.target.closest('button,input');",
    "c=b&&b.form===f&&/submit|image/.test(b.type)?b:0},!0);",
    "f.addEventListener('submit',e=>{if(w>1||i.value||!window.grecaptcha)return;",
    "e.preventDefault();if(w)return;w=1;const b=e.submitter,d=c;",
    "Promise.race([new Promise((_,n)=>setTimeout(n,15e3)),",
    "new Promise(y=>grecaptcha.ready(()=>y())).then(()=>grecaptcha.execute(i.dataset.sitekey,",
    "{action:i.dataset.action}))]).catch(()=>'').then(t=>{i.value=t;",
    "if(t)setTimeout(()=>{i.value=''},9e4);w=2;try{f.requestSubmit?f.requestSubmit(b):",
    "d?d.click():HTMLFormElement.prototype.submit.call(f)}finally{w=0}})",
    "})})(document.currentScript)"
);

/// The pinned versions of Friendly Captcha's scripts.
pub(super) const FRIENDLY_V1: &str = "https://cdn.jsdelivr.net/npm/friendly-challenge@0.9.20/";

pub(super) const FRIENDLY_V2: &str = "https://cdn.jsdelivr.net/npm/@friendlycaptcha/sdk@1.0.2/";

/// The widget of a captcha; made by [`Captchas::turnstile`](super::Captchas::turnstile) and its
/// siblings.
///
/// `Display` prints HTML with escaped values. Insert it unescaped: in askama with `|safe`, in
/// maud with `PreEscaped`.
///
/// ```
/// # use humanify::captcha::Captchas;
/// # fn main() -> Result<(), humanify::captcha::CaptchaError> {
/// let captchas = Captchas::builder().hcaptcha("site-key", "secret").build()?;
/// let page = format!("<form>{}</form>", captchas.hcaptcha()?.nonce("r4nd0m"));
/// assert!(page.contains(r#"class="h-captcha" data-sitekey="site-key""#));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Widget<'a> {
    pub(super) captchas: &'a CaptchasInner,
    pub(super) kind: WidgetKind<'a>,
    pub(super) nonce: Option<String>,
    pub(super) action: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum WidgetKind<'a> {
    ThirdParty(&'a Account),
    Altcha(Hardness),
}

impl Widget<'_> {
    /// The nonce of the page's Content Security Policy, for the scripts.
    #[must_use]
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }

    /// The action of the form, such as `login`. reCAPTCHA version 3 and Turnstile report it when
    /// the token is verified; the others ignore it. reCAPTCHA takes letters, digits, `/` and `_`;
    /// Turnstile takes at most 32 letters, digits, `_` and `-`.
    ///
    /// # Errors
    /// If the text is not a valid action for this provider.
    pub fn action(mut self, action: impl Into<String>) -> Result<Self, CaptchaError> {
        let action = action.into();
        let service = match self.kind {
            WidgetKind::ThirdParty(account) => Some(&account.service),
            WidgetKind::Altcha(_) => None,
        };
        if !is_action(service, &action) {
            return Err(CaptchaError::Action(action));
        }
        self.action = Some(action);
        Ok(self)
    }

    fn third_party(&self, f: &mut fmt::Formatter<'_>, account: &Account) -> fmt::Result {
        let language = self.captchas.language.as_deref();
        let theme = match self.captchas.theme {
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
            Theme::Auto => None,
        };
        let key = Escaped(&account.site_key);
        match &account.service {
            CaptchaService::RecaptchaV2 => {
                write!(f, r#"<div class="g-recaptcha" data-sitekey="{key}""#)?;
                self.end_div(f, theme, "theme")?;
                let address = "https://www.google.com/recaptcha/api.js";
                self.script(f, &with_query(address, "hl", language))
            }
            CaptchaService::RecaptchaV3 { action, .. } => {
                let action = Escaped(self.action.as_deref().unwrap_or(action));
                let field = account.service.field();
                write!(
                    f,
                    r#"<input type="hidden" name="{field}" data-sitekey="{key}" data-action="{action}">"#
                )?;
                self.inline(f, EXECUTE)?;
                let address = "https://www.google.com/recaptcha/api.js";
                let address = with_query(address, "render", Some(&account.site_key));
                self.script(f, &with_query(&address, "hl", language))
            }
            CaptchaService::Hcaptcha => {
                write!(f, r#"<div class="h-captcha" data-sitekey="{key}""#)?;
                self.end_div(f, theme, "theme")?;
                let address = "https://js.hcaptcha.com/1/api.js";
                self.script(f, &with_query(address, "hl", language))
            }
            CaptchaService::Turnstile => {
                let theme = theme.unwrap_or("auto");
                let language = Escaped(language.unwrap_or("auto"));
                write!(
                    f,
                    r#"<div class="cf-turnstile" data-sitekey="{key}" data-theme="{theme}" data-language="{language}""#
                )?;
                if let Some(action) = &self.action {
                    write!(f, r#" data-action="{}""#, Escaped(action))?;
                }
                f.write_str("></div>")?;
                self.script(f, "https://challenges.cloudflare.com/turnstile/v0/api.js")
            }
            CaptchaService::FriendlyV1 => {
                let dark = if theme == Some("dark") { " dark" } else { "" };
                write!(f, r#"<div class="frc-captcha{dark}" data-sitekey="{key}""#)?;
                if let Some(language) = language {
                    write!(f, r#" data-lang="{}""#, Escaped(language))?;
                }
                let adapt = match (theme, language) {
                    (None, None) => "theme language",
                    (None, Some(_)) => "theme",
                    (Some(_), None) => "language",
                    (Some(_), Some(_)) => "",
                };
                self.end_adapted_div(f, adapt)?;
                self.module(f, &format!("{FRIENDLY_V1}widget.module.min.js"))
            }
            CaptchaService::FriendlyV2 => {
                let theme = theme.unwrap_or("auto");
                write!(
                    f,
                    r#"<div class="frc-captcha" data-sitekey="{key}" data-theme="{theme}""#
                )?;
                if let Some(language) = language {
                    write!(f, r#" lang="{}""#, Escaped(language))?;
                }
                f.write_str("></div>")?;
                self.module(f, &format!("{FRIENDLY_V2}site.min.js"))
            }
        }
    }

    fn altcha(&self, f: &mut fmt::Formatter<'_>, hardness: Hardness) -> fmt::Result {
        let Some(altcha) = &self.captchas.altcha else {
            return Ok(());
        };
        let base = Escaped(&self.captchas.mount);
        write!(
            f,
            r#"<link rel="stylesheet" href="{base}/altcha/{style}""#,
            style = altcha.files.style().name
        )?;
        self.with_nonce(f)?;
        write!(
            f,
            r#"><altcha-widget name="{ALTCHA_FIELD}" challenge="{base}/altcha?hardness={hardness}" configuration='{{"humanInteractionSignature":false}}'"#,
            hardness = hardness.level()
        )?;
        match self.captchas.theme {
            Theme::Light => f.write_str(r#" theme="light""#)?,
            Theme::Dark => f.write_str(r#" theme="dark""#)?,
            Theme::Auto => {}
        }
        if let Some(language) = &self.captchas.language {
            write!(f, r#" language="{}""#, Escaped(language))?;
        }
        f.write_str("></altcha-widget>")?;
        let script = &altcha.files.script().name;
        self.module(f, &format!("{}/altcha/{script}", self.captchas.mount))
    }

    /// Ends the element that the provider's script fills, with the theme or a script that
    /// detects it.
    fn end_div(&self, f: &mut fmt::Formatter<'_>, theme: Option<&str>, adapt: &str) -> fmt::Result {
        match theme {
            Some(theme) => write!(f, r#" data-theme="{theme}"></div>"#),
            None => self.end_adapted_div(f, adapt),
        }
    }

    fn end_adapted_div(&self, f: &mut fmt::Formatter<'_>, adapt: &str) -> fmt::Result {
        if adapt.is_empty() {
            return f.write_str("></div>");
        }
        write!(f, r#" data-adapt="{adapt}"></div>"#)?;
        self.inline(f, ADAPT_SCRIPT)
    }

    fn inline(&self, f: &mut fmt::Formatter<'_>, script: &str) -> fmt::Result {
        f.write_str("<script")?;
        self.with_nonce(f)?;
        write!(f, ">{script}</script>")
    }

    fn script(&self, f: &mut fmt::Formatter<'_>, address: &str) -> fmt::Result {
        write!(f, r#"<script src="{}" async defer"#, Escaped(address))?;
        self.with_nonce(f)?;
        f.write_str("></script>")
    }

    fn module(&self, f: &mut fmt::Formatter<'_>, address: &str) -> fmt::Result {
        write!(f, r#"<script type="module" src="{}""#, Escaped(address))?;
        self.with_nonce(f)?;
        f.write_str("></script>")
    }

    fn with_nonce(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.nonce {
            Some(nonce) => write!(f, r#" nonce="{}""#, Escaped(nonce)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Widget<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            WidgetKind::ThirdParty(account) => self.third_party(f, account),
            WidgetKind::Altcha(hardness) => self.altcha(f, hardness),
        }
    }
}

/// A text, escaped for an attribute in either kind of quotes.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for char in self.0.chars() {
            match char {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => fmt::Write::write_char(f, char)?,
            }
        }
        Ok(())
    }
}

/// The address with one more parameter, if there is a value for it.
fn with_query(address: &str, name: &str, value: Option<&str>) -> String {
    let Some(value) = value else {
        return address.to_owned();
    };
    let sign = if address.contains('?') { '&' } else { '?' };
    let pair = form_urlencoded::Serializer::new(String::new())
        .append_pair(name, value)
        .finish();
    format!("{address}{sign}{pair}")
}
