//! Policies torn apart and put together wrongly, at random and yet the same each time.
//!
//! `KEPT_FUZZ_SECONDS=600 cargo test --release -p kept-core --test reader -- --ignored fuzz` goes on
//! for ten minutes and files what it finds under `target/fuzz`. What was found stands in `hostile`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use kept_core::policy::keys;
use kept_core::policy::reader::fuzz::fuzz_reader;

use super::folder;

/// An input that takes longer is a finding: time has to follow length.
const SLOW: Duration = Duration::from_secs(5);
/// No mutated input is longer.
const BYTES_MAX: usize = 200_000;

/// Numbers that look random and are the same for the same seed (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn of<'a>(&mut self, all: &'a [Vec<u8>]) -> &'a [u8] {
        &all[self.below(all.len())]
    }

    /// A range of bytes, rather short.
    fn range(&mut self, length: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let most = if self.below(4) == 0 { length } else { 60.min(length) };
        start..(start + self.below(most + 1)).min(length)
    }
}

/// What is torn apart: the project's policies, the suites, and every example of the reference.
fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let mut waiting =
        vec![folder::root().join("policies"), folder::root().join("crates/core/tests/policies")];
    while let Some(folder) = waiting.pop() {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut entries: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            match path.extension().and_then(|ending| ending.to_str()) {
                _ if path.is_dir() => waiting.push(path),
                Some("toml") => seeds.push(std::fs::read(&path).unwrap()),
                Some("md") => {
                    let text = std::fs::read_to_string(&path).unwrap();
                    let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
                    seeds.extend(blocks.map(|block| block.as_bytes().to_vec()));
                }
                _ => {}
            }
        }
    }
    let mut all = "edition = 1\n".to_owned();
    for key in keys::all().filter(|key| !key.section.is_empty()) {
        all.push_str(&format!("[{}]\n{}\n", key.section.replace('*', "x"), key.example));
    }
    seeds.push(all.into_bytes());
    seeds
}

/// Words to put where they do not belong.
fn words() -> Vec<Vec<u8>> {
    let own = keys::all()
        .flat_map(|key| [key.key.to_owned(), key.example.to_owned(), format!("\n[{}.", key.section)]);
    let odd = [
        "\n",
        "\r\n",
        "\0",
        "=",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "'''",
        "\"\"\"",
        ".",
        ",",
        "#",
        "\\",
        "\u{feff}",
        "\u{202e}",
        "999999999999999999999",
        "-1",
        "nan",
        "1e400",
        "0000-00-00",
        "9999-12-31",
        "[[purpose]]",
        "true",
        "é",
        "\u{1f600}",
        "3 years after ",
        "the first of ",
        ", then ",
        "999 years",
        "x.",
        "\"\"=1\n",
        "[a.b.c.d.e.f.g.h.i.j.k.l.m]\n",
    ];
    own.chain(odd.map(str::to_owned)).map(String::into_bytes).collect()
}

fn mutated(dice: &mut Dice, seeds: &[Vec<u8>], words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = dice.of(seeds).to_vec();
    for _ in 0..=dice.below(6) {
        let range = dice.range(bytes.len());
        match dice.below(9) {
            0 => drop(bytes.drain(range)),
            1 => {
                let part = bytes[range.clone()].repeat(1 + dice.below(400));
                bytes.splice(range, part);
            }
            2 => {
                let other = dice.of(seeds);
                let part = &other[dice.range(other.len())];
                bytes.splice(range, part.iter().copied());
            }
            3 => drop(bytes.splice(range.start..range.start, dice.of(words).iter().copied())),
            4 => drop(bytes.splice(range, dice.of(words).iter().copied())),
            5 => {
                if let Some(byte) = bytes.get_mut(range.start) {
                    *byte = u8::try_from(dice.below(256)).unwrap();
                }
            }
            6 => bytes.extend_from_slice(dice.of(seeds)),
            7 => numbered(dice, &mut bytes, range.start),
            _ => bytes[range].reverse(),
        }
        bytes.truncate(BYTES_MAX);
    }
    bytes
}

/// A line many times, each with a number of its own: what costs the square of its count shows.
fn numbered(dice: &mut Dice, bytes: &mut Vec<u8>, at: usize) {
    let start = bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    let end = bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |found| at + found);
    let line = String::from_utf8_lossy(&bytes[start..end]).into_owned();
    let cut = line.find(['=', ']', '"']).unwrap_or(0);
    let (before, after) = line.split_at(cut);
    let many: String = (0..dice.below(3_000)).map(|number| format!("{before}{number}{after}\n")).collect();
    bytes.splice(start..end, many.into_bytes());
}

