//! Tests of the store in memory, with a manual clock.

use std::time::Duration;

use humanify_syntax::Rate;
use proptest::prelude::*;

use super::*;
use crate::client::ClientKey;
use crate::clock::ManualClock;
use crate::store::IdOrigin;

fn memory(capacity: usize) -> (ManualClock, MemoryStore) {
    let clock = ManualClock::default();
    (
        clock.clone(),
        MemoryStore::new(SharedClock::new(clock), capacity),
    )
}

fn now<T>(reply: MaybeReady<'_, T>) -> T {
    match reply {
        MaybeReady::Ready(result) => result.unwrap(),
        MaybeReady::Later(_) => unreachable!("memory answers at once"),
    }
}

fn key(number: u32) -> CounterKey {
    CounterKey {
        client: ClientKey::Address(Network::V4(number)),
        counter: 0,
    }
}

fn passes(memory: &MemoryStore, buckets: &[Bucket]) -> bool {
    matches!(
        now(memory.count(buckets, CountMode::Acquire)),
        CountOutcome::Within(_)
    )
}

proptest! {
    /// GCRA is equivalent to a leaky bucket, so both must decide alike.
    #[test]
    fn decisions_are_those_of_a_leaky_bucket(
        burst in 1..30_u32,
        seconds in 1..5_000_u32,
        steps in proptest::collection::vec((0..20_000_000_u64, 1..40_u32), 1..60),
    ) {
        // One unit flows back every `seconds` milliseconds.
        let rate = Rate::new(1_000, seconds).with_burst(burst);
        let each = u64::from(seconds) * 1_000;
        let mut level = 0;
        let (clock, memory) = memory(100);
        for (microseconds, cost) in steps {
            clock.advance(Duration::from_micros(microseconds));
            level = u64::saturating_sub(level, microseconds);
            let poured = level + u64::from(cost) * each;
            let fits = poured <= u64::from(burst) * each;
            if fits {
                level = poured;
            }
            let bucket = Bucket { cost, ..Bucket::new(key(1), rate) };
            prop_assert_eq!(passes(&memory, &[bucket]), fits);
        }
    }
}

#[test]
fn a_burst_passes_and_then_one_request_per_interval() {
    let (clock, memory) = memory(1_000);
    let bucket = [Bucket::new(key(1), Rate::new(5, 60))];
    for remaining in (0..5).rev() {
        let CountOutcome::Within(counts) = now(memory.count(&bucket, CountMode::Acquire)) else {
            panic!("within the limit");
        };
        assert_eq!(counts[0].remaining, remaining);
    }
    let CountOutcome::Over { wait, .. } = now(memory.count(&bucket, CountMode::Acquire)) else {
        panic!("the sixth is over");
    };
    assert_eq!(wait, Duration::from_secs(12));
    clock.advance(wait - Duration::from_micros(1));
    assert!(!passes(&memory, &bucket));
    clock.advance(Duration::from_micros(1));
    assert!(passes(&memory, &bucket));
    assert!(!passes(&memory, &bucket));
}

#[test]
fn a_persistent_client_stays_limited_during_a_flood() {
    let (_clock, memory) = memory(2_000);
    let rate = Rate::new(3, 3_600);
    let heavy = [Bucket::new(key(0), rate)];
    for _ in 0..3 {
        assert!(passes(&memory, &heavy));
    }
    for number in 1..100_000 {
        let other = [Bucket::new(key(number), rate)];
        passes(&memory, &other);
        if number % 1_000 == 0 {
            assert!(!passes(&memory, &heavy), "after {number} others");
        }
    }
}

#[test]
fn a_flood_of_long_limits_leaves_the_short_ones_alone() {
    let (clock, memory) = memory(2_000);
    let bucket = |number, rate| [Bucket::new(key(number), rate)];
    let mut other = 1_000_000;
    for (short, long) in [
        (Rate::new(5, 1), Rate::new(1_000, 86_400)),
        (Rate::new(10, 60), Rate::new(100, 366 * 86_400)),
        // One request of the long limit fills its bucket. A refused bucket stays nevertheless.
        (Rate::new(10, 60), Rate::new(1, 86_400)),
    ] {
        let heavy = bucket(0, short);
        while passes(&memory, &heavy) {}
        for round in 0..100 {
            for _ in 0..500 {
                other += 1;
                passes(&memory, &bucket(other, long));
            }
            assert!(!passes(&memory, &heavy), "{short} beside {long}, {round}");
            // The client keeps asking, so each unit that flows back is taken at once.
            clock.advance(Duration::from_micros(short.each_microseconds()));
            assert!(passes(&memory, &heavy), "{short} beside {long}, {round}");
        }
        clock.advance(Duration::from_secs(366 * 86_400));
    }
}

