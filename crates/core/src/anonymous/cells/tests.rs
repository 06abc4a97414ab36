//! Figures: what is shown, and what can't be worked out from what is shown.

use super::*;

fn datum(text: &str) -> DataRef {
    let (category, field) = text.split_once('.').unwrap();
    DataRef { category: category.into(), field: Some(field.into()) }
}

fn person(rows: &[(&str, u64, &str, &str)]) -> Contribution {
    let mut person = Contribution::default();
    for (place, row, field, value) in rows {
        person.add(place, *row, datum(field), (*value).to_owned());
    }
    person
}

/// So many people of a plan, each with a visit of so many minutes.
fn plan(name: &str, count: usize, minutes: &str) -> Vec<Contribution> {
    vec![
        person(&[("app.users", 1, "account.plan", name), ("app.visits", 1, "usage.minutes", minutes)]);
        count
    ]
}

fn shown(people: &[Contribution]) -> Shown {
    let (by, sums) = ([datum("account.plan")], [datum("usage.minutes")]);
    let figures = Figures { by: &by, sums: &sums, coarser: BTreeMap::new(), least: 5 };
    count(&figures, people).unwrap()
}

fn groups(shown: &Shown) -> Vec<(&str, u64)> {
    shown.cells.iter().map(|cell| (cell.group[0].as_str(), cell.people)).collect()
}

#[test]
fn a_cell_of_four_is_left_out_and_the_smallest_other_with_it_so_that_no_subtraction_finds_it() {
    let people = [plan("free", 9, "1"), plan("team", 6, "2"), plan("solo", 4, "3")].concat();
    let shown = shown(&people);
    assert_eq!(groups(&shown), [("free", 9)], "19 - 9 - 6 would be the four");
    assert!(shown.incomplete);
    let total = shown.total.unwrap();
    assert_eq!((total.people, total.sums[0].as_deref()), (19, Some("33")));
}

#[test]
fn cells_of_one_are_left_out_with_as_many_others_as_hide_them() {
    let people = [plan("free", 9, "1"), plan("team", 5, "2"), plan("a", 1, "3"), plan("b", 1, "4")].concat();
    assert_eq!(groups(&shown(&people)), [("free", 9)], "two people between two cells are still too few");
    let people = [plan("free", 9, "1"), plan("a", 3, "3"), plan("b", 3, "4")].concat();
    assert_eq!(groups(&shown(&people)), [("free", 9)]);
}

#[test]
fn where_nothing_is_too_small_everything_is_shown_and_of_too_few_people_nothing_is() {
    let all = shown(&[plan("free", 5, "1"), plan("team", 5, "0.5")].concat());
    assert_eq!(groups(&all), [("free", 5), ("team", 5)]);
    assert_eq!(all.cells[1].sums, [Some("2.5".to_owned())]);
    assert!(!all.incomplete);
    let few = shown(&plan("free", 4, "1"));
    assert_eq!((few.cells.len(), &few.total), (0, &None));
    assert_eq!(shown(&[]).total, None);
}

#[test]
fn a_sum_of_which_one_person_makes_up_most_is_not_shown_and_not_found_by_subtraction() {
    let people = [plan("free", 9, "1"), plan("team", 5, "1"), plan("team", 1, "1000")].concat();
    let shown = shown(&people);
    assert_eq!(groups(&shown), [("free", 9), ("team", 6)]);
    assert_eq!(shown.cells[0].sums, [Some("9".to_owned())]);
    assert_eq!(shown.cells[1].sums, [None]);
    assert_eq!(shown.total.unwrap().sums, [None], "the total less the nine would be the six's");
}

#[test]
fn a_person_counts_once_in_a_group_and_sums_are_of_the_rows_of_that_group() {
    let visits = [
        ("app.visits", 1, "usage.page", "home"),
        ("app.visits", 1, "usage.minutes", "2"),
        ("app.visits", 2, "usage.page", "home"),
        ("app.visits", 2, "usage.minutes", "3"),
        ("app.visits", 3, "usage.page", "help"),
        ("app.visits", 3, "usage.minutes", "7"),
    ];
    let people = vec![person(&visits); 5];
    let (by, sums) = ([datum("usage.page")], [datum("usage.minutes")]);
    let figures = Figures { by: &by, sums: &sums, coarser: BTreeMap::new(), least: 5 };
    let shown = count(&figures, &people).unwrap();
    let cells: Vec<_> = shown
        .cells
        .iter()
        .map(|cell| (cell.group[0].as_str(), cell.people, cell.sums[0].as_deref()))
        .collect();
    assert_eq!(cells, [("help", 5, Some("35")), ("home", 5, Some("25"))]);
    assert_eq!(shown.total, None, "what both cells come to less the total would be of those in both");
}

#[test]
fn a_value_that_is_no_number_is_told_without_repeating_it() {
    let people = plan("free", 5, "MARQUEUR");
    let (by, sums) = ([datum("account.plan")], [datum("usage.minutes")]);
    let figures = Figures { by: &by, sums: &sums, coarser: BTreeMap::new(), least: 5 };
    let unmade = count(&figures, &people).unwrap_err();
    assert_eq!(unmade, Unmade::NoNumber(datum("usage.minutes")));
    assert!(!format!("{unmade} {people:?}").contains("MARQUEUR"));
}

#[test]
fn coarser_values_are_grouped_together() {
    let born = |day: &str| person(&[("app.users", 1, "account.born", day)]);
    let people: Vec<Contribution> =
        (0..6).map(|year| born(&format!("198{year}-02-03"))).chain([Contribution::default()]).collect();
    let by = [datum("account.born")];
    let coarser = [(&by[0], Coarse::Years(10))].into_iter().collect();
    let shown = count(&Figures { by: &by, sums: &[], coarser, least: 2 }, &people).unwrap();
    assert_eq!(shown.cells.len(), 0, "the one without a day of birth would be found");
    assert_eq!(shown.total.unwrap().people, 7);
}

#[test]
fn a_group_in_which_nobody_has_a_value_has_no_sum_and_leaves_the_total_as_it_is() {
    let without = |number: u64| person(&[("app.users", number, "account.plan", "free")]);
    let people = [(0..6).map(without).collect(), plan("team", 6, "2")].concat();
    let shown = shown(&people);
    assert_eq!(groups(&shown), [("free", 6), ("team", 6)]);
    assert_eq!([&shown.cells[0].sums[0], &shown.cells[1].sums[0]], [&None, &Some("12".to_owned())]);
    assert_eq!(shown.total.unwrap().sums, [Some("12".to_owned())], "nothing less the twelve tells of nobody");
}

#[test]
fn a_sum_of_which_one_person_holds_half_or_which_few_people_make_up_is_not_shown() {
    let half = [plan("free", 9, "1"), plan("team", 5, "1"), plan("team", 1, "5")].concat();
    assert_eq!(shown(&half).cells[1].sums, [None], "five of ten");
    let less = [plan("free", 9, "1"), plan("team", 6, "1"), plan("team", 1, "5")].concat();
    assert_eq!(shown(&less).cells[1].sums, [Some("11".to_owned())], "five of eleven");
    let without = |number: u64| person(&[("app.users", number, "account.plan", "team")]);
    let few = [plan("free", 9, "1"), plan("team", 3, "1"), (0..6).map(without).collect()].concat();
    let shown = shown(&few);
    assert_eq!(
        (shown.cells[1].people, &shown.cells[1].sums[0]),
        (9, &None),
        "three people alone have a value"
    );
    assert_eq!(shown.total.unwrap().sums, [None], "the total less the nine would be the three's");
}
