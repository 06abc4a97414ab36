//! How long the gate takes, beside Cedar on the same policy, people and questions: `cargo bench`, with
//! `-- --json` for machines.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::ensure;
use kept_benches::{Asked, Cedar, Person, Shop, people, questions};
use kept_core::decision::View;

/// People and questions: few enough to stay in the caches of one core, as those of one busy service do.
const PEOPLE: usize = 500;
const QUESTIONS: usize = 4_096;
/// Rounds of which the fastest counts: what other work on the machine adds is left out.
const ROUNDS: usize = 25;

fn main() -> anyhow::Result<()> {
    let shop = Shop::new()?;
    let people = people(&shop, PEOPLE);
    let asked = questions(&shop, people.len(), QUESTIONS);
    let cedar = Cedar::new(&people, &asked)?;
    let allowed = agree(&shop, &people, &asked, &cedar)?;
    let all = |act: &mut dyn FnMut(usize)| (0..asked.len()).for_each(act);
    let ours = fastest(ROUNDS, asked.len(), || {
        all(&mut |place| {
            let one = &asked[place];
            black_box(shop.gate.decide(black_box(&people[one.person].view), &one.question()));
        })
    });
    let theirs = fastest(5, asked.len(), || {
        all(&mut |place| {
            black_box(cedar.allows(black_box(place)));
        })
    });
    let made = fastest(ROUNDS, people.len(), || {
        for person in &people {
            black_box(View::new(&shop.gate, black_box(&person.standing), person.told));
        }
    });
    let counted = allocation_counter::measure(|| {
        all(&mut |place| {
            let one = &asked[place];
            black_box(shop.gate.decide(&people[one.person].view, &one.question()));
        })
    });
    let how = format!(
        "{QUESTIONS} random questions about {PEOPLE} people, {allowed} allowed; the fastest of {ROUNDS} rounds"
    );
    let figures = [
        ("decide, the person's standing at hand", ours, "ns", Some(100.0), how),
        (
            "allocations of that",
            counted.count_total as f64,
            "",
            Some(0.0),
            format!("over {QUESTIONS} questions"),
        ),
        (
            "the same by cedar-policy",
            theirs,
            "ns",
            None,
            "the same policy and answers, request and entities made beforehand".to_owned(),
        ),
        (
            "cedar-policy against decide",
            theirs / ours,
            "×",
            None,
            "on the same questions in the same run".to_owned(),
        ),
        (
            "making a standing ready for the gate",
            made,
            "ns",
            None,
            "once for a person until something changes".to_owned(),
        ),
    ];
    print(&figures);
    Ok(())
}

/// That both say the same to every question; how many are allowed.
fn agree(shop: &Shop, people: &[Person], asked: &[Asked], cedar: &Cedar) -> anyhow::Result<usize> {
    let mut allowed = 0;
    for (place, one) in asked.iter().enumerate() {
        let ours = shop.gate.decide(&people[one.person].view, &one.question()).is_allowed();
        ensure!(ours == cedar.allows(place), "they differ on: {}", one.text());
        allowed += usize::from(ours);
    }
    Ok(allowed)
}

/// Nanoseconds of one, in the fastest round.
fn fastest(rounds: usize, each: usize, mut act: impl FnMut()) -> f64 {
    let times = (0..rounds).map(|_| {
        let began = Instant::now();
        act();
        began.elapsed()
    });
    times.min().unwrap_or(Duration::ZERO).as_nanos() as f64 / each.max(1) as f64
}

type Figure = (&'static str, f64, &'static str, Option<f64>, String);

fn print(figures: &[Figure]) {
    if std::env::args().any(|word| word == "--json") {
        let all: Vec<serde_json::Value> = figures
            .iter()
            .map(|(what, is, unit, target, against)| {
                serde_json::json!({"what": what, "on": "core", "is": is, "unit": unit, "target": target, "against": against})
            })
            .collect();
        println!("{}", serde_json::Value::from(all));
        return;
    }
    for (what, is, unit, target, against) in figures {
        let target = target.map_or(String::new(), |target| format!(" (at most {target} {unit})"));
        println!("{what}: {is:.1} {unit}{target}; {against}");
    }
}