#[test]
fn after_the_reported_wait_all_windows_admit_the_client() {
    let (clock, memory) = memory(1_000);
    let buckets = [
        Bucket::new(key(1), Rate::new(3, 1)),
        Bucket::new(key(2), Rate::new(7, 60).with_burst(5)),
        Bucket::new(key(3), Rate::new(40, 3_600)),
    ];
    for _ in 0..500 {
        match now(memory.count(&buckets, CountMode::Acquire)) {
            CountOutcome::Within(counts) => assert!(counts.iter().all(|count| !count.over)),
            CountOutcome::Over { wait, counts } => {
                assert!(counts.iter().any(|count| count.over));
                clock.advance(wait - Duration::from_micros(1));
                assert!(!passes(&memory, &buckets));
                clock.advance(Duration::from_micros(1));
                assert!(passes(&memory, &buckets));
            }
        }
    }
}

#[test]
fn peeking_counts_nothing_and_refunds_restore_the_budget() {
    let (_clock, memory) = memory(1_000);
    let bucket = [Bucket {
        cost: 5,
        taken: u64::MAX,
        ..Bucket::new(key(1), Rate::new(10, 60))
    }];
    let ask = |counting| match now(memory.count(&bucket, counting)) {
        CountOutcome::Within(counts) => Ok(counts[0].remaining),
        CountOutcome::Over { wait, .. } => Err(wait.as_secs()),
    };
    for _ in 0..20 {
        assert_eq!(ask(CountMode::Peek), Ok(10));
    }
    assert_eq!(ask(CountMode::Acquire), Ok(5));
    assert_eq!(ask(CountMode::Acquire), Ok(0));
    assert_eq!(ask(CountMode::Peek), Err(30));
    assert_eq!(ask(CountMode::Refund), Ok(5));
    assert_eq!(ask(CountMode::Acquire), Ok(0));
    // Charges beyond the bucket have to be waited for.
    assert_eq!(ask(CountMode::Charge), Ok(0));
    assert_eq!(ask(CountMode::Acquire), Err(60));
    // At most one full bucket is charged in advance.
    for _ in 0..50 {
        assert_eq!(ask(CountMode::Charge), Ok(0));
    }
    assert_eq!(ask(CountMode::Acquire), Err(90));
    now(memory.forget(&bucket));
    assert_eq!(ask(CountMode::Peek), Ok(10));
}

#[test]
fn units_that_have_flowed_back_are_not_refunded() {
    let (clock, memory) = memory(1_000);
    let rate = Rate::new(5, 60);
    let bucket = Bucket::new(key(1), rate);
    // Five requests a minute start and do not end.
    let mut begun = Vec::new();
    for _ in 0..20 {
        for _ in 0..5 {
            let CountOutcome::Within(counts) = now(memory.count(&[bucket], CountMode::Acquire))
            else {
                panic!("there is room");
            };
            begun.push(Bucket {
                taken: counts[0].arrival,
                ..bucket
            });
        }
        clock.advance(Duration::from_secs(60));
    }
    while passes(&memory, &[bucket]) {}
    for begun in begun {
        now(memory.count(&[begun], CountMode::Refund));
    }
    assert!(!passes(&memory, &[bucket]));
}

#[test]
fn exactly_as_many_requests_as_allowed_pass_from_many_threads() {
    let (_clock, memory) = memory(1_000);
    let buckets = [
        Bucket::new(key(1), Rate::new(1_000, 86_400)),
        Bucket::new(key(2), Rate::new(1_500, 86_400)),
    ];
    let passed: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let (memory, mut buckets) = (&memory, buckets);
                // The order of the buckets does not matter.
                if thread % 2 == 0 {
                    buckets.reverse();
                }
                scope.spawn(move || (0..500).filter(|_| passes(memory, &buckets)).count())
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).sum()
    });
    assert_eq!(passed, 1_000);
}

