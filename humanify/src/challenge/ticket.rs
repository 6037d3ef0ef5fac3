//! `Ticket`: the sealed ticket that a visitor takes to the application's own check and exchanges
//! for a clearance.

use super::answer::clearance_id;
use super::clearance::{NewClearance, binding, is_bound};
use super::task::Task;
use super::token::FieldReader;
use super::{Challenges, Clearances};
use crate::client::{Client, ClientKey};
use crate::clock::is_current;
use crate::crypto::Purpose;
use crate::store::{IdOrigin, SpendKind, SpendOutcome, SpendRequest, spendable_id};

/// The lifetime of a ticket, in milliseconds: long enough for a check by a code in a mail.
const TICKET_LIFE: u64 = 1_800_000;

/// Tickets are padded to a multiple of this many bytes, so that their length reveals little.
const PADDING_STEP: usize = 256;

/// The longest ticket: two addresses of at most 4,096 bytes each, and the fixed fields.
const MAX_LENGTH: usize = 8_192 + PADDING_STEP;

/// The content of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    id: [u8; 16],
    /// The time of creation, in milliseconds since 1970.
    created_at: u64,
    /// The run of the store in which it was made.
    run: u64,
    /// The demanded task.
    pub(crate) task: Task,
    /// Whether it is bound to the client's id; otherwise it is bound to the address.
    has_id: bool,
    binding: [u8; 16],
    /// The address to which the visitor returns.
    pub(crate) next: String,
    /// The path of humanify's own pages, as the visitor sees it.
    pub(crate) base: String,
}

/// Why a ticket gives no clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TicketError {
    /// The ticket is forged or expired, or belongs to another client or application.
    Invalid,
    /// The ticket was exchanged for a clearance before.
    Used,
    /// The store failed to record the exchange.
    Unavailable,
}

impl Ticket {
    fn to_bytes(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(PADDING_STEP);
        content.extend_from_slice(&self.id);
        content.extend_from_slice(&self.created_at.to_le_bytes());
        content.extend_from_slice(&self.run.to_le_bytes());
        content.extend_from_slice(&self.task.to_bytes());
        content.push(u8::from(self.has_id));
        content.extend_from_slice(&self.binding);
        for text in [&self.next, &self.base] {
            // Both are far shorter than 65,536 bytes.
            let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
            content.extend_from_slice(&length.to_le_bytes());
            content.extend_from_slice(text.as_bytes());
        }
        content.resize(content.len().next_multiple_of(PADDING_STEP), 0);
        content
    }

    fn from_bytes(content: &[u8]) -> Option<Ticket> {
        let mut fields = FieldReader(content);
        let id = fields.take()?;
        let created_at = u64::from_le_bytes(fields.take()?);
        let run = u64::from_le_bytes(fields.take()?);
        let task = Task::from_bytes(fields.take()?)?;
        let [has_id] = fields.take()?;
        let binding = fields.take()?;
        let mut text = || {
            let length = usize::from(u16::from_le_bytes(fields.take()?));
            let (text, rest) = fields.0.split_at_checked(length)?;
            fields.0 = rest;
            String::from_utf8(text.to_vec()).ok()
        };
        Some(Ticket {
            id,
            created_at,
            run,
            task,
            has_id: has_id == 1,
            binding,
            next: text()?,
            base: text()?,
        })
    }
}

impl Challenges {
    /// Makes a ticket for a client that returns to `next`; `None` if the store fails.
    pub(crate) async fn ticket(
        &self,
        client: &Client,
        task: Task,
        next: &str,
        base: &str,
    ) -> Option<String> {
        let run = self.store.run().wait().await.ok()?;
        let ticket = Ticket {
            id: spendable_id(client.network()).ok()?,
            created_at: self.clock.milliseconds(),
            run,
            task,
            has_id: client.id().is_some(),
            binding: binding(&self.sealer, client, client.who()),
            next: next.to_owned(),
            base: base.to_owned(),
        };
        let sealed = self.sealer.seal(Purpose::Ticket, b"", &ticket.to_bytes());
        sealed.ok()
    }

    /// Opens a ticket that this client was given within the last half hour.
    pub(crate) fn read_ticket(&self, client: &Client, ticket: &[u8]) -> Option<Ticket> {
        let content = self
            .sealer
            .open_up_to(MAX_LENGTH, Purpose::Ticket, b"", ticket)?;
        let ticket = Ticket::from_bytes(&content)?;
        let who = match ticket.has_id {
            true => ClientKey::Id(client.id()?),
            false => client.address(),
        };
        let holds = !client.is_unknown()
            && is_current(ticket.created_at, TICKET_LIFE, self.clock.milliseconds())
            && is_bound(&self.sealer, &ticket.binding, client, who);
        holds.then_some(ticket)
    }

    /// Exchanges a ticket for a clearance, once. Returns the address to which the client returns,
    /// and the `Set-Cookie`.
    pub(crate) async fn redeem(
        &self,
        client: &Client,
        ticket: &[u8],
        clearances: &Clearances,
    ) -> Result<(String, String), TicketError> {
        let ticket = self.read_ticket(client, ticket);
        let ticket = ticket.ok_or(TicketError::Invalid)?;
        let spent = self.store.spend(SpendRequest {
            kind: SpendKind::Ticket,
            id: ticket.id,
            origin: IdOrigin::Own {
                created_at: ticket.created_at,
                run: ticket.run,
            },
            expires: ticket.created_at.saturating_add(TICKET_LIFE),
        });
        match spent.wait().await {
            Ok(SpendOutcome::First) => {}
            Ok(SpendOutcome::Again) => return Err(TicketError::Used),
            Ok(SpendOutcome::Forgotten) => return Err(TicketError::Invalid),
            Err(_) => return Err(TicketError::Unavailable),
        }
        self.count_in_networks(client).await;
        let grant = NewClearance {
            task: ticket.task,
            id: clearance_id(ticket.id),
            created_at: self.clock.milliseconds(),
            terms: self.terms.of(ticket.task),
        };
        let cookie = clearances.cookie(client, grant);
        let cookie = cookie.map_err(|_| TicketError::Unavailable)?;
        Ok((ticket.next, cookie))
    }
}

#[cfg(test)]
mod tests {
    use humanify_syntax::{ChallengeType, Hardness};

    use super::*;

    #[test]
    fn a_ticket_is_read_back_unless_it_is_damaged() {
        for length in [0, 1, 200, 4_096] {
            let ticket = Ticket {
                id: [3; 16],
                created_at: 7,
                run: 8,
                task: Task {
                    challenge_type: ChallengeType::Managed,
                    hardness: Hardness::HARDEST,
                },
                has_id: length == 0,
                binding: [9; 16],
                next: "/".repeat(length),
                base: "/humanify".to_owned(),
            };
            let bytes = ticket.to_bytes();
            assert!(bytes.len() <= MAX_LENGTH && bytes.len().is_multiple_of(PADDING_STEP));
            assert_eq!(Ticket::from_bytes(&bytes), Some(ticket));
            for cut in 0..53 {
                assert_eq!(Ticket::from_bytes(bytes.get(..cut).unwrap()), None);
            }
        }
    }
}
