//! `OwnCheck`: a check of the application's own in place of a managed challenge.

use humanify_syntax::{ChallengeType, Hardness};

use super::task::Task;

/// A check of the application's own, such as a passkey, a code by mail or a login, which stands in
/// for managed challenges. The [guide](crate::guide::challenges#a-check-of-your-own) shows one.
///
/// The pages of managed challenges link to its path, with a sealed ticket in the query:
/// `/prove?ticket=…`. The handler there checks the person in its own way, carries the ticket along,
/// and gives it to [`Humanify::own_check_passed`](crate::Humanify::own_check_passed).
///
/// ```
/// use humanify::{ChallengeType, Humanify, OwnCheck};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let humanify = Humanify::builder()
///     .challenge_type(ChallengeType::Managed)
///     .own_check(OwnCheck::at("/prove").first_from("5".parse()?))
///     .build()?;
///
/// let elsewhere = Humanify::builder().own_check(OwnCheck::at("https://elsewhere.example/"));
/// assert!(elsewhere.build().is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a check does nothing before it is given to a builder"]
pub struct OwnCheck {
    pub(crate) path: String,
    first_from: Option<Hardness>,
}

impl OwnCheck {
    /// A check at this path of the site, as visitors see it. Exempt the path and all paths below
    /// it, since visitors have no clearance yet.
    pub fn at(path: impl Into<String>) -> OwnCheck {
        OwnCheck {
            path: path.into(),
            first_from: None,
        }
    }

    /// From this hardness on, a visitor who follows a link is redirected to the check at once. The
    /// check's page links to the other challenges by
    /// [`Humanify::other_ways`](crate::Humanify::other_ways). Default: every visitor first gets the
    /// page with proof of work, which links to the check.
    pub fn first_from(self, hardness: Hardness) -> OwnCheck {
        OwnCheck {
            first_from: Some(hardness),
            ..self
        }
    }

    /// Whether its path is valid: it begins with one slash, and has neither a query nor a fragment
    /// nor characters that make browsers go to another site.
    pub(crate) fn is_path(&self) -> bool {
        let path = self.path.as_str();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        path.starts_with('/')
            && path.len() <= 1_024
            && path.bytes().all(is_plain)
            && !path.contains("//")
            && !path.split('/').any(|segment| matches!(segment, "." | ".."))
    }

    /// Whether a visitor who follows a link to this path and query is redirected to the check at
    /// once.
    pub(crate) fn comes_first(&self, task: Task, address: &str) -> bool {
        let path = address.split('?').next().unwrap_or_default();
        let is_demanded = self.first_from.is_some_and(|first| task.hardness >= first);
        is_demanded && task.challenge_type == ChallengeType::Managed && !self.is_at(path)
    }

    /// The address of the check with a ticket.
    pub(crate) fn address(&self, ticket: &str) -> String {
        // A ticket is URL-safe Base64 and needs no escaping.
        format!("{}?ticket={ticket}", self.path)
    }

    /// Whether a path is the check's own or below it. Such requests are not redirected to the
    /// check.
    fn is_at(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
