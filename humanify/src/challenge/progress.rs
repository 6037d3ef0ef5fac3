//! `Progress`: the rounds that a browser has solved towards a clearance, sealed into addresses.

use super::browser::Browser;
use super::evidence::Evidence;
use super::scriptless_wait::{ScriptlessWait, WAIT_BYTES};
use super::task::Task;
use super::token::{CHALLENGE_LIFE, FieldReader};
use crate::clock::is_current;
use crate::crypto::{Purpose, SealError, Sealer};

/// The message of the next challenge's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgressNote {
    /// The last answer was wrong.
    Wrong,
    /// The last challenge has expired.
    Expired,
    /// Nothing was chosen, or too few characters were typed. The answer was not counted.
    Incomplete,
    /// The last answer was right, and another round follows.
    Right,
    /// The answer came without the work beside it: the page's script did not run, or had not
    /// begun. The answer was not counted.
    NotComputed,
}

/// The progress of a browser towards a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Progress {
    /// The evidence of the right answers in a row, and their number.
    pub(super) proved: Evidence,
    pub(super) rounds: u8,
    /// The first challenge of the series, which identifies its clearance.
    pub(super) series: Option<[u8; 16]>,
    /// Whether the behaviour of the browser made the series harder already.
    pub(super) is_hardened: bool,
    /// The id of the browser's last wrong answer when the series began.
    pub(super) error_id: u64,
    pub(crate) wait: ScriptlessWait,
    pub(crate) note: Option<ProgressNote>,
}

const PROGRESS_BYTES: usize = 8 + 16 + 2 + 2 + 1 + 16 + 1 + 8 + WAIT_BYTES + 1;

impl Progress {
    /// No progress, with a message.
    pub(crate) fn only(note: ProgressNote) -> Progress {
        Progress {
            note: Some(note),
            ..Progress::default()
        }
    }

    pub(crate) fn with(self, note: Option<ProgressNote>) -> Progress {
        Progress { note, ..self }
    }

    /// This progress with another wait.
    pub(crate) fn waiting(self, wait: ScriptlessWait) -> Progress {
        Progress { wait, ..self }
    }

    pub(super) fn seal(
        self,
        sealer: &Sealer,
        browser: Option<Browser>,
        task: Task,
        next: &str,
        created_at: u64,
    ) -> Result<String, SealError> {
        let mut content = Vec::with_capacity(PROGRESS_BYTES);
        content.extend_from_slice(&created_at.to_le_bytes());
        content.extend_from_slice(&browser.map_or([0; 16], |browser| browser.id));
        content.extend_from_slice(&task.to_bytes());
        content.extend_from_slice(&self.proved.to_bytes());
        content.push(self.rounds);
        content.extend_from_slice(&self.series.unwrap_or_default());
        content.push(u8::from(self.is_hardened));
        content.extend_from_slice(&self.error_id.to_le_bytes());
        content.extend_from_slice(&self.wait.to_bytes());
        content.push(match self.note {
            None => 0,
            Some(ProgressNote::Wrong) => 1,
            Some(ProgressNote::Expired) => 2,
            Some(ProgressNote::Incomplete) => 3,
            Some(ProgressNote::Right) => 4,
            Some(ProgressNote::NotComputed) => 5,
        });
        sealer.seal(Purpose::Progress, next.as_bytes(), &content)
    }

    /// Whether this is the current progress of a browser, whichever it is.
    pub(super) fn is_of_browser(sealer: &Sealer, next: &str, token: &[u8], now: u64) -> bool {
        let content: Option<[u8; PROGRESS_BYTES]> =
            sealer.open(Purpose::Progress, next.as_bytes(), token);
        let Some(content) = content else {
            return false;
        };
        let mut fields = FieldReader(&content);
        let (Some(created_at), Some(id)) = (fields.take(), fields.take::<16>()) else {
            return false;
        };
        is_current(u64::from_le_bytes(created_at), CHALLENGE_LIFE, now) && id != [0; 16]
    }

