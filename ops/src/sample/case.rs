//! Cases: who applied for what, when, and how it ended. Decides everything before anything is drawn.
//!
//! Cases come in dozens. Each dozen has every kind of customer, some customers who come twice, and one
//! who is refused; the rest is left to chance. A later case of a customer knows the earlier one.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

use super::chance::Chance;
use super::numbers;
use super::words::{Facts, PerBusiness, PerKind, words};

/// Who the customer is to the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Enterprise,
    Institution,
    Person,
    Government,
}

impl Kind {
    /// Returns the word that `jingui add --customer-kind` takes.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Institution => "institution",
            Self::Person => "person",
            Self::Government => "government",
        }
    }

    pub(super) fn of<T>(self, texts: &PerKind<T>) -> &T {
        match self {
            Self::Enterprise => &texts.enterprise,
            Self::Institution => &texts.institution,
            Self::Person => &texts.person,
            Self::Government => &texts.government,
        }
    }
}

/// What the customer came for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Business {
    New,
    Renew,
    Change,
    Reissue,
    Recover,
    Revoke,
    Unlock,
}

impl Business {
    pub(super) const ALL: [Self; 7] =
        [Self::New, Self::Renew, Self::Change, Self::Reissue, Self::Recover, Self::Revoke, Self::Unlock];

    /// Returns the word that `jingui add --business` takes.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Renew => "renew",
            Self::Change => "change",
            Self::Reissue => "reissue",
            Self::Recover => "recover",
            Self::Revoke => "revoke",
            Self::Unlock => "unlock",
        }
    }

    pub(super) fn of<T>(self, texts: &PerBusiness<T>) -> &T {
        match self {
            Self::New => &texts.new,
            Self::Renew => &texts.renew,
            Self::Change => &texts.change,
            Self::Reissue => &texts.reissue,
            Self::Recover => &texts.recover,
            Self::Revoke => &texts.revoke,
            Self::Unlock => &texts.unlock,
        }
    }

    /// Returns whether a certificate is issued when the case ends well.
    ///
    /// The others act on a certificate that is there already.
    pub(super) fn issues(self) -> bool {
        matches!(self, Self::New | Self::Renew | Self::Change | Self::Reissue)
    }
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Issued,
    Rejected,
    Withdrawn,
    Lapsed,
    Pending,
}

impl Outcome {
    /// Returns the word that `jingui add --outcome` takes.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Pending => "pending",
        }
    }
}

/// A person who does not exist.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) male: bool,
    pub(super) birth: Date,
    pub(super) id_number: String,
    pub(super) mobile: String,
}

impl Person {
    fn new(chance: &mut Chance) -> Self {
        let words = words();
        let male = chance.one_in(2);
        let given = chance.pick(if male { &words.given_male } else { &words.given_female });
        let name = format!("{}{given}", chance.pick(&words.surnames));
        let birth = date(1958, 1, 1).saturating_add(i64::from(chance.between(0, 12_600)).days());
        let id_number = numbers::resident(birth, male, chance);
        Self { name, male, birth, id_number, mobile: numbers::mobile(chance) }
    }

    /// Returns the days between which the card that was shown on `seen` is valid.
    pub(super) fn card_dates(&self, seen: Date) -> (Date, Date) {
        // Cards of this age group last twenty years; this one has between 1 and 19 of them behind it.
        let digits = self.id_number.bytes().map(i64::from).sum::<i64>();
        let from = seen.saturating_sub((400 + digits * 37 % 6_400).days());
        (from, from.saturating_add(20.years()))
    }
}

/// A customer who does not exist.
#[derive(Clone, Debug)]
pub(super) struct Customer {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// None for a unit that has no credit code yet.
    pub(super) id: Option<String>,
    pub(super) address: String,
    pub(super) project: &'static str,
    /// Who comes to the counter: the person, or the one the unit sent.
    pub(super) handler: Person,
    /// Legal representative of a unit.
    pub(super) principal: Person,
}

