//! The colours of the pages: read strictly, and checked so that everybody can read the text.

use std::fmt;

use crate::pages::error::AppearanceError;

/// What text needs against what it stands on (WCAG 2.2, success criterion 1.4.3, level AA).
const TEXT: f64 = 4.5;

/// What the edge of a field or a tile needs (WCAG 2.2, success criterion 1.4.11).
const EDGE: f64 = 3.0;

/// The colours of one scheme, light or dark, as far as the site's owner chose them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) accent: Option<String>,
    pub(super) background: Option<String>,
    pub(super) text: Option<String>,
}

/// What replaces the custom properties of the style sheet, or nothing.
///
/// # Errors
///
/// When a colour cannot be read, or text in it could not.
pub(super) fn style(light: &Choice, dark: &Choice) -> Result<String, AppearanceError> {
    let light_colors = LIGHT.with(light)?;
    let mut dark_colors = DARK.with(dark)?;
    light_colors.check("light")?;
    // One accent is seldom good for both schemes, so it comes as near to the text as it must.
    let carried_over = light.accent.is_some() && dark.accent.is_none();
    if carried_over {
        let Colors {
            text, background, ..
        } = dark_colors;
        dark_colors.accent = light_colors.accent.towards(text, background, TEXT);
    }
    dark_colors.check("dark")?;

    let is_new = |choice: &Choice| choice.background.is_some() || choice.text.is_some();
    let light = light_colors.properties(light.accent.is_some(), is_new(light));
    let dark = dark_colors.properties(carried_over || dark.accent.is_some(), is_new(dark));
    let scheme = |query: &str, properties: String| match properties.is_empty() {
        true => properties,
        false => format!("@media {query}{{:root{{{properties}}}}}\n"),
    };
    Ok(scheme("not all and (prefers-color-scheme:dark)", light)
        + &scheme("(prefers-color-scheme:dark)", dark))
}

/// The colours of a scheme from which the others are mixed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Colors {
    accent: Color,
    background: Color,
    text: Color,
}

/// What the style sheet says, with which a test compares it.
pub(crate) const LIGHT: Colors = Colors {
    accent: Color([0x1d, 0x5b, 0xbf]),
    background: Color([0xff, 0xff, 0xff]),
    text: Color([0x1a, 0x20, 0x29]),
};

pub(crate) const DARK: Colors = Colors {
    accent: Color([0x8d, 0xb8, 0xff]),
    background: Color([0x19, 0x1e, 0x25]),
    text: Color([0xe9, 0xec, 0xf1]),
};

impl Colors {
    /// These colours, with those that were chosen instead.
    fn with(self, choice: &Choice) -> Result<Colors, AppearanceError> {
        let color = |chosen: &Option<String>, own| match chosen {
            Some(text) => Color::parse(text).ok_or_else(|| AppearanceError::Color(text.to_owned())),
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
                    // Cut rather than rounded, so that 4.499 does not read as enough.
                    ratio: (ratio * 100.0).floor() / 100.0,
                });
            }
        }
        Ok(())
    }

    /// The custom properties of a new accent, and of a new ground and text.
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

/// How much of the text's colour is in that of quiet text, of lines, of what is behind pictures.
const QUIET: f64 = 0.7;

const LINE: f64 = 0.18;

const WELL: f64 = 0.05;

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Color([u8; 3]);

const WHITE: Color = Color([255; 3]);

const BLACK: Color = Color([0; 3]);

impl Color {
    /// Reads `#rgb` or `#rrggbb`, and nothing else.
    pub(crate) fn parse(text: &str) -> Option<Color> {
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
            [r, g, b] => Some(Color([r * 17, g * 17, b * 17])),
            [r, s, g, h, b, c] => Some(Color([r * 16 + s, g * 16 + h, b * 16 + c])),
            _ => None,
        }
    }

    /// The contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub(crate) fn contrast(self, other: Color) -> f64 {
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

    /// This colour with a share of another, 0 to 1, in it.
    fn mixed(self, other: Color, share: f64) -> Color {
        let mut channels = self.0;
        for (own, other) in channels.iter_mut().zip(other.0) {
            let mixed = f64::from(*own) * (1.0 - share) + f64::from(other) * share;
            // A float that is too large or too small becomes the nearest channel.
            *own = mixed.round() as u8;
        }
        Color(channels)
    }

    /// This colour with as little of `text` in it as makes it stand out from `background`.
    fn towards(self, text: Color, background: Color, contrast: f64) -> Color {
        (0..20)
            .map(|step| self.mixed(text, f64::from(step) / 20.0))
            .find(|mixed| mixed.contrast(background) >= contrast)
            .unwrap_or(text)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}
