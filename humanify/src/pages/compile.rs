//! Compiles the templates, and checks those that replace built-in ones.

use std::sync::OnceLock;

use minijinja::Value;
use minijinja::value::Serde;

use super::appearance::Appearance;
use super::error::AppearanceError;
use super::page_renderer::PageRenderer;
use super::prepared_pages::PreparedPages;
use super::template_failure::TemplateFailure;
use super::{samples, templates};
use crate::language::Language;

impl PageRenderer {
    /// Compiles the templates and, if any are custom, renders all of them in all languages.
    ///
    /// # Errors
    /// If the appearance cannot be shown.
    pub(crate) fn new(appearance: &Appearance) -> Result<PageRenderer, AppearanceError> {
        let checked_appearance = appearance.checked_appearance()?;
        let compile = |replacements| {
            templates::compile(&checked_appearance, replacements).map_err(TemplateFailure::from)
        };
        let is_replaced = !checked_appearance.templates.is_empty();
        let mut pages = PageRenderer {
            environment: compile(&checked_appearance.templates)?,
            built_in: is_replaced.then(|| compile(&[])).transpose()?,
            failure: OnceLock::new(),
            is_nameless: checked_appearance.name.is_empty(),
            prepared: PreparedPages::default(),
            texts: Language::ALL.map(|language| Value::from(Serde(language.texts()))),
        };
        if is_replaced {
            let checked = pages.check();
            if let Some(failure) = pages.failure.take() {
                return Err(failure.into());
            }
            checked?;
        }
        Ok(pages)
    }

    /// Renders every page in every language until a template fails, and checks that each page
    /// has its required parts.
    fn check(&self) -> Result<(), AppearanceError> {
        for language in Language::ALL {
            for sample in samples::render(self, language) {
                if self.failure.get().is_some() {
                    return Ok(());
                }
                if let Some(lacks) = sample.missing_part() {
                    let template = sample.template;
                    return Err(AppearanceError::Incomplete { template, lacks });
                }
            }
        }
        Ok(())
    }
}
