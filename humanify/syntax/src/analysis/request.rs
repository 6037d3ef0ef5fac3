//! `ExampleRequest`: an example that a finding shows.

use std::fmt;
use std::net::IpAddr;

use super::print::sign_name;
use crate::{Field, Sign};

/// A request that a finding shows. Only the parts that matter are set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExampleRequest {
    /// The normalised path, with a slash at its end if it has to be sent with one.
    pub path: String,
    /// The template of the route, if it matters.
    pub route: Option<&'static str>,
    /// The name of the handler, if it matters.
    pub endpoint: Option<String>,
    /// The values of fields, if they matter.
    pub values: Vec<(Field, String)>,
    /// The address, if it matters.
    pub address: Option<IpAddr>,
    /// The signs that matter, and whether they hold.
    pub signs: Vec<(Sign, bool)>,
    /// Whether the client has solved a challenge, if that matters.
    pub has_clearance: Option<bool>,
}

impl ExampleRequest {
    /// The method; `GET` if it does not matter.
    #[must_use]
    pub fn method(&self) -> &str {
        let named = self
            .values
            .iter()
            .find(|(field, _)| *field == Field::Method);
        named.map_or("GET", |(_, method)| method.as_str())
    }
}

impl fmt::Display for ExampleRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{} {}`", self.method(), self.path.escape_debug())?;
        let mut notes = Vec::new();
        if let Some(route) = self.route {
            notes.push(format!("on the route `{route}`"));
        }
        if let Some(endpoint) = &self.endpoint {
            notes.push(format!("of the handler `{endpoint}`"));
        }
        if let Some(address) = self.address {
            notes.push(format!("from {address}"));
        }
        for (field, value) in &self.values {
            let value = value.escape_debug();
            notes.push(match field {
                Field::Host => format!("to the host `{value}`"),
                Field::Scheme => format!("over {value}"),
                Field::Arg(name) => format!("with `?{name}={value}`"),
                Field::Header(name) => format!("with `{name}: {value}`"),
                Field::Cookie(name) => format!("with the cookie `{name}={value}`"),
                Field::ContentType => format!("with a body of `{value}`"),
                Field::Crawler => format!("by the crawler `{value}`"),
                Field::CrawlerKind => format!("by a crawler of the kind `{value}`"),
                Field::VpnProvider => format!("through the VPN `{value}`"),
                _ => continue,
            });
        }
        let signs: Vec<String> = self
            .signs
            .iter()
            .map(|(sign, holds)| {
                let not = if *holds { "" } else { "!" };
                format!("`{not}client.{}`", sign_name(*sign))
            })
            .collect();
        if !signs.is_empty() {
            notes.push(format!("where {}", signs.join(" and ")));
        }
        match self.has_clearance {
            Some(true) => notes.push("with a clearance".to_owned()),
            Some(false) => notes.push("without a clearance".to_owned()),
            None => {}
        }
        if !notes.is_empty() {
            write!(f, " {}", notes.join(", "))?;
        }
        Ok(())
    }
}
