//! The rules of `protect!`, compiled for matching.
//!
//! Every literal was checked by the compiler; what is compiled here again cannot fail unless
//! the rules were written by hand. Matching takes time linear in the request.

mod condition;
mod context;
mod error;
mod path;
mod target;

pub(crate) use context::MatchContext;
pub use error::RuleError;

use humanify_syntax::{Action, Ban, DEFAULT_EXEMPTIONS, Field, Limit, RuleSet, Sign, Statement};

use crate::truth::Truth;
use condition::Test;
use target::Matcher;

/// All statements, in order, the default exemptions first.
pub(crate) struct Rules {
    rules: Vec<Rule>,
    pub(crate) bans: Vec<Ban>,
}

/// One statement.
pub(crate) struct Rule {
    pub(crate) action: Action,
    pub(crate) observe: bool,
    /// Its number in the block, from 1; 0 for the default exemptions.
    pub(crate) number: usize,
    /// As it was written.
    pub(crate) source: &'static str,
    /// The name that was given to it.
    pub(crate) name: Option<&'static str>,
    /// Whether it is about others than detected bots, too: those that its condition names, or
    /// everyone.
    pub(crate) means_more_than_bots: bool,
    on: Vec<Matcher>,
    except: Vec<Matcher>,
    when: Option<Test>,
}

impl Rules {
    /// Compiles the rules.
    ///
    /// # Errors
    /// The first literal that is wrong, which the macro would have refused.
    pub(crate) fn compile(sets: &[RuleSet]) -> Result<Rules, RuleError> {
        let mut rules = Vec::new();
        // One block that says `no_default_exemptions` is enough: they would open what it closes.
        if sets.iter().all(RuleSet::default_exemptions) {
            let exemptions = Statement::new(
                Action::Exempt,
                DEFAULT_EXEMPTIONS,
                "exempt on the default exemptions",
            );
            rules.push(Rule::compile(&exemptions, 0)?);
        }
        let statements = sets.iter().flat_map(|set| set.statements());
        for (index, statement) in statements.enumerate() {
            rules.push(Rule::compile(statement, index + 1)?);
        }
        let mut bans: Vec<Ban> = Vec::new();
        for ban in sets.iter().flat_map(|set| set.bans()) {
            if !bans.contains(ban) {
                bans.push(*ban);
            }
        }
        Ok(Rules { rules, bans })
    }

    /// The statements that speak of humans and bots, from top to bottom.
    pub(crate) fn judging(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter(|rule| {
            !matches!(
                rule.action,
                Action::Limit(_) | Action::AlwaysDeny | Action::Trap
            )
        })
    }

    /// The statements that deny everyone.
    pub(crate) fn denying(&self) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(|rule| matches!(rule.action, Action::AlwaysDeny | Action::Trap))
    }

    /// All statements.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The limits that hold for a request, with whether each is only observed: all that
    /// match and are about its method, and the default ones where no other that counts the
    /// same does.
    pub(crate) fn limits<'a>(
        &'a self,
        asked: &'a MatchContext<'_>,
    ) -> impl Iterator<Item = (&'a Rule, &'a Limit)> {
        let matching = move |default: bool| {
            self.rules
                .iter()
                .filter_map(move |rule| match &rule.action {
                    Action::Limit(limit)
                        if rule.on.is_empty() == default
                            && limit.is_about(asked.method.as_str())
                            && rule.matches(asked) =>
                    {
                        Some((rule, limit))
                    }
                    _ => None,
                })
        };
        // The default limit gives way only to one that is beyond doubt about this request:
        // a path that can be read in two ways does not choose the laxer one.
        let gives_way = move |default: &Limit| {
            matching(false).any(|(rule, limit)| {
                limit.counts == default.counts && !rule.observe && rule.surely_matches(asked)
            })
        };
        matching(false).chain(matching(true).filter(move |(_, limit)| !gives_way(limit)))
    }

    /// The targets on names that no handler answers to.
    pub(crate) fn unanswered(&self, names: &[&str]) -> Vec<usize> {
        self.rules
            .iter()
            .filter(|rule| {
                rule.on.iter().chain(&rule.except).any(|target| {
                    target.is_on_names() && !names.iter().any(|name| target.names(name))
                })
            })
            .map(|rule| rule.number)
            .collect()
    }

    /// The templates that statements name, each with the statement.
    pub(crate) fn routes(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.rules.iter().flat_map(|rule| {
            let targets = rule.on.iter().chain(&rule.except);
            let templates = targets.filter_map(Matcher::template);
            templates.map(|template| (rule.source, template))
        })
    }

    /// A trap on all requests by a template without parameters.
    pub(crate) fn trap_on(&self, template: &str) -> Option<&'static str> {
        let mut traps = self.rules.iter().filter(|rule| rule.action == Action::Trap);
        let trap = traps
            .find(|rule| !template.contains('{') && rule.may_be_about(template) == Truth::Yes)?;
        Some(trap.source)
    }

    /// The crawlers that conditions name, each with the statement that does.
    pub(crate) fn crawlers(&self) -> Vec<(&'static str, &'static str)> {
        let mut crawlers = Vec::new();
        for rule in &self.rules {
            let mut names = Vec::new();
            if let Some(when) = &rule.when {
                when.texts(Field::Crawler, &mut names);
            }
            crawlers.extend(names.into_iter().map(|name| (rule.source, name)));
        }
        crawlers
    }
}

