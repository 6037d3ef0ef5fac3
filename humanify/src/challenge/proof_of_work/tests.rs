//! Tests of proof of work: right, wrong and malformed answers.

use super::*;

/// Random numbers, the same ones each time (xorshift64*).
struct TestRng(u64);

impl TestRng {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(bound).unwrap()).unwrap()
    }

    fn seed(&mut self) -> Seed {
        let mut seed = [0; 16];
        for part in seed.chunks_mut(8) {
            part.copy_from_slice(&self.next().to_be_bytes());
        }
        seed
    }
}

fn levels() -> impl Iterator<Item = Hardness> {
    (1..=5).filter_map(Hardness::new)
}

#[test]
fn searching_finds_the_right_answer() {
    for byte in [0, 1, 255] {
        let seed = [byte; 16];
        let found = search(&issue(&seed, Hardness::EASIEST)).unwrap();
        assert!(is_right(&seed, Hardness::EASIEST, &found), "{found}");
        assert_eq!(found, right_answer(&seed, Hardness::EASIEST));
    }
}

#[test]
fn steps_make_a_puzzle_harder_up_to_the_hardest() {
    for (demanded, steps, level) in [(1, 0, 1), (1, 2, 3), (4, 3, 5), (5, u8::MAX, 5)] {
        let demanded = Hardness::new(demanded).unwrap();
        assert_eq!(hardness(demanded, steps).level(), level);
    }
}

#[test]
fn each_step_of_hardness_doubles_the_range() {
    let ranges: Vec<u32> = levels().map(range).collect();
    assert_eq!(ranges, [20_480, 40_960, 81_920, 163_840, 327_680]);
}

#[test]
fn the_format_of_puzzles_is_stable() {
    // The script computes these too; whoever changes one changes the other.
    let puzzle = issue(&[7; 16], Hardness::EASIEST);
    assert_eq!(puzzle, issue(&[7; 16], Hardness::EASIEST));
    let answer = right_answer(&[7; 16], Hardness::EASIEST);
    assert_eq!(
        format!("{} {} {answer}", puzzle.key, puzzle.tags),
        "de1476235916a4b260373d1316e7a766 0d65a53b2a25028f.6a7023a1598e1008 24e4.2796"
    );
}

#[test]
fn only_the_answer_to_this_puzzle_is_right() {
    let mut rng = TestRng(1);
    for hardness in levels() {
        for _ in 0..200 {
            let seed = rng.seed();
            let [first, second] = numbers(&seed, hardness);
            let right = right_answer(&seed, hardness);
            assert!(is_right(&seed, hardness, &right));

            let mut other = seed;
            other[rng.below(16)] ^= 1 << rng.below(8);
            assert!(!is_right(&other, hardness, &right), "another seed");
            for wrong in [
                format!("{second:x}.{first:x}"),
                format!("{first:x}.{first:x}"),
                format!("{second:x}.{second:x}"),
                format!("{first:x}"),
                format!("{first:x}."),
                format!(".{second:x}"),
                format!("{:x}.{second:x}", first + 1),
                format!("{first:x}.{:x}", second ^ 1),
                format!("{first:x}.{second:x}."),
                format!("{first:x}.{second:x}.{second:x}"),
                format!("{first:x}..{second:x}"),
                format!("0{first:x}.{second:x}"),
                format!("{first:x}.0{second:x}"),
                format!("+{first:x}.{second:x}"),
                format!(" {first:x}.{second:x}"),
                format!("{first:x}.{second:x}\n"),
                format!("{first:x}.{second:x}\0"),
                format!("0x{first:x}.{second:x}"),
                format!("{first}.{second}0"),
                format!("{first:x},{second:x}"),
                format!("{:x}.{second:x}", u64::from(first) + (1 << 32)),
            ] {
                assert!(!is_right(&seed, hardness, &wrong), "{wrong} for {right}");
            }
        }
    }
}

#[test]
fn no_answer_panics_and_no_changed_answer_is_right() {
    let mut rng = TestRng(2);
    let letters: Vec<char> = "0123456789abcdefABCDEF.+- \0\n\u{7f}\u{e9}\u{20ac}\u{1f600}"
        .chars()
        .collect();
    for round in 0..20_000 {
        let seed = rng.seed();
        let hardness = Hardness::new(1 + u8::try_from(round % 5).unwrap()).unwrap();
        let right = right_answer(&seed, hardness);
        let mut changed: Vec<char> = right.chars().collect();
        for _ in 0..=rng.below(3) {
            let letter = letters[rng.below(letters.len())];
            let place = rng.below(changed.len() + 1);
            match rng.below(3) {
                0 => changed.insert(place, letter),
                1 if place < changed.len() => changed[place] = letter,
                _ => changed.truncate(place),
            }
        }
        let changed: String = changed.into_iter().collect();
        assert_eq!(is_right(&seed, hardness, &changed), changed == right);

        let length = rng.below(40);
        let text: String = (0..length)
            .map(|_| letters[rng.below(letters.len())])
            .collect();
        assert_eq!(is_right(&seed, hardness, &text), text == right);
    }
    for text in ["", ".", "..", "0.0", "ffffffff.ffffffff"] {
        assert!(!is_right(&[0; 16], Hardness::EASIEST, text), "{text}");
    }
    for text in ["0", ".", "0.", "\u{20ac}"] {
        let long = text.repeat(1_000_000);
        assert!(!is_right(&[0; 16], Hardness::EASIEST, &long));
    }
}

#[test]
fn the_numbers_differ_and_are_spread_over_the_range() {
    let mut rng = TestRng(3);
    for hardness in levels() {
        let range = range(hardness);
        let mut tenths = [0; 10];
        for _ in 0..5_000 {
            let [first, second] = numbers(&rng.seed(), hardness);
            assert!(first < second && second < range, "{first} {second}");
            for number in [first, second] {
                tenths[usize::try_from(u64::from(number) * 10 / u64::from(range)).unwrap()] += 1;
            }
        }
        for count in tenths {
            assert!((850..1_150).contains(&count), "{tenths:?}");
        }
    }
}

#[test]
fn no_puzzle_takes_much_longer_than_others() {
    let mut rng = TestRng(4);
    let mut last: Vec<u32> = (0..10_000)
        .map(|_| numbers(&rng.seed(), Hardness::EASIEST)[1])
        .collect();
    last.sort_unstable();
    let (median, late) = (last[5_000], last[9_900]);
    assert!(late < median * 3 / 2, "{late} and {median}");
}

#[test]
fn the_length_of_a_puzzle_is_constant() {
    let mut rng = TestRng(5);
    for hardness in levels() {
        let puzzle = issue(&rng.seed(), hardness);
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(puzzle.key.len() == 32 && is_plain(&puzzle.key));
        assert!(puzzle.tags.len() == 33 && is_plain(&puzzle.tags.replace('.', "")));
    }
}

#[test]
fn the_script_is_plain_ascii() {
    assert!(SCRIPT.is_ascii());
}
