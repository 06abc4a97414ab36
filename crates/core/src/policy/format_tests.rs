//! What the layout makes of files, and what it leaves alone.

use super::*;
use proptest::prelude::*;

fn laid(text: &str) -> String {
    format(&SourceFile::new("a.toml", text)).unwrap_or_else(|found| panic!("{text}: {found:?}"))
}

#[test]
fn blanks_and_breaks_are_made_alike() {
    let text = "\u{feff}# top\r\n\r\n\r\nedition=1\r\n[ a . \"b\" ]   # head\r\n\r\nx   =  [ 1,2 , 3, ] #end\n\n\n\ny={ k=1,\tl = [ ] }\n# of c\n[c]\n[d]\nz = 2024-01-01 10:00:00\n\n";
    let expected = "# top\n\nedition = 1\n\n[a.\"b\"] # head\nx = [1, 2, 3] #end\n\ny = { k = 1, l = [] }\n\n# of c\n[c]\n\n[d]\nz = 2024-01-01 10:00:00\n";
    assert_eq!(laid(text), expected);
}

#[test]
fn comments_stay_where_they_are_in_a_list() {
    let text = "a = [ # first\n # own\n  1, # one\n\n\n 2 # two\n , { b = 1 }\n # last\n]\n";
    let expected = "a = [\n  # first\n  # own\n  1, # one\n\n  2, # two\n  { b = 1 },\n  # last\n]\n";
    assert_eq!(laid(text), expected);
}

#[test]
fn comments_that_were_lined_up_stay_in_their_column() {
    let text = "reply=\"1 month\"      # one\nextension = \"never\"     # two\nfee = 1    # né\n";
    let expected = "reply = \"1 month\"    # one\nextension = \"never\"     # two\nfee = 1    # né\n";
    assert_eq!(laid(text), expected);
    assert_eq!(laid("a = [1,2,3,4,5,6]    # end\n"), "a = [1, 2, 3, 4, 5, 6] # end\n");
    assert_eq!(laid("a = 1\t\t\t\t# end\n"), "a = 1 # end\n");
}

#[test]
fn a_list_breaks_where_it_is_too_long_and_stays_broken_where_its_author_broke_it() {
    let long = format!("a = [\"{}\", \"{}\"]\n", "x".repeat(60), "y".repeat(60));
    assert_eq!(laid(&long).lines().count(), 4);
    assert_eq!(laid("a = [\n1, 2]\n"), "a = [\n  1,\n  2,\n]\n");
    let alone = format!("a = [\"{}\"]\n", "x".repeat(200));
    assert_eq!(laid(&alone), alone, "one element gains nothing");
    let table = format!("a = {{ b = \"{}\", c = 1 }}\n", "x".repeat(200));
    assert_eq!(laid(&table), table, "a table on one line stays one");
}

#[test]
fn texts_are_never_touched() {
    for text in [
        "a = \"\"\"\n  two   lines \n[x]\n# no comment\n\"\"\"\n",
        "a = '''x  = [ 1 ]'''\n",
        "\"a  b\" = \"=  #\"\n",
        "a.\"b c\".d = 1\n",
    ] {
        assert_eq!(laid(text), text);
    }
}

#[test]
fn what_is_no_toml_is_refused() {
    for text in ["a = ", "[a", "a = 1\na = 2", "a = [1, 2"] {
        let found = format(&SourceFile::new("a.toml", text)).expect_err(text);
        assert!(found.iter().all(|found| found.code.starts_with("toml/")), "{found:?}");
    }
    assert!(format(&SourceFile::new("a.toml", vec![0xff])).is_err());
}

fn tree_of(text: &str) -> Option<Table> {
    let mut found = Vec::new();
    let tree = tree::parse(&SourceFile::new("a.toml", text), &mut found);
    found.is_empty().then_some(tree)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_toml_means_the_same_when_laid_out_and_is_then_left_alone(picks in prop::collection::vec(0_usize..27, 0..40)) {
        let words = ["a", "b", " = ", "=", "1", "\"x\"", "[", "]", "{", "}", ",", "\n", "\n\n", " ", "# c", "\t", ".",
            "\r\n", "'y'", "true", "      # d", "2024-01-01", "[s]\n", "k = [\n", "t = { ", "m = \"\"\"\n x\"\"\"\n", "[[l]]\n"];
        let text: String = picks.iter().map(|pick| words[*pick]).collect();
        if let Some(before) = tree_of(&text) {
            let once = laid(&text);
            let raw = lay_out(layout::without_mark(&text));
            prop_assert_eq!(&once, &raw, "the layout itself keeps the meaning");
            let after = tree_of(&once).expect("it still parses");
            prop_assert!(same(&before, &after), "{:?} became {:?}", text, once);
            prop_assert_eq!(laid(&once), once);
        }
    }

    #[test]
    fn no_text_makes_the_layout_panic(text in "\\PC{0,200}") {
        let _ = lay_out(&text);
    }
}
