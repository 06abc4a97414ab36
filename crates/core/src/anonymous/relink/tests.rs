//! Records that are made without names pass the test; those that only lost their names do not.

use super::super::records::{Design, make};
use super::*;

fn datum(text: &str) -> DataRef {
    let (category, field) = text.split_once('.').unwrap();
    DataRef { category: category.into(), field: Some(field.into()) }
}

/// Five hundred people with a day of birth, a postcode and a plan, none of them alike.
fn five_hundred() -> Vec<Contribution> {
    let person = |number: u32| {
        let mut person = Contribution::default();
        let born = format!("{}-{:02}-{:02}", 1950 + number % 40, 1 + number % 12, 1 + number % 28);
        person.add("app.users", u64::from(number), datum("account.born"), born);
        person.add("app.users", u64::from(number), datum("account.postcode"), format!("7{:04}", number * 7));
        let plan = if number.is_multiple_of(3) { "team" } else { "free" };
        person.add("app.users", u64::from(number), datum("account.plan"), plan.to_owned());
        person
    };
    (0..500).map(person).collect()
}

fn columns() -> Vec<DataRef> {
    ["account.born", "account.plan", "account.postcode"].map(datum).to_vec()
}

const BORN: &[Coarse] = &[Coarse::Month, Coarse::Year, Coarse::Years(10)];
const POSTCODE: &[Coarse] = &[Coarse::First(3), Coarse::First(2), Coarse::LeftOut];

#[test]
fn kre_41_each_combination_of_all_columns_is_that_of_five_people_and_none_leads_back_to_one() {
    let (people, columns) = (five_hundred(), columns());
    let coarser: BTreeMap<&DataRef, &[Coarse]> = [(&columns[0], BORN), (&columns[2], POSTCODE)].into();
    let design = Design { columns: &columns, coarser: coarser.clone(), least: 5, distinct: BTreeMap::new() };
    let made = make(&design, &people).unwrap();
    assert!(made.left_out <= 25 && made.rows.len() as u64 + made.left_out == 500, "{made:?}");
    let mut alike: BTreeMap<&Vec<String>, usize> = BTreeMap::new();
    made.rows.iter().for_each(|row| *alike.entry(row).or_default() += 1);
    assert!(alike.values().all(|count| *count >= 5), "{alike:?}");
    assert!(made.rows.is_sorted(), "the order tells nothing of the source's");
    let found = test(&made.rows, (&columns, &coarser), 5, &people).unwrap();
    assert!(found.is_anonymous() && found.fewest >= 5, "{found:?}");
}

#[test]
fn records_that_only_lost_their_names_lead_back_to_people() {
    let (people, columns) = (five_hundred(), columns());
    let rows: Vec<Vec<String>> = raw(&columns, &people)
        .unwrap()
        .into_iter()
        .map(|(_, values)| values.into_iter().flatten().collect())
        .collect();
    let found = test(&rows, (&columns, &BTreeMap::new()), 5, &people).unwrap();
    assert_eq!((found.linked, found.fewest, found.is_anonymous()), (500, 1, false));
}

#[test]
fn without_a_coarser_form_what_stands_out_is_left_out() {
    let (people, columns) = (five_hundred(), columns());
    let design = Design { columns: &columns, coarser: BTreeMap::new(), least: 5, distinct: BTreeMap::new() };
    let made = make(&design, &people).unwrap();
    assert_eq!((made.rows.len(), made.left_out), (0, 500));
}

#[test]
fn people_who_are_alike_in_all_but_one_thing_share_several_values_of_it() {
    let person = |number: u64, plan: &str, illness: &str| {
        let mut person = Contribution::default();
        person.add("app.users", number, datum("account.plan"), plan.to_owned());
        person.add("app.users", number, datum("account.illness"), illness.to_owned());
        person
    };
    let people: Vec<Contribution> = (0..18)
        .map(|number| match number {
            0..6 => person(number, "free", "flu"),
            6..12 => person(number, "team", "flu"),
            _ => person(number, "team", "cold"),
        })
        .collect();
    let columns = [datum("account.plan"), datum("account.illness")];
    let distinct = [(&columns[1], 2)].into();
    let design = Design { columns: &columns, coarser: BTreeMap::new(), least: 5, distinct };
    let made = make(&design, &people).unwrap();
    assert_eq!(made.rows.len(), 12, "whoever is of `free` would be known to have the flu");
    assert!(made.rows.iter().all(|row| row[0] == "team"));
}

#[test]
fn one_person_with_many_rows_is_one_person() {
    let mut person = Contribution::default();
    for row in 0..40 {
        person.add("app.orders", row, datum("account.plan"), "rare".to_owned());
    }
    let columns = [datum("account.plan")];
    let design = Design { columns: &columns, coarser: BTreeMap::new(), least: 5, distinct: BTreeMap::new() };
    assert_eq!(make(&design, std::slice::from_ref(&person)).unwrap().rows.len(), 0);
    let rows = vec![vec!["rare".to_owned()]; 40];
    let found = test(&rows, (&columns, &BTreeMap::new()), 5, &[person]).unwrap();
    assert_eq!((found.linked, found.fewest), (40, 1));
}

#[test]
fn a_record_that_fits_nobody_as_a_whole_is_not_shown_to_be_anonymous() {
    let person = |number: u64| {
        let mut person = Contribution::default();
        person.add("app.users", number, datum("account.country"), format!("C{number}"));
        person.add("app.users", number, datum("account.plan"), format!("Plan{number}"));
        person
    };
    let people: Vec<Contribution> = (0..30).map(person).collect();
    let columns = [datum("account.country"), datum("account.plan")];
    let half: Vec<Vec<String>> =
        (0..30).map(|number| vec![format!("C{number}"), format!("x{number}")]).collect();
    let found = test(&half, (&columns, &BTreeMap::new()), 5, &people).unwrap();
    assert!(!found.is_anonymous() && found.linked == 30, "{found:?}");
    let nothing = test(&[], (&columns, &BTreeMap::new()), 5, &people).unwrap();
    assert!(!nothing.is_anonymous(), "a set without records is none");
}