/// For how long this thread has had a processor: a busy machine does not make it longer.
fn on_cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split(' ').next().unwrap().parse().unwrap())
}

/// What is wrong with an input: it panics, points outside its file, or takes too long.
fn fault(input: &[u8]) -> Option<String> {
    let begun = on_cpu();
    let read = catch_unwind(AssertUnwindSafe(|| fuzz_reader(input)));
    let took = on_cpu().saturating_sub(begun);
    match read {
        Err(_) => Some("panics".to_owned()),
        Ok(Err(code)) => Some(format!("`{code}` points outside its file")),
        Ok(Ok(())) if took > SLOW => Some(format!("takes {took:?} for {} bytes", input.len())),
        Ok(Ok(())) => None,
    }
}

#[test]
fn policies_torn_apart_are_survived() {
    let (seeds, words) = (seeds(), words());
    assert!(seeds.len() > 40 && words.len() > 500, "{} and {}", seeds.len(), words.len());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..60 {
        let input = mutated(&mut dice, &seeds, &words);
        // How long it takes is not judged here: the machine may be busy.
        assert_eq!(fault(&input).filter(|fault| !fault.starts_with("takes")), None, "round {round}");
    }
}

#[test]
#[ignore = "goes on for as long as it is told"]
fn fuzz_for_as_long_as_it_is_told() {
    let told = |variable| std::env::var(variable).ok().and_then(|text: String| text.parse::<u64>().ok());
    let seconds = told("KEPT_FUZZ_SECONDS").unwrap_or(60);
    let (seeds, words) = (seeds(), words());
    let (mut dice, begun) = (Dice(told("KEPT_FUZZ_SEED").unwrap_or(1)), Instant::now());
    let (mut rounds, mut slowest, mut found) = (0_u64, Duration::ZERO, Vec::new());
    while begun.elapsed() < Duration::from_secs(seconds) {
        let input = mutated(&mut dice, &seeds, &words);
        let started = on_cpu();
        let fault = fault(&input);
        let took = on_cpu().saturating_sub(started);
        if let Some(fault) = fault {
            file(&format!("found-{rounds}"), &input);
            found.push(format!("round {rounds}: {fault}"));
        }
        if took > slowest {
            slowest = took;
            file("slowest", &input);
            eprintln!("round {rounds}: the slowest so far, {took:?} for {} bytes", input.len());
        }
        rounds += 1;
    }
    eprintln!("{rounds} inputs in {seconds} s, the slowest took {slowest:?}");
    assert!(found.is_empty(), "{found:#?}");
}

/// A line of a text so many times, each with a number of its own.
fn many_of(text: &str, line: &str, count: usize) -> Vec<u8> {
    let cut = line.find(['=', ']', '"']).unwrap_or(0);
    let (before, after) = line.split_at(cut);
    let many: String = (0..count).map(|number| format!("{before}{number}{after}\n")).collect();
    text.replacen(line, &many, 1).into_bytes()
}

/// Every line that a policy may have, a thousand times and four thousand times: four times as long may take
/// four times as long, with room for what grows a little faster, and not sixteen times.
#[test]
#[ignore = "measures time: run it by hand, in a release build"]
fn no_line_costs_the_square_of_how_often_it_stands() {
    let mut seen = std::collections::BTreeSet::new();
    let (mut found, mut slowest) = (Vec::new(), Duration::ZERO);
    for seed in seeds() {
        let text = String::from_utf8_lossy(&seed).into_owned();
        for line in text.lines() {
            let kind: String = line.chars().take_while(|letter| *letter != '=').collect();
            if line.trim().is_empty() || line.starts_with('#') || !seen.insert(kind) {
                continue;
            }
            let took = |count| {
                let input = many_of(&text, line, count);
                let begun = on_cpu();
                assert!(fuzz_reader(&input).is_ok(), "{line}");
                on_cpu().saturating_sub(begun)
            };
            let (few, many) = (took(1_000), took(4_000));
            slowest = slowest.max(many);
            if many > Duration::from_millis(100) && many > few * 9 {
                file(&format!("square-{}", found.len()), &many_of(&text, line, 4_000));
                found.push(format!("{line}: {few:?}, {many:?}"));
            }
        }
    }
    eprintln!("{} lines, the slowest four thousand took {slowest:?}", seen.len());
    assert!(found.is_empty(), "{found:#?}");
}

fn file(name: &str, input: &[u8]) {
    let folder: &Path = &folder::root().join("target/fuzz");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join(name), input).unwrap();
}
