//! The colours of the pages, and the check of their contrast.

use std::fmt;

use crate::pages::error::AppearanceError;

/// The minimum contrast of text to its background (WCAG 2.2, success criterion 1.4.3, level AA).
const TEXT: f64 = 4.5;

/// The minimum contrast of the edge of a field or a tile (WCAG 2.2, success criterion 1.4.11).
const EDGE: f64 = 3.0;

/// The colours that the site's owner chose for one scheme, light or dark.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColorChoice {
    pub(super) accent: Option<String>,
    pub(super) background: Option<String>,
    pub(super) text: Option<String>,
}

/// The rules that replace custom properties of the style sheet; empty without a choice.
///
/// # Errors
/// If a colour is malformed, or a contrast is too low.
pub(super) fn style(light: &ColorChoice, dark: &ColorChoice) -> Result<String, AppearanceError> {
    let light_colors = LIGHT.with(light)?;
    let mut dark_colors = DARK.with(dark)?;
    light_colors.check("light")?;
    // One accent rarely suits both schemes, so it is mixed with the text as far as needed.
    let carried_over = light.accent.is_some() && dark.accent.is_none();
    if carried_over {
        let Colors {
            text, background, ..
        } = dark_colors;
        dark_colors.accent = light_colors.accent.towards(text, background, TEXT);
    }
    dark_colors.check("dark")?;

    let is_new = |choice: &ColorChoice| choice.background.is_some() || choice.text.is_some();
    let light = light_colors.properties(light.accent.is_some(), is_new(light));
    let dark = dark_colors.properties(carried_over || dark.accent.is_some(), is_new(dark));
    let scheme = |query: &str, properties: String| match properties.is_empty() {
        true => properties,
        false => format!("@media {query}{{:root{{{properties}}}}}\n"),
    };
    Ok(scheme("not all and (prefers-color-scheme:dark)", light)
        + &scheme("(prefers-color-scheme:dark)", dark))
}

/// The base colours of a scheme, from which the others are mixed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colors {
    accent: PageColor,
    background: PageColor,
    text: PageColor,
}

/// The colours of the style sheet; a test checks that they agree.
pub(crate) const LIGHT: Colors = Colors {
    accent: PageColor([0x1d, 0x5b, 0xbf]),
    background: PageColor([0xff, 0xff, 0xff]),
    text: PageColor([0x1a, 0x20, 0x29]),
};

pub(crate) const DARK: Colors = Colors {
    accent: PageColor([0x8d, 0xb8, 0xff]),
    background: PageColor([0x19, 0x1e, 0x25]),
    text: PageColor([0xe9, 0xec, 0xf1]),
};

impl Colors {
    /// These colours, with the chosen ones in their place.
    fn with(self, choice: &ColorChoice) -> Result<Colors, AppearanceError> {
        let color = |chosen: &Option<String>, own| match chosen {
            Some(text) => {
                PageColor::parse(text).ok_or_else(|| AppearanceError::Color(text.to_owned()))
            }
            None => Ok(own),
        };
        Ok(Colors {
            accent: color(&choice.accent, self.accent)?,
            background: color(&choice.background, self.background)?,
            text: color(&choice.text, self.text)?,
        })
    }

    fn check(&self, scheme: &'static str) -> Result<(), AppearanceError> {
        for (what, color) in [("text", self.text), ("accent", self.accent)] {
            let ratio = color.contrast(self.background);
            if ratio < TEXT {
                return Err(AppearanceError::Contrast {
                    scheme,
                    what,
                    color: color.to_string(),
                    background: self.background.to_string(),
                    // Truncated, so that 4.499 is not printed as 4.50.
                    ratio: (ratio * 100.0).floor() / 100.0,
                });
            }
        }
        Ok(())
    }

    /// The custom properties of a new accent, and of a new background and text.
    pub(crate) fn properties(&self, accent: bool, ground: bool) -> String {
        let mut properties = String::new();
        if accent {
            let on_accent = match self.accent.contrast(WHITE) > self.accent.contrast(BLACK) {
                true => WHITE,
                false => BLACK,
            };
            properties += &format!("--accent:{};--on-accent:{on_accent};", self.accent);
        }
        if ground {
            let Colors {
                background, text, ..
            } = *self;
            let mixed = |share| background.mixed(text, share);
            properties += &format!(
                "--ground:{background};--card:{background};--text:{text};--quiet:{};--line:{};--edge:{};--well:{};",
                mixed(QUIET).towards(text, background, TEXT),
                mixed(LINE),
                mixed(LINE).towards(text, background, EDGE),
                mixed(WELL),
            );
        }
        properties
    }
}

/// The share of the text's colour in muted text, in lines and in the background of pictures.
const QUIET: f64 = 0.7;

const LINE: f64 = 0.18;

const WELL: f64 = 0.05;

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageColor([u8; 3]);

const WHITE: PageColor = PageColor([255; 3]);

const BLACK: PageColor = PageColor([0; 3]);

impl PageColor {
    /// Parses `#rgb` or `#rrggbb`.
    pub(crate) fn parse(text: &str) -> Option<PageColor> {
        let digits: Vec<u8> = text
            .strip_prefix('#')?
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            })
            .collect::<Option<_>>()?;
        match digits.as_slice() {
            [r, g, b] => Some(PageColor([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(PageColor([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub(crate) fn contrast(self, other: PageColor) -> f64 {
        let (own, other) = (self.luminance(), other.luminance());
        (own.max(other) + 0.05) / (own.min(other) + 0.05)
    }

    /// The relative luminance, 0 to 1 (WCAG 2.2, "relative luminance").
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            match share <= 0.04045 {
                true => share / 12.92,
                false => ((share + 0.055) / 1.055).powf(2.4),
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Mixes this colour with a share of another, 0 to 1.
    fn mixed(self, other: PageColor, share: f64) -> PageColor {
        let mut channels = self.0;
        for (own, other) in channels.iter_mut().zip(other.0) {
            let mixed = f64::from(*own) * (1.0 - share) + f64::from(other) * share;
            // The cast saturates floats outside 0 to 255.
            *own = mixed.round() as u8;
        }
        PageColor(channels)
    }

    /// Mixes this colour with as little of `text` as its contrast to `background` needs.
    fn towards(self, text: PageColor, background: PageColor, contrast: f64) -> PageColor {
        (0..20)
            .map(|step| self.mixed(text, f64::from(step) / 20.0))
            .find(|mixed| mixed.contrast(background) >= contrast)
            .unwrap_or(text)
    }
}

impl fmt::Display for PageColor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}
