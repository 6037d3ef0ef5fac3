//! Colours for a figure, natural or not, in contrast to its background.

use super::color::{Color, mix};
use super::figure::Ink;
use crate::challenge::rng::DrawRng;

/// The colours of a picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    /// The two ends of the backdrop's range.
    pub(super) backdrop: [Color; 2],
    pub(super) body: [Color; 2],
    pub(super) coat: Color,
    shade: Color,
    accent: Color,
    light: Color,
    dark: Color,
    white: Color,
    line: Color,
    thread: Color,
    /// Colour and width of the edges, if they are drawn.
    pub(super) edge: Option<(Color, f32)>,
}

impl Palette {
    pub(super) fn ink(&self, ink: Ink) -> Color {
        match ink {
            Ink::Body => self.body[0],
            Ink::Shade => self.shade,
            Ink::Accent => self.accent,
            Ink::Light => self.light,
            Ink::Dark => self.dark,
            Ink::White => self.white,
            Ink::Line => self.line,
            Ink::Thread => self.thread,
        }
    }

    /// A palette whose figure differs in brightness from the backdrop. `contrast`, from 0 to 1,
    /// scales this difference.
    pub(super) fn new(rng: &mut DrawRng, contrast: f32) -> Self {
        let up = rng.chance(0.5);
        let hue = rng.between(0.0, 6.0);
        let ground_hue = hue + rng.between(1.0, 5.0);
        let second_hue = hue + rng.between(0.4, 5.6);
        let saturation = rng.between(0.15, 0.85);
        let ground_saturation = rng.between(0.05, 0.65);

        // Brightness is inverted for a dark figure on a light background.
        let ground = rng.between(0.1, 0.42);
        let figure = ground + rng.between(0.36, 0.5) * contrast;
        let turn = |value: f32| if up { value } else { 1.0 - value };
        let tone = |hue, saturation, value: f32| shade(hue, saturation, turn(value));

        let spread = rng.between(0.0, 0.1);
        let backdrop = [
            tone(ground_hue, ground_saturation, ground - spread),
            tone(
                ground_hue + rng.near(0.0, 1.2),
                ground_saturation,
                ground + spread * 0.5,
            ),
        ];
        let body = tone(hue, saturation, figure);
        let black = shade(hue, 0.5, 0.06);
        let white = shade(hue, 0.1, 0.97);
        let coat = tone(second_hue, saturation, figure + rng.sign() * 0.13);
        let light = tone(hue, saturation * 0.6, figure + 0.14);
        let flat = Palette {
            backdrop,
            body: [body, body],
            coat,
            shade: tone(hue, saturation, figure - 0.12),
            accent: tone(
                second_hue,
                rng.between(0.4, 0.9),
                figure + rng.near(0.0, 0.12),
            ),
            light,
            dark: black,
            white,
            line: clearest([black, white], &[body, coat, light]),
            thread: tone(hue, saturation, figure + 0.2),
            edge: None,
        };
        match rng.whole(0, 9) {
            0..=2 => {
                let end = tone(hue + 0.5, saturation, figure + 0.2);
                Palette {
                    body: [body, end],
                    line: clearest([black, white], &[body, end, coat, light]),
                    ..flat
                }
            }
            // Edges as in a cartoon.
            3..=5 => Palette {
                edge: Some((
                    shade(hue, 0.5, if turn(figure) > 0.35 { 0.05 } else { 0.96 }),
                    rng.between(0.022, 0.045),
                )),
                ..flat
            },
            // Lines only.
            6 | 7 => {
                let [ground, _] = backdrop;
                let fill = if rng.chance(0.5) {
                    ground
                } else {
                    tone(
                        ground_hue,
                        ground_saturation,
                        (turn(ground.luminance()) - 0.1).max(0.02),
                    )
                };
                let stroke = tone(hue, saturation, (figure + 0.18).min(0.96));
                Palette {
                    body: [fill, fill],
                    coat: mix(fill, stroke, 0.3),
                    shade: fill,
                    accent: mix(fill, stroke, 0.18),
                    light: fill,
                    dark: stroke,
                    white: fill,
                    line: stroke,
                    thread: stroke,
                    edge: Some((stroke, rng.between(0.028, 0.05))),
                    ..flat
                }
            }
            // Cut out of paper.
            _ => {
                let figure = tone(hue, saturation, figure + 0.08);
                let [first, second] = backdrop;
                let gap = mix(first, second, 0.5);
                Palette {
                    body: [figure, figure],
                    coat: mix(figure, gap, 0.25),
                    shade: figure,
                    accent: figure,
                    light: figure,
                    dark: gap,
                    white: gap,
                    line: gap,
                    thread: figure,
                    edge: Some((gap, rng.between(0.018, 0.03))),
                    ..flat
                }
            }
        }
    }
}

/// The one of two colours whose least contrast to any of these areas is greater: a mouth has to be
/// visible on a dark muzzle, too.
fn clearest([one, other]: [Color; 2], areas: &[Color]) -> Color {
    let least = |color: Color| {
        let contrasts = areas.iter().map(|area| color.contrast(*area));
        contrasts.fold(f32::MAX, f32::min)
    };
    if least(one) >= least(other) {
        one
    } else {
        other
    }
}

/// A colour of this hue, from 0 to 6, and of this brightness, from 0 to 1.
pub(super) fn shade(hue: f32, saturation: f32, brightness: f32) -> Color {
    let hue = hue.rem_euclid(6.0);
    let pure = [
        ((hue - 3.0).abs() - 1.0).clamp(0.0, 1.0),
        (2.0 - (hue - 2.0).abs()).clamp(0.0, 1.0),
        (2.0 - (hue - 4.0).abs()).clamp(0.0, 1.0),
    ];
    let [red, green, blue] = pure;
    let own = 0.299 * red + 0.587 * green + 0.114 * blue;
    let brightness = brightness.clamp(0.02, 0.98);
    let [red, green, blue] = pure.map(|part| {
        let full = if brightness < own {
            part * brightness / own
        } else {
            part + (1.0 - part) * (brightness - own) / (1.0 - own)
        };
        (brightness + (full - brightness) * saturation).clamp(0.0, 1.0)
    });
    Color::new(red, green, blue)
}
