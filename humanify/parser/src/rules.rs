//! `ParsedRules`: parses all statements of a `protect!` block.

use proc_macro2::{TokenStream, TokenTree};

use super::finding::Finding;
use super::foreign_statements::allow_list;
use super::placed_rules::PlacedRules;
use super::reader::{Reader, Word};
use super::tokens::{Cursor, flat};
use super::{assertion, statement, unreachable};
use crate::interned;
use humanify_syntax::analysis::{self, Assertion};
use humanify_syntax::{Ban, RuleSet, Statement};

/// A parsed block of rules: its statements, as far as they could be parsed, and its mistakes.
#[derive(Debug)]
pub struct ParsedRules {
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The bans.
    pub bans: Vec<Ban>,
    /// Whether the default exemptions apply.
    pub default_exemptions: bool,
    /// The mistakes, in the order of the source. The rules are valid only if there are none.
    pub findings: Vec<Finding>,
    /// Warnings about rules that are valid but rarely intended.
    pub warnings: Vec<Finding>,
    /// The words of the rules, in the order of the source.
    pub words: Vec<Word>,
}

impl ParsedRules {
    /// The rules as a `RuleSet`, interned for the life of the program.
    ///
    /// # Errors
    /// The findings, if there are any.
    pub fn keep(self) -> Result<RuleSet, Vec<Finding>> {
        if !self.findings.is_empty() {
            return Err(self.findings);
        }
        Ok(RuleSet::new(
            interned::list(self.statements),
            interned::list(self.bans),
            self.default_exemptions,
        ))
    }
}

/// Parses a block of rules.
#[must_use]
pub fn rules(tokens: TokenStream) -> ParsedRules {
    read(tokens, true)
}

/// Parses a block of rules. Offers are settled only if the findings are shown: checking an offered
/// text parses it, and its findings may have offers of their own.
fn read(tokens: TokenStream, settles: bool) -> ParsedRules {
    let tokens = flat(tokens);
    let mut reader = Reader::default();
    let mut placed_rules = PlacedRules::default();
    let mut findings: Vec<(usize, Finding)> = Vec::new();
    let mut rest = tokens.as_slice();
    let mut declared: Vec<String> = Vec::new();
    let mut semicolon = None;
    let mut part = 0;
    while !rest.is_empty() {
        if let Some((finding, statements, length)) = allow_list::read(rest) {
            findings.push((part, finding));
            part += statements;
            let behind = rest.get(length..).unwrap_or_default();
            semicolon = behind.first();
            rest = behind.get(1..).unwrap_or_default();
            continue;
        }
        let length = rest.iter().position(is_semicolon).unwrap_or(rest.len());
        let (one, behind) = rest.split_at(length);
        let before = placed_rules.statements.len();
        let bans_before = placed_rules.bans.len();
        let assertions_before = placed_rules.assertions.len();
        read_part(one, semicolon, &mut placed_rules, &mut reader);
        let mut found = std::mem::take(&mut reader.findings).into_vec();
        if settles {
            found
                .iter_mut()
                .for_each(|finding| finding.settle(is_right));
        }
        for placed in placed_rules.statements.iter_mut().skip(before) {
            placed.part = part;
            placed.doubtful = !found.is_empty();
        }
        for placed in placed_rules.bans.iter_mut().skip(bans_before) {
            placed.part = part;
        }
        for placed in placed_rules.assertions.iter_mut().skip(assertions_before) {
            placed.part = part;
        }
        declared.extend(declaration(one));
        // Uses of a refused declaration are not reported again.
        found.retain(|finding| !declared.iter().any(|name| finding.is_about(name)));
        findings.extend(found.into_iter().map(|finding| (part, finding)));
        semicolon = behind.first();
        rest = behind.get(1..).unwrap_or_default();
        part += 1;
    }
    let (found, mut warnings) = unreachable::check(&mut placed_rules);
    findings.extend(found);
    if findings.is_empty() {
        findings.extend(unproved(&placed_rules));
    }
    findings.sort_by_key(|(part, _)| *part);
    warnings.sort_by_key(|(part, _)| *part);
    ParsedRules {
        statements: placed_rules
            .statements
            .into_iter()
            .map(|placed| placed.statement)
            .collect(),
        bans: placed_rules
            .bans
            .into_iter()
            .map(|placed| placed.ban)
            .collect(),
        default_exemptions: !placed_rules.no_default_exemptions,
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        warnings: warnings.into_iter().map(|(_, finding)| finding).collect(),
        words: reader.words,
    }
}

/// The assertions that do not hold.
fn unproved(placed_rules: &PlacedRules) -> Vec<(usize, Finding)> {
    if placed_rules.assertions.is_empty() {
        return Vec::new();
    }
    let statements = placed_rules
        .statements
        .iter()
        .map(|placed| &placed.statement);
    let assertions = placed_rules
        .assertions
        .iter()
        .map(|placed| placed.assertion);
    let assertions: Vec<Assertion> = assertions.collect();
    let refuted = analysis::prove(statements, &assertions, !placed_rules.no_default_exemptions);
    let findings = refuted.into_iter().filter_map(|(number, why)| {
        let placed = placed_rules.assertions.get(number)?;
        Some((placed.part, assertion::refused(placed.place, why)))
    });
    findings.collect()
}

/// The name that a `let`, `const` or the like declares. Declarations are refused.
fn declaration(tokens: &[TokenTree]) -> Option<String> {
    let cursor = Cursor::new(tokens);
    let declares = ["let", "const", "static", "set", "define"];
    let first = cursor.peek_word()?;
    declares
        .iter()
        .any(|word| first == word)
        .then(|| cursor.word_at(1).map(ToString::to_string))?
}

/// Whether a suggested text parses without mistakes.
fn is_right(text: &str) -> bool {
    text.parse()
        .is_ok_and(|tokens| read(tokens, false).findings.is_empty())
}

pub(crate) fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

/// Parses the part between two `;`: one statement, or several if a `;` is missing.
fn read_part(
    tokens: &[TokenTree],
    semicolon: Option<&TokenTree>,
    placed_rules: &mut PlacedRules,
    reader: &mut Reader,
) {
    let mut cursor = Cursor::new(tokens);
    let mut first = true;
    while !cursor.is_empty() {
        let start = cursor;
        let before = reader.findings.count();
        let semicolon = semicolon.filter(|_| first);
        if let Err(finding) = statement::read(&mut cursor, semicolon, placed_rules, reader) {
            reader.report(*finding);
        }
        if reader.findings.count() > before || cursor.same_place(start) {
            statement::recover(&mut cursor, start);
        }
        first = false;
    }
}
