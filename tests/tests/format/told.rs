//! A vault in words that do not hang on how the program is written.

use jingui_schema::id::HoldId;
use jingui_vault::Session;
use jingui_vault::catalog::{Query, Row};
use jingui_vault::dates::{Dated, Ledger};
use jingui_vault::holds::Standing;
use jingui_vault::retention::{Rules, Verdict};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What the program says of a vault, its people, its records and what keeps them, on the day that it is there.
pub fn told(session: &Session) -> Value {
    let vault = session.vault();
    let (state, today) = (vault.state(), vault.today());
    let ledger = vault.ledger(today, &|| false).expect("the journal is folded");
    let rules = state.retention_rules_on(today);
    let rows = session.list(&Query { limit: 10_000, ..Query::default() }).expect("a list").rows;
    let records: BTreeMap<String, Value> = rows
        .iter()
        .map(|row| (row.facts.number.to_string(), record(session, row, &ledger, &rules)))
        .collect();
    let staff: BTreeMap<String, Value> = (state.staff.iter())
        .map(|(staff, member)| {
            let roles: Vec<String> = member.roles.iter().map(ToString::to_string).collect();
            let said =
                json!({"roles": roles, "active": member.is_active(), "countersigned": member.countersigned});
            (staff.to_string(), said)
        })
        .collect();
    let holds: BTreeMap<String, Value> = (state.holds.iter())
        .map(|(id, hold)| {
            let released = hold.released.map(|at| at.to_string());
            let said =
                json!({"standing": hold.standing, "review": hold.review.to_string(), "released": released});
            (id.to_string(), said)
        })
        .collect();
    let plans: BTreeMap<String, bool> =
        state.plans.iter().map(|(id, plan)| (id.to_string(), plan.register.is_some())).collect();
    let epochs: Vec<u32> = state.live_epochs().map(|(number, _)| number).collect();
    let mut kinds: BTreeMap<&'static str, u64> = BTreeMap::new();
    for seq in 1..=state.lines {
        *kinds.entry(vault.line(seq).expect("a line").0.act.deed.kind()).or_default() += 1;
    }
    json!({
        "today": today.to_string(),
        "vault": state.init.vault.to_string(),
        "lines": state.lines,
        "last": state.last.to_string(),
        "destroyed": state.counts.destroyed,
        "epochs": epochs,
        "kinds": kinds,
        "staff": staff,
        "holds": holds,
        "plans": plans,
        "records": records,
    })
}

fn record(session: &Session, row: &Row, ledger: &Ledger, rules: &Rules) -> Value {
    let vault = session.vault();
    let (state, today) = (vault.state(), vault.today());
    let kept = ledger.get(row.record).expect("the ledger knows each record");
    let view = session.view(row.record).expect("its cover opens");
    let documents: Vec<Value> = (view.documents.iter())
        .map(|d| {
            json!({
                "no": d.no, "filing": d.filing, "name": d.name, "kind": d.kind.to_string(), "size": d.size,
                "sha256": d.sha256.to_string(),
            })
        })
        .collect();
    let certs: BTreeMap<String, Option<String>> = (row.certs.iter())
        .map(|cert| {
            let revoked = session.story(cert).expect("its story").revoked;
            (cert.id.to_string(), revoked.map(|day| day.to_string()))
        })
        .collect();
    let held = match ledger.held(row.record, &state, today) {
        Standing::Free => json!([]),
        Standing::Held(holds) => json!(holds.iter().map(HoldId::to_string).collect::<Vec<_>>()),
        Standing::Unscreened(hold) => json!({"unscreened": hold.to_string()}),
    };
    json!({
        "record": row.record.to_string(),
        "n": row.covers.iter().map(|cover| cover.n).max(),
        "facts": serde_json::to_value(&view.facts).expect("facts are JSON"),
        "standing": session.standing(row).expect("a standing").word(),
        "restricted": row.custody.restricted.is_some(),
        "held": held,
        "dates": dates(&ledger.dated(row.record, kept, &state, rules, today)),
        "certs": certs,
        "documents": documents,
    })
}

fn dates(dated: &Dated) -> Value {
    let dates = dated.assessment.dates().map(|dates| {
        let of = [dates.last, dates.free, dates.disposal].map(|day| day.to_string());
        json!({"last": of[0], "free": of[1], "disposal": of[2]})
    });
    let verdict = match dated.verdict {
        Verdict::Undetermined => "undetermined".to_owned(),
        Verdict::Held { holds } => format!("held by {holds}"),
        Verdict::Keep { until } => format!("kept until {until}"),
        Verdict::CoolOff { until } => format!("cooling off until {until}"),
        Verdict::Due { since } => format!("due since {since}"),
    };
    let earliest = dated.earliest.map(|day| day.to_string());
    json!({"dates": dates, "earliest": earliest, "verdict": verdict})
}

/// Says where two of them differ.
pub fn compare(at: &str, expected: &Value, found: &Value, wrong: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let of = |map: &serde_json::Map<String, Value>| map.get(key).cloned().unwrap_or_default();
                compare(&format!("{at}/{key}"), &of(one), &of(other), wrong);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (i, (one, other)) in one.iter().zip(other).enumerate() {
                compare(&format!("{at}/{i}"), one, other, wrong);
            }
        }
        _ if expected == found => {}
        _ => wrong.push(format!("{at} was {expected} and is {found}")),
    }
}
