//! Parses the rates and settings of `limit` and of `#[rate_limit]`.

mod examples;
mod failures;
mod guess;
mod key;
mod settings;
mod values;

use failures::{failures, without_count};
pub(super) use guess::{rate_of, rates_from_tokens};
use key::key;
pub(super) use settings::is_setting;
use settings::{Set, settings, unknown};
use values::{counts, methods, number, scope, text};

use super::finding::{Finding, LiteralProblem, Place, Read, quoted};
use super::quoted as texts;
use super::reader::{Reader, fail};
use super::text::{Text, suffixed};
use super::tokens::{Cursor, plain};
use crate::interned;
use humanify_syntax::{Counts, Limit, Rate};

/// The longest time that a bucket may take to refill, in seconds: ten years.
const MAX_BURST_SECONDS: u64 = 10 * 366 * 86_400;

/// Parses the rates and settings. `None` if a mistake was reported.
pub(super) fn read(cursor: &mut Cursor, reader: &mut Reader) -> Read<Option<Limit>> {
    let Some(rates) = cursor.text() else {
        return Ok(None);
    };
    let start = *cursor;
    cursor.next();
    if !rates.suffix.is_empty() {
        return fail(suffixed(&rates));
    }
    if cursor.is_sign("/")
        && let Some(second) = cursor.text_at(1)
    {
        let mut end = *cursor;
        end.skip(2);
        let whole = quoted(&format!("{}/{}", rates.value.trim(), second.value.trim()));
        return fail(Finding::write(
            Place::of(end.since(start)),
            "a rate is one string",
            &whole,
        ));
    }
    let settings = settings(cursor, &rates)?;
    Ok(limit(&rates, &settings, reader))
}

/// Makes a limit of rates and settings. `None` if a mistake was reported.
fn limit(rates: &Text, settings: &[Set<'_>], reader: &mut Reader) -> Option<Limit> {
    let before = reader.findings.count();
    let mut limit = Limit::DEFAULT;
    let mut statuses = None;
    let mut read = reader
        .keep(rates.span, texts::rates(&rates.value))
        .unwrap_or_default();
    for (index, setting) in settings.iter().enumerate() {
        let name = plain(setting.name);
        let twice = settings
            .iter()
            .take(index)
            .any(|known| known.name == setting.name);
        if twice {
            reader.report(Finding::new(
                setting.name.span(),
                format_args!("`{name}` is written twice"),
                "leave one of them out",
            ));
            continue;
        }
        if name == "failures" {
            reader.note(setting.name);
            statuses = failures(setting.value, reader);
            continue;
        }
        set(&mut limit, &mut read, &name, setting, reader);
    }
    if let (Counts::Failures(_), Some(statuses)) = (limit.counts, statuses) {
        limit.counts = Counts::Failures(statuses);
    }
    let named = |wanted: &str| settings.iter().find(|set| plain(set.name) == wanted);
    if let (Some(statuses), Counts::Requests) = (named("failures"), limit.counts)
        && reader.findings.count() == before
    {
        reader.report(without_count(statuses, named("count")));
    }
    if reader.findings.count() == before
        && let Some(wrong) = check(&read, limit.cost)
    {
        reader.report(wrong.at(rates.span));
    }
    limit.rates = interned::list(read);
    (reader.findings.count() == before).then_some(limit)
}

fn set(limit: &mut Limit, rates: &mut [Rate], name: &str, setting: &Set<'_>, reader: &mut Reader) {
    if !is_setting(name) {
        reader.report(unknown(setting, name));
        return;
    }
    reader.note(setting.name);
    let place = Place::of(setting.value);
    match name {
        "burst" => {
            let number = reader.keep(place, number(name, setting.value));
            if let Some(wrong) = number.and_then(|number| burst(rates, number)) {
                reader.report(wrong.at(place));
            }
        }
        "cost" => limit.cost = reader.keep(place, number(name, setting.value)).unwrap_or(1),
        "methods" => limit.methods = methods(setting.value, reader),
        _ => {
            let Some(text) = reader.keep(place, text(name, setting.value)) else {
                return;
            };
            match name {
                "key" => limit.key = reader.keep(place, key(&text)),
                "scope" => {
                    reader.keep(place, scope(&text));
                    limit.scope = Some(interned::text(&text));
                }
                _ => limit.counts = reader.keep(place, counts(&text)).unwrap_or_default(),
            }
        }
    }
}

fn burst(rates: &mut [Rate], burst: u32) -> Option<LiteralProblem> {
    match rates {
        [rate] if rate.burst() == burst => Some(LiteralProblem::new(
            format_args!("`{rate}` lets {burst} through at once anyway"),
            "leave `burst` out",
        )),
        [rate] => {
            *rate = rate.with_burst(burst);
            None
        }
        [] => None,
        _ => Some(LiteralProblem::new(
            "`burst` belongs to one rate, and there are several here",
            "write a limit of its own for the rate that has the burst",
        )),
    }
}

fn check(rates: &[Rate], cost: u32) -> Option<LiteralProblem> {
    for (index, second) in rates.iter().enumerate() {
        let useless = rates
            .iter()
            .take(index)
            .find_map(|first| texts::useless_rate(*first, *second));
        if useless.is_some() {
            return useless;
        }
        if second.burst() < cost {
            return Some(LiteralProblem::new(
                format_args!(
                    "a request that costs {cost} never fits into `{second}`, which has room for \
                     {} at once",
                    second.burst()
                ),
                "raise the rate, or set a larger `burst`",
            ));
        }
        let burst = u64::from(second.burst());
        let seconds = second.each_microseconds().saturating_mul(burst) / 1_000_000;
        if seconds > MAX_BURST_SECONDS {
            return Some(LiteralProblem::new(
                format_args!(
                    "it takes more than ten years until the burst of {} at `{second}` is there \
                     again",
                    second.burst()
                ),
                "lower `burst`, or raise the rate",
            ));
        }
    }
    None
}
