//! The widget of ALTCHA, from the npm package `altcha` 3.2.2.

/// The version of the package.
pub const VERSION: &str = "3.2.2";

/// The script that defines `<altcha-widget>`, an ECMAScript module.
pub const WIDGET: &str = include_str!("../data/altcha/widget.js");

/// The texts of eleven languages beside English, for the same module after the widget.
pub const TEXTS: &str = include_str!("../data/altcha/texts.js");

/// The worker that tries numbers.
pub const WORKER: &str = include_str!("../data/altcha/worker.js");

/// The style sheet.
pub const STYLE: &str = include_str!("../data/altcha/style.css");