impl Rule {
    fn compile(statement: &Statement, number: usize) -> Result<Rule, RuleError> {
        let targets = |targets: &[humanify_syntax::Target]| {
            targets
                .iter()
                .map(Matcher::compile)
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Rule {
            action: statement.action,
            observe: statement.observe,
            number,
            source: statement.source,
            name: statement.name,
            means_more_than_bots: statement.means_more_than_bots(),
            on: targets(statement.on)?,
            except: targets(statement.except)?,
            when: statement.when.as_ref().map(Test::compile).transpose()?,
        })
    }

    /// Whether the statement is about the path, the handler or the route that is asked for,
    /// whoever asks.
    pub(crate) fn aims_at(&self, asked: &MatchContext<'_>) -> bool {
        let protects = self.action.protects();
        let aimed = self.on.is_empty() || self.on.iter().any(|on| on.matches(asked, protects));
        // What `except` takes out of a protecting statement is an exemption, and the other
        // way round.
        aimed && !self.except.iter().any(|out| out.matches(asked, !protects))
    }

    /// Whether the statement is about a path, whatever else the request is. The answer is pending
    /// if that depends on more than the path.
    pub(crate) fn may_be_about(&self, path: &str) -> Truth {
        let any = |targets: &[Matcher]| Truth::any(targets.iter().map(|on| on.matches_path(path)));
        let on = match self.on.is_empty() {
            true => Truth::Yes,
            false => any(&self.on),
        };
        let when = match self.when {
            None => Truth::Yes,
            Some(_) => Truth::Pending,
        };
        Truth::all([on, !any(&self.except), when])
    }

    /// Whether the statement names nothing, and so is about everything.
    pub(crate) fn is_default(&self) -> bool {
        self.on.is_empty()
    }

    /// The limit, if the statement is one.
    pub(crate) fn limit(&self) -> Option<&Limit> {
        match &self.action {
            Action::Limit(limit) => Some(limit),
            _ => None,
        }
    }

    /// Whether the condition depends on more than a shared cache tells requests apart by.
    pub(crate) fn depends_on_client(&self) -> bool {
        self.when.as_ref().is_some_and(Test::depends_on_client)
    }

    /// Whether the condition holds.
    pub(crate) fn when(&self, asked: &MatchContext<'_>) -> Truth {
        let protects = self.action.protects();
        let Some(when) = &self.when else {
            return Truth::Yes;
        };
        when.holds(asked, protects)
    }

    /// Whether a limit is about the request. It is as long as that is being found out.
    fn matches(&self, asked: &MatchContext<'_>) -> bool {
        self.aims_at(asked) && self.when(asked).or_if_pending(!self.observe)
    }

    /// Whether the statement is about the request in every way in which it can be read.
    fn surely_matches(&self, asked: &MatchContext<'_>) -> bool {
        let aimed = self.on.is_empty() || self.on.iter().any(|on| on.matches(asked, false));
        aimed
            && !self.except.iter().any(|out| out.matches(asked, true))
            && self
                .when
                .as_ref()
                .is_none_or(|when| when.holds(asked, false) == Truth::Yes)
    }

    /// Whether the client is one that the statement means: `client.is_bot`, unless it says
    /// otherwise or its condition names a sign.
    pub(crate) fn means(&self, asked: &MatchContext<'_>) -> Truth {
        if self.means_more_than_bots {
            return Truth::Yes;
        }
        asked.tell(Sign::Bot)
    }
}
