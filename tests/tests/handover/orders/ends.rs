//! A schedule over both ends: what comes next, and what is kept of it. What people do lies in `acts`, what befalls them in
//! `mishaps`.

use super::model::{At, Held, Model};
use super::*;
use jingui_tests::lossy::Dice;
use std::collections::BTreeMap;

/// Done as it should be, or what is wrong.
pub type Told = std::result::Result<(), String>;

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The archive files another record.
    File,
    Push,
    /// The machine stops in the middle of it.
    PushCut,
    /// The CA looks, and leaves a report.
    Look,
    Take,
    TakeCut,
    /// The authority signs for what was taken in last.
    Sign,
    /// The newest receipt is left.
    Leave,
    /// One of them once more.
    LeaveAgain,
    /// What the CA left is lost, in part.
    Lose,
    RollBack,
    Litter,
    /// Two objects change places.
    Exchange,
    Hold,
    Release,
    Cancel,
    Begin,
    Finish,
    FinishCut,
    Cosign,
    /// Both ends are looked at by both programs.
    Check,
}

/// What happens in any order.
const STEPS: [Step; 21] = [
    Step::File,
    Step::Push,
    Step::PushCut,
    Step::Look,
    Step::Take,
    Step::TakeCut,
    Step::Sign,
    Step::Leave,
    Step::LeaveAgain,
    Step::Lose,
    Step::RollBack,
    Step::Litter,
    Step::Exchange,
    Step::Hold,
    Step::Release,
    Step::Cancel,
    Step::Begin,
    Step::Finish,
    Step::FinishCut,
    Step::Cosign,
    Step::Check,
];

/// How it goes where nothing comes between; every other step or so goes on with it.
const COURSE: [Step; 10] = [
    Step::File,
    Step::Begin,
    Step::Push,
    Step::Cosign,
    Step::Push,
    Step::Take,
    Step::Sign,
    Step::Leave,
    Step::Push,
    Step::Finish,
];

/// Both ends, and what they should have.
pub struct Ends {
    pub it: Closing,
    pub model: Model,
    pub log: Vec<String>,
    pub counts: BTreeMap<String, u64>,
    /// Its clock goes on, so that receipts are in the order in which they were signed.
    pub env: Env,
    pub dice: Dice,
    /// Receipts, as the slips of the model.
    pub orders: Vec<HandoverOrder>,
    pub unsigned: Option<TakenOver>,
    /// Whether the newest receipt is over what was taken in last.
    pub signed: bool,
    /// The target at earlier times, and whether something was amiss there.
    pub snapshots: Vec<(TempDir, bool)>,
    /// Whether objects may be amiss at the target.
    pub amiss: bool,
    course: usize,
    pub files: usize,
}

impl Ends {
    /// A schedule from here on.
    pub fn begin(base: &Closing, seed: u64) -> Self {
        let it = base.apart();
        let mut model = Model::default();
        model.filed.extend(it.known.iter().map(|known| (known.record, 0)));
        model.holds.insert(it.held, Held { record: it.known[1].record, line: 0, released: false });
        Self {
            it,
            model,
            log: Vec::new(),
            counts: BTreeMap::new(),
            env: env_on(os()),
            dice: Dice(seed),
            orders: Vec::new(),
            unsigned: None,
            signed: false,
            snapshots: Vec::new(),
            amiss: false,
            course: 0,
            files: 0,
        }
    }

    /// Draws the next step and does it.
    pub fn step(&mut self) -> Told {
        let step = if self.dice.one_in(2) { self.next_in_course() } else { self.pick(&STEPS) };
        self.does(step)
    }

    fn next_in_course(&mut self) -> Step {
        // It was called off.
        if self.model.at == At::Open && self.course > 2 {
            self.course = 0;
        }
        let step = COURSE[self.course];
        // Everything behind handing over may have to be done more than once.
        self.course = if self.course + 1 == COURSE.len() { 2 } else { self.course + 1 };
        step
    }

    pub fn pick<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.dice.below(all.len() as u64) as usize].clone()
    }

    /// Does a step; the archive goes forwards by it, or it was called off.
    pub fn does(&mut self, step: Step) -> Told {
        let before = self.model.at;
        self.log.push(format!("{step:?} ({before:?})"));
        *self.counts.entry(format!("{step:?}")).or_default() += 1;
        match step {
            Step::File => self.file(),
            Step::Push => self.push(),
            Step::PushCut => self.push_cut(),
            Step::Look => self.look().map(drop),
            Step::Take => self.take(false),
            Step::TakeCut => self.take(true),
            Step::Sign => self.sign(),
            Step::Leave => self.leave(self.orders.len().checked_sub(1)),
            Step::LeaveAgain => {
                let slip =
                    (!self.orders.is_empty()).then(|| self.dice.below(self.orders.len() as u64) as usize);
                self.leave(slip)
            }
            Step::Lose => self.lose(),
            Step::RollBack => self.roll_back(),
            Step::Litter => self.litter(),
            Step::Exchange => self.exchange(),
            Step::Hold => self.hold(),
            Step::Release => self.release(),
            Step::Cancel => self.cancel(),
            Step::Begin => self.hand_over(),
            Step::Finish => self.finish(),
            Step::FinishCut => self.finish_cut(),
            Step::Cosign => self.cosign(),
            Step::Check => self.look_at_both(),
        }?;
        let after = self.model.at;
        let forwards = after >= before || (step == Step::Cancel && after == At::Open);
        if forwards { Ok(()) } else { Err(format!("from {before:?} back to {after:?}")) }
    }

    /// What was taken in before is not what is to be signed for.
    pub fn forgets_what_was_taken(&mut self) {
        (self.unsigned, self.signed) = (None, false);
    }

    /// Whether the newest receipt is over what was taken in last.
    pub fn has_signed(&self) -> bool {
        self.signed
    }
}