impl Customer {
    fn new(seed: u64, number: u64, kind: Kind) -> Self {
        let chance = &mut Chance::of(seed, "customer", number);
        let words = words();
        let facts = Facts::new([
            ("place", chance.word(&words.places).to_owned()),
            ("district", chance.word(&words.districts).to_owned()),
            ("street", chance.word(&words.streets).to_owned()),
            ("brand", chance.word(&words.brands).to_owned()),
            ("trade", chance.word(&words.trades).to_owned()),
            ("number", chance.between(1, 320).to_string()),
        ]);
        let (handler, principal) = (Person::new(chance), Person::new(chance));
        let mut unit =
            |names: &[String], class| (facts.fill(chance.word(names)), Some(numbers::credit(class, chance)));
        let (name, mut id) = match kind {
            Kind::Person => (handler.name.clone(), Some(handler.id_number.clone())),
            Kind::Enterprise => unit(&words.companies, "91"),
            Kind::Institution => unit(&words.institutions, "12"),
            Kind::Government => unit(&words.governments, "11"),
        };
        if kind == Kind::Government && chance.one_in(5) {
            id = None;
        }
        let project = chance.word(kind.of::<Vec<String>>(&words.projects));
        Self { kind, name, id, address: facts.fill(&words.address), project, handler, principal }
    }
}

/// The certificate that a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Issue {
    /// Number of the order at the CA.
    pub(super) number: u64,
    pub(super) from: Date,
    pub(super) years: i16,
}

/// One application, decided but not yet written down.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) index: u64,
    pub(super) customer: Customer,
    pub(super) business: Business,
    pub(super) outcome: Outcome,
    pub(super) date: Date,
    pub(super) outlet: &'static str,
    pub(super) tags: Vec<String>,
    /// Issued by this case, or acted on by it; asked for, if there is none in the end.
    pub(super) certificate: Issue,
    /// Certificate holders of a government unit; otherwise none.
    pub(super) holders: Vec<(Person, String)>,
}

/// A place in a dozen.
enum Place {
    /// A customer's first case, which a later place follows up.
    Opens(Kind),
    /// A customer's only case.
    Alone(Kind),
    /// An only case that ends badly.
    Refused(Kind),
    /// The second case of the customer in an earlier place.
    Follows(u64),
}

/// What every dozen looks like. Two places with the same kind are as good as two customers.
const DOZEN: [Place; 12] = [
    Place::Opens(Kind::Enterprise),
    Place::Opens(Kind::Person),
    Place::Alone(Kind::Government),
    Place::Opens(Kind::Institution),
    Place::Alone(Kind::Enterprise),
    Place::Follows(1),
    Place::Alone(Kind::Person),
    Place::Follows(0),
    Place::Refused(Kind::Enterprise),
    Place::Alone(Kind::Government),
    Place::Follows(3),
    Place::Alone(Kind::Institution),
];

impl Case {
    /// Returns case number `index` under `seed`.
    pub(super) fn new(seed: u64, index: u64) -> Self {
        match &DOZEN[(index % 12) as usize] {
            Place::Opens(kind) => Self::first(seed, index, *kind, Some(Business::New)),
            Place::Alone(kind) => Self::first(seed, index, *kind, None),
            Place::Refused(kind) => Self::refused(seed, index, *kind),
            // A follower stands behind the place that it names, so this is not below zero.
            Place::Follows(place) => Self::second(seed, index, Self::new(seed, index - index % 12 + place)),
        }
    }

    /// A customer's first case in the archive; without `business`, any may be drawn.
    fn first(seed: u64, index: u64, kind: Kind, business: Option<Business>) -> Self {
        let chance = &mut Chance::of(seed, "case", index);
        let opens = business.is_some();
        let business = business.unwrap_or_else(|| {
            *chance.pick(&[
                Business::New,
                Business::New,
                Business::New,
                Business::Renew,
                Business::Renew,
                Business::Change,
                Business::Reissue,
                Business::Unlock,
                Business::Revoke,
                Business::Recover,
            ])
        });
        // A second case follows within three years and must not lie in the future.
        let last = if opens { date(2022, 3, 31) } else { date(2025, 6, 30) };
        let date = working_day(any_day(date(2012, 3, 1), last, chance));
        let outcome = match chance.below(24) {
            0 if !opens => Outcome::Withdrawn,
            1 if !opens => Outcome::Lapsed,
            2 if !opens => Outcome::Pending,
            _ => Outcome::Issued,
        };
        let years = if chance.one_in(3) { 3 } else { 1 };
        let from = if business.issues() {
            date
        } else {
            date.saturating_sub(i64::from(chance.between(20, 340)).days())
        };
        let customer = Customer::new(seed, index, kind);
        Self {
            index,
            holders: holders(&customer, chance),
            customer,
            business,
            outcome,
            date,
            outlet: chance.word(&words().outlets),
            tags: tags(chance),
            certificate: Issue { number: index, from, years },
        }
    }

