//! What an answer rests on, as codes; the texts stand in the program's message files under `article-<code>`.

/// An article of a law or a standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Article {
    /// Electronic Signature Law article 24: five years after a certificate became invalid, at least.
    Duty,
    /// The measure of 2009 on services to government: ten years.
    Government,
    /// Civil Code article 188: the general limitation period, for applications that were never carried out.
    Limitation,
    /// Civil Code articles 200 to 203: the day of the event is not counted; same month and day, or the last of the month.
    Counting,
    /// RFC 5280 4.1.2.5: a certificate is valid through its last day.
    Validity,
    /// RFC 5280 5.3.1: a certificate that is only on hold is not invalid.
    OnHold,
    /// Baseline Requirements 5.5.2: the latest certificate that relies on a record counts; years after expiry.
    Reliance,
    /// Legislation Law article 104: a shorter period has no effect on what was there before.
    NotRetroactive,
    /// Civil Code article 203: days of grace stand for holidays that nobody knows yet.
    Grace,
    /// Electronic Signature Law article 20: nothing is settled before it has been reviewed.
    Review,
    /// Civil Procedure Law articles 70 and 84: what is preserved is not destroyed.
    Preservation,
    /// Personal Information Protection Law article 47: when the period is over, the data go.
    Deletion,
}

impl Article {
    /// Its code.
    pub fn word(self) -> &'static str {
        match self {
            Self::Duty => "esl-24",
            Self::Government => "egov-24",
            Self::Limitation => "cc-188",
            Self::Counting => "cc-200-203",
            Self::Validity => "rfc5280-validity",
            Self::OnHold => "rfc5280-hold",
            Self::Reliance => "br-552",
            Self::NotRetroactive => "legislation-104",
            Self::Grace => "cc-203-grace",
            Self::Review => "esl-20",
            Self::Preservation => "cpl-70-84",
            Self::Deletion => "pipl-47",
        }
    }

    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Duty,
        Self::Government,
        Self::Limitation,
        Self::Counting,
        Self::Validity,
        Self::OnHold,
        Self::Reliance,
        Self::NotRetroactive,
        Self::Grace,
        Self::Review,
        Self::Preservation,
        Self::Deletion,
    ];
}