/// Half of the clients have IPv6. `tests/benches/limits.rs` also measures the time and the resident memory,
/// which other tests would disturb here.
#[test]
fn ten_million_clients_do_not_make_the_table_grow_and_the_heavy_ones_stay_limited() {
    const ROOM: u32 = 1_000_000;
    let (clock, memory) = memory(usize::try_from(ROOM).unwrap());
    let rate = Rate::new(100, 3_600);
    let bucket = |who| {
        [Bucket::new(
            CounterKey {
                client: who,
                counter: 1,
            },
            rate,
        )]
    };
    let heavy: Vec<_> = (0..1_000_u32)
        .map(|number| bucket(ClientKey::Address(Network::V4(number))))
        .collect();
    for heavy in &heavy {
        while passes(&memory, heavy) {}
    }
    for number in 0..10 * ROOM {
        let network = if number % 2 == 0 {
            Network::V4(0x0100_0000 + number)
        } else {
            Network::V6((u64::from(number) << 16) | 0x2a02_0000_0000_0000)
        };
        assert!(passes(&memory, &bucket(ClientKey::Address(network))));
        if number % ROOM == ROOM - 1 {
            clock.advance(Duration::from_secs(36));
            // By now each heavy client may send exactly one more request.
            for heavy in &heavy {
                assert!(passes(&memory, heavy));
                assert!(!passes(&memory, heavy));
            }
        }
    }
    let table = memory.buckets.bytes();
    let most = usize::try_from(ROOM).unwrap() * 16 * 101 / 100;
    assert!(table <= most, "{table}");
}

#[test]
fn a_request_that_one_limit_refuses_does_not_use_up_a_longer_one() {
    let (clock, memory) = memory(1_000);
    let buckets = [
        Bucket::new(key(2), Rate::new(3, 3_600)),
        Bucket::new(key(1), Rate::new(1, 1)),
    ];
    assert!(passes(&memory, &buckets));
    for _ in 0..10 {
        assert!(!passes(&memory, &buckets));
    }
    for _ in 0..2 {
        clock.advance(Duration::from_secs(1));
        assert!(passes(&memory, &buckets));
    }
}

fn attempt(challenge: u8, right: bool) -> Attempt {
    Attempt {
        challenge: [challenge; 16],
        origin: IdOrigin::Own {
            created_at: u64::MAX,
            run: 0,
        },
        expires: u64::MAX,
        right,
        browser: key(1),
        allowed: Some(3),
        address: key(2),
        error_id: 0,
    }
}

#[test]
fn the_first_answer_counts_and_copies_get_its_outcome() {
    for right in [false, true] {
        let (_clock, memory) = memory(1_000);
        let Admission::First(first) = now(memory.admit(attempt(1, right))) else {
            panic!("it was not the first");
        };
        assert_eq!(first.right, right);
        assert_eq!(first.wrong_answers.browser, u32::from(!right));
        for _ in 0..5 {
            let again = now(memory.admit(attempt(1, !right)));
            assert_eq!(again, Admission::Again(first));
        }
        let attempt_state = now(memory.attempt_state(key(1), key(2), 3));
        assert_eq!(attempt_state.wrong_answers, first.wrong_answers);
    }
}

#[test]
fn a_closed_browser_gets_its_recorded_outcome_and_no_new_one() {
    let (_clock, memory) = memory(1_000);
    for challenge in 1..=3 {
        let admission = now(memory.admit(attempt(challenge, false)));
        assert!(matches!(admission, Admission::First(_)), "{challenge}");
    }
    let again = now(memory.admit(attempt(3, false)));
    assert!(matches!(again, Admission::Again(answered) if answered.wrong_answers.browser == 3));
    let closed = now(memory.admit(attempt(4, true)));
    assert!(matches!(closed, Admission::LockedOut { .. }));
    // Challenges that cannot be guessed stay open, and their answers are not counted.
    let work = Attempt {
        allowed: None,
        ..attempt(5, false)
    };
    assert!(matches!(now(memory.admit(work)), Admission::First(_)));
    let wrong_answers = now(memory.attempt_state(key(1), key(2), 3)).wrong_answers;
    assert_eq!((wrong_answers.browser, wrong_answers.address), (3, 3));
}

#[test]
fn a_wrong_answer_ends_the_series_that_began_before_it() {
    let (_clock, memory) = memory(1_000);
    let wrong = now(memory.admit(attempt(1, false)));
    let Admission::First(wrong) = wrong else {
        panic!("{wrong:?}");
    };
    for (challenge, error_id, unbroken) in [(2, 0, false), (3, wrong.wrong_answers.error_id, true)]
    {
        let attempt = Attempt {
            error_id,
            ..attempt(challenge, true)
        };
        let admission = now(memory.admit(attempt));
        assert!(matches!(admission, Admission::First(answered) if answered.unbroken == unbroken));
    }
}