    fn refused(seed: u64, index: u64, kind: Kind) -> Self {
        let business =
            if Chance::of(seed, "refused", index).one_in(3) { Business::Renew } else { Business::New };
        Self { outcome: Outcome::Rejected, ..Self::first(seed, index, kind, Some(business)) }
    }

    /// The customer of `first` again, while that certificate is in force.
    fn second(seed: u64, index: u64, first: Self) -> Self {
        let chance = &mut Chance::of(seed, "case", index);
        let business = *chance.pick(&[
            Business::Renew,
            Business::Renew,
            Business::Renew,
            Business::Change,
            Business::Reissue,
            Business::Revoke,
            Business::Unlock,
        ]);
        let end = first.date.saturating_add(i32::from(first.certificate.years).years());
        let day = match business {
            Business::Renew => any_day(end.saturating_sub(30.days()), end.saturating_sub(5.days()), chance),
            _ => any_day(first.date.saturating_add(30.days()), end.saturating_sub(20.days()), chance),
        };
        let date = working_day(day);
        let years = if chance.one_in(3) { 3 } else { 1 };
        let certificate =
            if business.issues() { Issue { number: index, from: date, years } } else { first.certificate };
        Self { index, business, date, tags: tags(chance), certificate, ..first }
    }

    /// Returns the certificate that lies in the record, unless none was issued.
    pub(super) fn certificate(&self) -> Option<Issue> {
        let exists = self.outcome == Outcome::Issued || !self.business.issues();
        exists.then_some(self.certificate)
    }

    /// Returns the day on which the customer was told that there will be no certificate.
    pub(super) fn decided(&self) -> Date {
        let days = if self.outcome == Outcome::Lapsed { 35 } else { 3 };
        working_day(self.date.saturating_add(days.days()))
    }
}

fn any_day(first: Date, last: Date, chance: &mut Chance) -> Date {
    let days = first.until(last).map_or(0, |span| span.get_days());
    first.saturating_add(i64::from(chance.between(0, days)).days())
}

/// Returns the same day, or the Friday before it: counters are closed at the weekend.
fn working_day(day: Date) -> Date {
    let back = match day.weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    day.saturating_sub(back.days())
}

fn tags(chance: &mut Chance) -> Vec<String> {
    let mut tags = vec![words().sample_tag.clone()];
    for _ in 0..chance.below(3) {
        let tag = chance.pick(&words().tags);
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

fn holders(customer: &Customer, chance: &mut Chance) -> Vec<(Person, String)> {
    if customer.kind != Kind::Government {
        return Vec::new();
    }
    let others = chance.below(7);
    let mut people = vec![customer.handler.clone()];
    people.extend((0..others + 2).map(|_| Person::new(chance)));
    people.into_iter().map(|person| (person, chance.pick(&words().holder_title).clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_case_comes_while_the_first_certificate_is_in_force() {
        for seed in 0..200 {
            for (first, second) in [(0, 7), (1, 5), (3, 10)] {
                let (first, second) = (Case::new(seed, first), Case::new(seed, second));
                assert_eq!(first.customer.name, second.customer.name);
                assert_eq!(first.customer.id, second.customer.id);
                assert!(first.date < second.date, "seed {seed}");
                let end = first.date.saturating_add(i32::from(first.certificate.years).years());
                assert!(second.date < end, "seed {seed}");
                if !second.business.issues() {
                    assert_eq!(second.certificate(), first.certificate(), "it acts on the first one's");
                }
            }
        }
    }

    #[test]
    fn cases_lie_on_working_days_and_in_the_past() {
        for index in 0..600 {
            let case = Case::new(5, index);
            assert!(!matches!(case.date.weekday(), Weekday::Saturday | Weekday::Sunday));
            assert!((date(2012, 2, 1)..date(2025, 7, 1)).contains(&case.date), "{}", case.date);
            let (from, until) = case.customer.handler.card_dates(case.date);
            assert!(from < case.date && case.date < until);
        }
    }

    #[test]
    fn the_ends_of_the_range_of_indexes_are_cases_too() {
        for index in [0, 1, u64::MAX - 11, u64::MAX - 1, u64::MAX] {
            assert_eq!(Case::new(u64::MAX, index).index, index);
        }
    }
}