    /// Opens the progress of this browser with this task. Another browser's progress counts as
    /// none.
    pub(super) fn open(
        sealer: &Sealer,
        browser: Option<Browser>,
        task: Task,
        next: &str,
        token: &[u8],
        now: u64,
    ) -> Option<Progress> {
        let content: [u8; PROGRESS_BYTES] =
            sealer.open(Purpose::Progress, next.as_bytes(), token)?;
        let mut fields = FieldReader(&content);
        let created_at = u64::from_le_bytes(fields.take()?);
        let id: [u8; 16] = fields.take()?;
        let sealed = Task::from_bytes(fields.take()?)?;
        let proved = Evidence::from_bytes(fields.take()?);
        let [rounds] = fields.take()?;
        let series: [u8; 16] = fields.take()?;
        let [is_hardened] = fields.take()?;
        let error_id = u64::from_le_bytes(fields.take()?);
        let wait = ScriptlessWait::from_bytes(fields.take()?, fields.take()?);
        let [note] = fields.take()?;
        let progress = Progress {
            proved,
            rounds,
            series: (series != [0; 16]).then_some(series),
            is_hardened: is_hardened == 1,
            error_id,
            wait,
            note: match note {
                1 => Some(ProgressNote::Wrong),
                2 => Some(ProgressNote::Expired),
                3 => Some(ProgressNote::Incomplete),
                4 => Some(ProgressNote::Right),
                5 => Some(ProgressNote::NotComputed),
                _ => None,
            },
        };
        if !is_current(created_at, CHALLENGE_LIFE, now) {
            return None;
        }
        let own = browser.is_some_and(|browser| browser.id == id) && sealed == task;
        if own {
            return Some(progress);
        }
        (id == [0; 16]).then(|| Progress {
            note: progress.note,
            ..Progress::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use humanify_syntax::{ChallengeType, Hardness};

    use super::*;

    #[test]
    fn progress_holds_for_one_browser_one_task_one_return_path_and_ten_minutes() {
        let sealer = Sealer::new(&[vec![1; 32]]).unwrap();
        let task = |level| Task {
            challenge_type: ChallengeType::OneClick,
            hardness: Hardness::new(level).unwrap(),
        };
        let browser = |id| {
            Some(Browser {
                id: [id; 16],
                first_until: 0,
                cleared: false,
            })
        };
        let progress = Progress {
            proved: Evidence::of(0.5),
            rounds: 1,
            series: Some([5; 16]),
            is_hardened: true,
            error_id: 7,
            wait: ScriptlessWait::Since { at: 8, id: [9; 16] },
            note: Some(ProgressNote::Incomplete),
        };
        let token = progress
            .seal(&sealer, browser(1), task(2), "/a", 1_000)
            .unwrap();
        for (who, level, next, now, found) in [
            (browser(1), 2, "/a", 1_000, true),
            (browser(1), 2, "/a", 1_000 + CHALLENGE_LIFE - 1, true),
            (browser(1), 2, "/a", 1_000 + CHALLENGE_LIFE, false),
            (browser(2), 2, "/a", 1_000, false),
            (None, 2, "/a", 1_000, false),
            (browser(1), 3, "/a", 1_000, false),
            (browser(1), 2, "/b", 1_000, false),
        ] {
            let opened = Progress::open(&sealer, who, task(level), next, token.as_bytes(), now);
            assert_eq!(
                opened,
                found.then_some(progress),
                "{who:?} {level} {next} {now}"
            );
            let is_of_browser = Progress::is_of_browser(&sealer, next, token.as_bytes(), now);
            let is_current = next == "/a" && now < 1_000 + CHALLENGE_LIFE;
            assert_eq!(is_of_browser, is_current, "{next} {now}");
        }
        // A progress without a browser carries a message but no evidence.
        let token = progress.seal(&sealer, None, task(2), "/a", 0).unwrap();
        let opened = Progress::open(&sealer, browser(1), task(2), "/a", token.as_bytes(), 0);
        assert_eq!(opened, Some(Progress::only(ProgressNote::Incomplete)));
        assert!(!Progress::is_of_browser(&sealer, "/a", token.as_bytes(), 0));
    }
}
