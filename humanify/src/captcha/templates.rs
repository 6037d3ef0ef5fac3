//! The captchas as values of minijinja templates.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Kwargs, Object, ObjectRepr, from_args};
use minijinja::{Environment, Error, ErrorKind, State, Value};

use super::Captchas;
use super::error::CaptchaError;
use super::provider::Provider;
use super::widget::Widget;

impl Captchas {
    /// Registers the globals `recaptcha`, `hcaptcha`, `turnstile`,
    /// `friendly`, `altcha`, and `altcha1` to `altcha5`. A template that uses one
    /// that is not configured fails.
    ///
    /// ```
    /// # use humanify::captcha::Captchas;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let captchas = Captchas::builder().turnstile("site-key", "secret").build()?;
    /// let mut templates = minijinja::Environment::new();
    /// captchas.register(&mut templates);
    ///
    /// let page = templates.render_str("<form>{{ turnstile|safe }}</form>", ())?;
    /// assert!(page.contains(r#"data-sitekey="site-key""#));
    ///
    /// // With the nonce of the page's Content Security Policy, and what the form is for:
    /// let source = r#"{{ turnstile(nonce=nonce, action="login")|safe }}"#;
    /// let page = templates.render_str(source, minijinja::context! { nonce => "r4nd0m" })?;
    /// assert!(page.contains(r#"nonce="r4nd0m""#));
    ///
    /// let error = templates.render_str("{{ hcaptcha|safe }}", ()).unwrap_err();
    /// assert!(error.to_string().contains("hCaptcha is not configured"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn register(&self, environment: &mut Environment<'_>) {
        for provider in Provider::ALL {
            add(self, environment, provider, None);
        }
        for hardness in 1..=5 {
            add(self, environment, Provider::Altcha, Some(hardness));
        }
    }
}

fn add(
    captchas: &Captchas,
    environment: &mut Environment<'_>,
    provider: Provider,
    hardness: Option<u8>,
) {
    let name = match hardness {
        Some(hardness) => format!("{}{hardness}", provider.name()),
        None => provider.name().to_owned(),
    };
    let template = Template {
        captchas: captchas.clone(),
        provider,
        hardness,
    };
    // A provider that is not configured is a value that fails on use.
    let value = match template.widget() {
        Ok(_) => Value::from_object(template),
        Err(error) => Value::from(to_template_error(&error)),
    };
    environment.add_global(name, value);
}

/// `{{ turnstile|safe }}`, or `{{ turnstile(nonce=nonce, action="login")|safe }}`.
#[derive(Debug)]
struct Template {
    captchas: Captchas,
    provider: Provider,
    hardness: Option<u8>,
}

impl Template {
    fn widget(&self) -> Result<Widget<'_>, CaptchaError> {
        match self.hardness {
            Some(hardness) => self.captchas.altcha_at(hardness),
            None => self.captchas.widget(self.provider),
        }
    }
}

impl Object for Template {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, arguments: &[Value]) -> Result<Value, Error> {
        let (named,): (Kwargs,) = from_args(arguments)?;
        let mut widget = self.widget().map_err(|error| to_template_error(&error))?;
        if let Some(nonce) = named.get::<Option<String>>("nonce")? {
            widget = widget.nonce(nonce);
        }
        if let Some(action) = named.get::<Option<String>>("action")? {
            widget = widget
                .action(action)
                .map_err(|error| to_template_error(&error))?;
        }
        named.assert_all_used()?;
        Ok(Value::from_safe_string(widget.to_string()))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.widget() {
            Ok(widget) => fmt::Display::fmt(&widget, f),
            // The provider was configured when the value was made, and settings do not change.
            Err(_) => Ok(()),
        }
    }
}

fn to_template_error(error: &CaptchaError) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.to_string())
}
