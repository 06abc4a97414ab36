//! One made-up shop told twice: as a policy of Kept and as policies of Cedar, with people and questions
//! on which both must say the same. Not here: the measuring (`decide.rs`).

mod cedar;
mod chance;
mod people;
mod shop;

pub use cedar::Cedar;
pub use chance::Chance;
pub use people::{Person, people};
pub use shop::{Asked, Shop, questions};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_and_cedar_say_the_same_to_thousands_of_random_questions() {
        let shop = Shop::new().unwrap();
        let people = people(&shop, 200);
        let questions = questions(&shop, people.len(), 5_000);
        let cedar = Cedar::new(&people, &questions).unwrap();
        let mut allowed = 0;
        for (place, asked) in questions.iter().enumerate() {
            let ours = shop.gate.decide(&people[asked.person].view, &asked.question());
            assert_eq!(
                ours.is_allowed(),
                cedar.allows(place),
                "{} of {:?}",
                asked.text(),
                people[asked.person]
            );
            allowed += usize::from(ours.is_allowed());
        }
        assert!((300..4_500).contains(&allowed), "questions of one answer only show nothing: {allowed}");
    }
}
